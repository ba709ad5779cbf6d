"""What a reviewer typed: read from the form without losing anything, and shown again as it was."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from typing import Any
from uuid import UUID

from services.api.sent_forms import Sent
from stop_search.errors import Invalid
from stop_search.reviews.moments import Moment, moment_fields
from stop_search.reviews.rules import Criterion, MarkGiven, MarkKind

LEVELS = {"0": 0, "1": 1, "2": 2, "3": 3}
SIXTY = 60
MOST_MOMENTS = 50  # rows of one form
_TIME = re.compile(r"(?:(?:(?P<hours>\d{1,2}):)?(?P<minutes>\d{1,3}):)?(?P<seconds>\d{1,6}(?:\.\d{1,6})?)", re.ASCII)


@dataclass(frozen=True)
class TypedMoment:
    """One row of the form: which recording (its id), from when, until when, and what is seen there; all text, as typed."""

    camera: str = ""
    start: str = ""
    end: str = ""
    about: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was typed here: the recording alone, which the page fills in, is nothing."""
        return not (self.start or self.end or self.about)


@dataclass(frozen=True)
class TypedMark:
    """One criterion's form as it stands: every field is text, as typed. `item_times` are by item, like `items`."""

    answer: str = ""
    not_applicable_reason: str = ""
    not_observable_reason: str = ""
    evidence: str = ""
    moments: tuple[TypedMoment, ...] = ()
    items: Mapping[str, str] = field(default_factory=dict[str, str])
    item_times: Mapping[str, TypedMoment] = field(default_factory=dict[str, TypedMoment])

    def given(self) -> MarkGiven:
        """Return the mark that was typed.

        Raises:
            Invalid: no answer was chosen, or a time is none; `fields` says which and how to write it.

        """
        problems: dict[str, str] = {}
        numbered = [(moment_fields(number), None, one) for number, one in enumerate(self.moments, start=1)]
        of_items = [(moment_fields(0, item), item, one) for item, one in self.item_times.items() if one.start]
        read = [read_moment(one, fields, problems, item) for fields, item, one in (*numbered, *of_items)]
        moments = tuple(moment for moment in read if moment is not None)
        kinds = {MarkKind.NOT_APPLICABLE: self.not_applicable_reason, MarkKind.NOT_OBSERVABLE: self.not_observable_reason}
        if self.answer in LEVELS:
            kind, level, reason = MarkKind.SCORED, LEVELS[self.answer], None
        elif self.answer in kinds:
            kind, level, reason = MarkKind(self.answer), None, kinds[MarkKind(self.answer)] or None
        else:
            kind, level, reason = MarkKind.SCORED, None, None
            problems["answer"] = "Choose an answer. If it cannot be told, say so: that is an answer too."
        if problems:
            message = "This answer is not complete."
            raise Invalid(message, problems)
        return MarkGiven(kind, level, reason, self.evidence or None, moments, self.items)


def typed_mark(sent: Sent, criterion: Criterion) -> TypedMark:
    """Return the form of a criterion as it was sent; rows in which nothing was typed are left out."""
    return TypedMark(
        answer=sent.one("answer"),
        not_applicable_reason=sent.one("not_applicable_reason"),
        not_observable_reason=sent.one("not_observable_reason"),
        evidence=sent.one("evidence"),
        moments=typed_moments(sent, "evidence"),
        items={item.id: sent.one(f"item_{item.id}") for item in criterion.items},
        item_times={
            item.id: TypedMoment(sent.one(f"item_{item.id}_camera"), sent.one(f"item_{item.id}_at"))
            for item in criterion.items
            if sent.one(f"item_{item.id}_at")
        },
    )


def typed_moments(sent: Sent, name: str) -> tuple[TypedMoment, ...]:
    """Return the rows `…_camera`, `…_from`, `…_to`, `…_about` of a form, in order, without those in which nothing was typed."""
    columns = [sent.every(f"{name}_{end}") for end in ("camera", "from", "to", "about")]
    rows = [TypedMoment(*(value.strip() for value in row)) for row in zip_longest(*columns, fillvalue="")]
    return tuple(row for row in rows if not row.is_empty)[:MOST_MOMENTS]


