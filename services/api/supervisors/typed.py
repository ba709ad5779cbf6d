"""What a reviewer typed: read from the form without losing anything, and shown again as it was."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from stop_search.errors import Invalid
from stop_search.reviews.rules import Criterion, MarkGiven, MarkKind

LEVELS = {"0": 0, "1": 1, "2": 2, "3": 3}
SIXTY = 60
_TIME = re.compile(r"(?:(?:(?P<hours>\d{1,2}):)?(?P<minutes>\d{1,3}):)?(?P<seconds>\d{1,6}(?:\.\d{1,6})?)", re.ASCII)


@dataclass(frozen=True)
class Sent:
    """A form's text fields; `all_of` gives every value of a field that may come more than once (checkboxes)."""

    pairs: tuple[tuple[str, str], ...]

    def one(self, name: str) -> str:
        """Return the first value of a field, trimmed; empty where it was not sent."""
        return next((value for key, value in self.pairs if key == name), "").strip()

    def all_of(self, name: str) -> frozenset[str]:
        """Return every value of a field."""
        return frozenset(value for key, value in self.pairs if key == name)


async def read_form(request: Request) -> Sent:
    """Return the form's fields as text. NUL can be stored nowhere and is taken out; line ends become one."""
    form = await request.form()
    return Sent(
        tuple((key, value.replace("\x00", "").replace("\r\n", "\n")) for key, value in form.multi_items() if isinstance(value, str))
    )


SentForm = Annotated[Sent, Depends(read_form)]


@dataclass(frozen=True)
class TypedMark:
    """One criterion's form as it stands: every field is text, as typed."""

    answer: str = ""
    not_applicable_reason: str = ""
    not_observable_reason: str = ""
    evidence: str = ""
    evidence_from: str = ""
    evidence_to: str = ""
    items: Mapping[str, str] = field(default_factory=dict[str, str])

    def given(self) -> MarkGiven:
        """Return the mark that was typed.

        Raises:
            Invalid: no answer was chosen, or a time is none; `fields` says which and how to write it.

        """
        problems: dict[str, str] = {}
        start = _seconds(self.evidence_from, "evidence_from", problems)
        end = _seconds(self.evidence_to, "evidence_to", problems)
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
        return MarkGiven(kind, level, reason, self.evidence or None, start, end, self.items)


def typed_mark(sent: Sent, criterion: Criterion) -> TypedMark:
    """Return the form of a criterion as it was sent."""
    return TypedMark(
        answer=sent.one("answer"),
        not_applicable_reason=sent.one("not_applicable_reason"),
        not_observable_reason=sent.one("not_observable_reason"),
        evidence=sent.one("evidence"),
        evidence_from=sent.one("evidence_from"),
        evidence_to=sent.one("evidence_to"),
        items={item.id: sent.one(f"item_{item.id}") for item in criterion.items},
    )


def as_typed(mark: MarkGiven) -> TypedMark:
    """Return a stored mark as its form shows it."""
    return TypedMark(
        answer=str(mark.level) if mark.kind is MarkKind.SCORED else mark.kind.value,
        not_applicable_reason=(mark.reason or "") if mark.kind is MarkKind.NOT_APPLICABLE else "",
        not_observable_reason=(mark.reason or "") if mark.kind is MarkKind.NOT_OBSERVABLE else "",
        evidence=mark.evidence or "",
        evidence_from=clock(mark.evidence_from_seconds),
        evidence_to=clock(mark.evidence_to_seconds),
        items=dict(mark.items),
    )


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


def _seconds(text: str, name: str, problems: dict[str, str]) -> float | None:
    if not text:
        return None
    try:
        return seconds_typed(text)
    except ValueError:
        problems[name] = "Write the time as minutes and seconds, like 3:12."
        return None
