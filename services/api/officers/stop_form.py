"""From what was typed to the stop that it tells, and back again; what is wrong, by the form's field names.

What nobody touched stays as it was told before, to the letter; what the form does not ask of this kind of stop is not recorded.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.api.officers.asked import OF_PERSON, OF_STOP, Way
from services.api.officers.moments import MOMENT_FIELDS, moments_as_typed, typed_moments
from services.api.officers.typed import TypedStop
from stop_search.encounters.completeness import NOTHING_FOUND
from stop_search.encounters.rules import (
    NOT_STATED,
    EncounterKind,
    EncounterSource,
    NameWithheldReason,
    NewEncounter,
    NewPerson,
    PersonPart,
)
from stop_search.encounters.soundness import check_encounter
from stop_search.errors import Invalid

ANSWERS = {"yes": True, "no": False}
# What stands in a person's part of the form without anybody having typed it.
GIVEN_FIELDS = ("part", "language")
# Which parts make sense in which kind of stop, the usual one first.
PARTS_IN = {
    EncounterKind.TRAFFIC_STOP: (PersonPart.PASSENGER, PersonPart.DRIVER, PersonPart.IN_CHARGE_OF_VEHICLE),
    EncounterKind.VEHICLE: (PersonPart.IN_CHARGE_OF_VEHICLE, PersonPart.DRIVER, PersonPart.PASSENGER),
}
PLACED = {"people": "kind", "ended_at": "ended", "officer_number": "kind", "latitude": "place", "longitude": "place"}


@dataclass(frozen=True)
class FilledIn:
    """The form that a stop was typed into: `before` is the record that it amends (None for a new stop), `shown` how it was filled in."""

    typed: TypedStop
    kind: EncounterKind
    before: NewEncounter | None
    shown: TypedStop

    @property
    def keeps_its_kind(self) -> bool:
        """Whether a record is amended and remains of its kind."""
        return self.before is not None and self.before.kind is self.kind

    def is_touched(self, *names: str) -> bool:
        """Whether any of these fields was changed by whoever filled in the form."""
        return any(self.typed.said(name) != self.shown.said(name) for name in names)


def told_stop(
    typed: TypedStop, *, officer_number: str, now: datetime, before: NewEncounter | None = None, in_error: Collection[int] = ()
) -> NewEncounter:
    """Return the stop that was typed. `before`: the record that is amended, whose officer stays; `in_error`: who of it is a mistake.

    Raises:
        Invalid: something is missing or cannot be right; `fields` maps the form's field names to sentences.

    """
    faults: dict[str, str] = {}
    stop = _stop(typed, officer_number, now, before, faults)
    try:
        check_encounter(stop, now=now, in_error=in_error)
    except Invalid as error:
        faults |= {name: text for name, text in on_the_form(error.fields).items() if name not in faults}
    if faults:
        message = "There is a problem"
        raise Invalid(message, faults)
    return stop


def typed_again(told: NewEncounter) -> TypedStop:
    """Return the form filled in with what a record tells, to be amended."""
    values = moments_as_typed(told.started_at, told.ended_at) | {"kind": str(told.kind)}
    many: dict[str, tuple[str, ...]] = {name: (text,) for name, text in values.items()}
    for field, (way, _) in OF_STOP.items():
        many[field] = _written(way, getattr(told, field))
    for n, person in enumerate(told.people):
        fields = {field: way for field, (way, _) in OF_PERSON.items() if field != "language"}
        many |= {f"people-{n}-{field}": _written(way, getattr(person, field)) for field, way in fields.items()}
    return TypedStop(many, max(len(told.people), 1))


def on_the_form(faults: Mapping[str, str]) -> dict[str, str]:
    """Return faults by the form's field names ("people.0.outcome" -> "people-0-outcome"), the first of each field."""
    placed: dict[str, str] = {}
    for path, text in faults.items():
        name = "officers_present" if path.startswith("officers_present") else PLACED.get(path, path.replace(".", "-"))
        placed.setdefault(name, text)
    return placed


def _stop(typed: TypedStop, officer_number: str, now: datetime, before: NewEncounter | None, faults: dict[str, str]) -> NewEncounter:
    kind = EncounterKind(typed.one("kind")) if typed.one("kind") in set(EncounterKind) else EncounterKind.PERSON
    filled = FilledIn(typed, kind, before, typed_again(before) if before else TypedStop({}))
    blank = NewEncounter(kind=kind, source=EncounterSource.OFFICER_PAGE, started_at=now, officer_number=officer_number)
    changed = _changed(filled, OF_STOP, "")
    if "officer_name_withheld_reason" in changed:
        changed["officer_name_withheld_reason"] = _withheld(changed["officer_name_withheld_reason"])
    stop = replace(before or blank, kind=kind, finish_later=typed.one("do") == "later", people=_people(filled), **changed)
    if typed.said("occupants") and stop.occupants is None and kind is EncounterKind.TRAFFIC_STOP:
        faults["occupants"] = "Give the number of people in or on the vehicle, such as 3."
    if before and not filled.is_touched(*MOMENT_FIELDS):
        return stop
    began, ended = typed_moments(typed, faults)
    return replace(stop, started_at=began or stop.started_at, ended_at=ended)