def as_typed(mark: MarkGiven) -> TypedMark:
    """Return a stored mark as its form shows it."""
    return TypedMark(
        answer=str(mark.level) if mark.kind is MarkKind.SCORED else mark.kind.value,
        not_applicable_reason=(mark.reason or "") if mark.kind is MarkKind.NOT_APPLICABLE else "",
        not_observable_reason=(mark.reason or "") if mark.kind is MarkKind.NOT_OBSERVABLE else "",
        evidence=mark.evidence or "",
        moments=tuple(moment_as_typed(moment) for moment in mark.moments if moment.item is None),
        items=dict(mark.items),
        item_times={moment.item: moment_as_typed(moment) for moment in mark.moments if moment.item is not None},
    )


def moment_as_typed(moment: Moment) -> TypedMoment:
    """Return a stored moment as its row shows it."""
    return TypedMoment(str(moment.footage_id or ""), clock(moment.start), clock(moment.end), moment.note or "")


def as_content(typed: TypedMark) -> dict[str, Any]:
    """Return a form as it is kept."""
    return json.loads(json.dumps(asdict(typed)))


def from_content(content: Mapping[str, Any]) -> TypedMark:
    """Return a kept form as its page shows it."""
    rest = {name: value for name, value in content.items() if name not in {"moments", "item_times"}}
    moments = tuple(TypedMoment(**one) for one in content["moments"])
    return TypedMark(**rest, moments=moments, item_times={item: TypedMoment(**one) for item, one in content["item_times"].items()})


def read_moment(typed: TypedMoment, fields: tuple[str, str], problems: dict[str, str], item: str | None = None) -> Moment | None:
    """Return the moment that a row names, None where it names none; what is wrong with it goes to `problems` under the row's fields."""
    first, last = fields
    start, end = seconds_in(typed.start, first, problems), seconds_in(typed.end, last, problems)
    try:
        footage_id = UUID(typed.camera) if typed.camera else None
    except ValueError:
        footage_id, problems[first] = None, "Choose the camera from the list."
    if typed.is_empty or first in problems or last in problems:
        return None
    if start is None:
        problems[first] = "Give the time at which it starts, too."
        return None
    return Moment(start, end, footage_id, typed.about or None, item)


def clock(seconds: float | None) -> str:
    """Return seconds as people write them into the form: "3:12", "1:03:12"; empty for None.

    >>> clock(192.0), clock(3792), clock(3.5), clock(None)
    ('3:12', '1:03:12', '0:03.5', '')
    """
    if seconds is None:
        return ""
    tenths = round(seconds * 10)
    whole, tenth = divmod(tenths, 10)
    minutes, rest = divmod(whole, SIXTY)
    hours, minutes = divmod(minutes, SIXTY)
    shown = f"{rest:02}" + (f".{tenth}" if tenth else "")
    return f"{hours}:{minutes:02}:{shown}" if hours else f"{minutes}:{shown}"


def seconds_typed(text: str) -> float:
    """Return what "3:12", "1:03:12" or "192" means in seconds.

    Raises:
        ValueError: it is no time.

    >>> seconds_typed("3:12"), seconds_typed("01:03:12"), seconds_typed("192.5")
    (192.0, 3792.0, 192.5)
    """
    found = _TIME.fullmatch(text.strip())
    message = f"{text!r} is no time"
    if found is None:
        raise ValueError(message)
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    if (found["minutes"] and seconds >= SIXTY) or (found["hours"] and minutes >= SIXTY):
        raise ValueError(message)
    return (hours * SIXTY + minutes) * SIXTY + seconds


def seconds_in(text: str, name: str, problems: dict[str, str]) -> float | None:
    """Return the seconds that were typed, None where nothing was; what is no time goes to `problems`."""
    if not text:
        return None
    try:
        return seconds_typed(text)
    except ValueError:
        problems[name] = "Write the time as minutes and seconds, like 3:12."
        return None
