"""What two versions of one form say differently, field by field and in words, for whoever must choose between them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.api.supervisors.typed import TypedMark, TypedMoment, from_content
from stop_search.reviews.rules import Criterion, Labelled, Rubric

NOTHING = "nothing"
KINDS = {"not_applicable": "Not applicable", "not_observable": "Cannot tell"}


@dataclass(frozen=True)
class Difference:
    """One field: what the newest version says, and what the other one says."""

    field: str
    there: str
    here: str


def of_marks(
    there: Mapping[str, Any], here: Mapping[str, Any], *, rubric: Rubric, criterion: Criterion, cameras: Mapping[str, int]
) -> tuple[Difference, ...]:
    """Return what two versions of a criterion's form say differently; `cameras` are their numbers by the recording's id."""
    one, other = (_lines(from_content(content), rubric, criterion, cameras) for content in (there, here))
    return _different(one, other)


def of_picks(there: Mapping[str, Any], here: Mapping[str, Any], *, labels: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return what two versions of the form of themes and flags say differently; `labels` are their words by key."""
    return _different(_picked(there, labels), _picked(here, labels))


def _different(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[Difference, ...]:
    return tuple(
        Difference(name, one.get(name) or NOTHING, other.get(name) or NOTHING)
        for name in dict.fromkeys([*one, *other])
        if one.get(name, "") != other.get(name, "")
    )


def _lines(typed: TypedMark, rubric: Rubric, criterion: Criterion, cameras: Mapping[str, int]) -> dict[str, str]:
    answers = {answer.id: answer.label for answer in rubric.item_answers}
    lines = {"Your mark": _answer(typed, rubric, criterion)}
    for item in criterion.items:
        said = answers.get(typed.items.get(item.id, ""), "")
        at = typed.item_times.get(item.id)
        lines[f"{item.id} {item.name}"] = " at ".join(part for part in (said, at.start if at else "") if part)
    lines |= {f"Evidence {number}": _moment(one, cameras) for number, one in enumerate(typed.moments, start=1)}
    return lines | {"Note": typed.evidence}


def _answer(typed: TypedMark, rubric: Rubric, criterion: Criterion) -> str:
    if typed.answer in KINDS:
        is_idle = typed.answer == "not_applicable"
        known: Sequence[Labelled] = criterion.not_applicable if is_idle else criterion.not_observable
        chosen = typed.not_applicable_reason if is_idle else typed.not_observable_reason
        reason = next((reason.label for reason in known if reason.id == chosen), "")
        return KINDS[typed.answer] + (f": {reason}" if reason else "")
    level = {str(number): name for number, name in rubric.levels.items()}.get(typed.answer)
    return f"{typed.answer}, {level.lower()}" if level else ""


def _moment(one: TypedMoment, cameras: Mapping[str, int]) -> str:
    times = " to ".join(part for part in (one.start, one.end) if part)
    camera = f"camera {cameras[one.camera]}" if len(cameras) > 1 and one.camera in cameras else ""
    return ", ".join(part for part in (times, camera, one.about) if part)


def _picked(content: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, str]:
    lines = {labels.get(key, key): "ticked" for key in (*content["themes"], *content["flags"])}
    for flag, time in content["times"].items():
        at = " to ".join(part for part in (time["start"], time["end"]) if part)
        lines[labels.get(flag, flag)] = f"ticked, at {at}" if at else "ticked"
    return lines
