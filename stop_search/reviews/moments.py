"""Places in the footage that an answer or a flag rests on, and when they cannot be right. Pure."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ROUNDING = 0.1  # seconds: times are shown in tenths


@dataclass(frozen=True)
class Moment:
    """A place in the footage that an answer rests on, in seconds from the start of one recording.

    `footage_id` is None where nobody said which recording: the longest then decides whether the time can be right. `end` is None for a
    single moment. `item`: of which item of a checklist it is the place, None for the criterion as a whole.
    """

    start: float
    end: float | None = None
    footage_id: uuid.UUID | None = None
    note: str | None = None
    item: str | None = None


def moment_problems(moments: Iterable[Moment], lengths: Mapping[uuid.UUID, float]) -> dict[str, str]:
    """Return what is wrong with places in the footage, as field -> sentence.

    The fields are those of `moment_fields`: the ranges of the whole criterion are numbered, those of an item carry its name.
    """
    problems: dict[str, str] = {}
    number = 0
    for moment in moments:
        number += moment.item is None
        first, last = moment_fields(number, moment.item)
        problems |= _moment_problem(moment, first, last, lengths)
    return problems


def moment_fields(number: int, item: str | None = None) -> tuple[str, str]:
    """Return the names of the fields in which a moment's start and end stand.

    >>> moment_fields(1), moment_fields(2), moment_fields(0, "G")
    (('evidence_from', 'evidence_to'), ('evidence_from_2', 'evidence_to_2'), ('item_G_at', 'item_G_at'))
    """
    if item is not None:
        return f"item_{item}_at", f"item_{item}_at"
    rest = f"_{number}" if number > 1 else ""
    return f"evidence_from{rest}", f"evidence_to{rest}"


def _moment_problem(moment: Moment, first: str, last: str, lengths: Mapping[uuid.UUID, float]) -> dict[str, str]:
    if not lengths:
        return {first: "There is no footage to point into. Write a note instead."}
    length = max(lengths.values()) if moment.footage_id is None else lengths.get(moment.footage_id)
    if length is None:
        return {first: "This camera's recording is not of this stop any more. Choose another one."}
    if moment.start > length + ROUNDING:
        return {first: "This is after the end of the footage."}
    if moment.end is not None and moment.end < moment.start:
        return {last: "The end must not be before the start."}
    if moment.end is not None and moment.end > length + 1:
        return {last: "This is after the end of the footage."}
    return {}