def _changed(filled: FilledIn, asked: Mapping[str, tuple[Way, frozenset[EncounterKind]]], at: str) -> dict[str, Any]:
    """Return the fields that the form changes: touched ones as typed; those that this kind of stop does not have as blank."""
    changed: dict[str, Any] = {}
    for field, (way, kinds) in asked.items():
        is_asked = filled.kind in kinds
        if is_asked and filled.is_touched(at + field):
            changed[field] = _value(way, filled.typed.said(at + field))
        elif not is_asked and not filled.keeps_its_kind:
            changed[field] = _value(way, ())
    return changed


def _people(filled: FilledIn) -> tuple[NewPerson, ...]:
    kept = filled.before.people if filled.before else ()
    people: list[NewPerson] = []
    for n in range(max(filled.typed.people, len(kept))):
        if n < len(kept):
            people.append(_person(filled, n, kept[n]))
        elif filled.kind is not EncounterKind.UNATTENDED_VEHICLE or _is_filled(filled.typed, n):
            people.append(_person(filled, n, None))
    return tuple(people)


def _person(filled: FilledIn, n: int, before: NewPerson | None) -> NewPerson:
    at = f"people-{n}-"
    changed = _changed(filled, OF_PERSON, at) | {"part": _part(filled, n, before)}
    language = before.language if before else changed.get("language") or "en"  # what was printed is not translated afterwards
    person = replace(before or NewPerson(), **(changed | {"language": language}))
    return person if person == before else _made_to_agree(person)


def _part(filled: FilledIn, n: int, before: NewPerson | None) -> PersonPart:
    """Return a person's part: as told before, as typed where that makes sense, else the usual one of this kind of stop."""
    name = f"people-{n}-part"
    if before and filled.keeps_its_kind and not (filled.typed.said(name) and filled.is_touched(name)):
        return before.part
    possible = PARTS_IN.get(filled.kind, tuple(PersonPart))
    for part in (filled.typed.one(name), before.part if before else None):
        if part in possible:
            return PersonPart(part)
    return PersonPart.DRIVER if filled.kind is EncounterKind.TRAFFIC_STOP and n == 0 else possible[0]


def _made_to_agree(person: NewPerson) -> NewPerson:
    """Leave out what the form hides because of another answer: the last answer counts."""
    left_out: dict[str, Any] = {}
    if person.self_defined_ethnicity != NOT_STATED:
        left_out["ethnicity_not_stated_reason"] = None
    if not person.outcome or (person.outcome == NOTHING_FOUND and person.outcome_linked):
        left_out["outcome_linked"] = None
    if not person.was_searched:
        how = ("clothing_level", "search_place", "searched_by_same_sex", "appropriate_adult_present", "authorised_by")
        left_out |= dict.fromkeys(how)
    return replace(person, **left_out)


def _withheld(typed: str | None) -> NameWithheldReason | None:
    return NameWithheldReason(typed) if typed in set(NameWithheldReason) else None


def _is_filled(typed: TypedStop, n: int) -> bool:
    before = f"people-{n}-"
    given = {before + name for name in GIVEN_FIELDS}
    return any(name.startswith(before) and name not in given and typed.said(name) for name in typed.values)


def _value(way: Way, said: tuple[str, ...]) -> Any:  # noqa: ANN401 -- any field's value
    text = said[-1] if said else None
    match way:
        case Way.TEXT | Way.LINES:
            return text
        case Way.YES_NO:
            return ANSWERS.get(text or "")
        case Way.TICK:
            return text == "yes"
        case Way.MANY:
            return said
        case Way.NUMBERS:
            return tuple((text or "").replace(",", " ").replace(";", " ").split())
        case Way.COUNT:
            return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 3 else None  # noqa: PLR2004 -- digits


def _written(way: Way, value: Any) -> tuple[str, ...]:  # noqa: ANN401 -- any field's value
    """Return how a field's value stands in the form. Browsers take line breaks out of a field of one line, so they do not stand there."""
    if value is None or value == "":
        return ()
    match way:
        case Way.TEXT:
            return (str(value).replace("\r", "").replace("\n", ""),)
        case Way.YES_NO:
            return ("yes" if value else "no",)
        case Way.TICK:
            return ("yes",) if value else ()
        case Way.MANY:
            return tuple(value)
        case Way.NUMBERS | Way.LINES | Way.COUNT:
            return (", ".join(value) if way is Way.NUMBERS else str(value),)
