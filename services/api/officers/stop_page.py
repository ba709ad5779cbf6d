"""What the page of the form asks: what was typed, what is wrong with it, and the choices, ready for the components."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.api.officers.stop_form import TypedStop
from stop_search.codes.lists import code_list
from stop_search.encounters.rules import EncounterKind, NameWithheldReason, PersonPart

KINDS = {
    EncounterKind.PERSON: "A person was searched",
    EncounterKind.PERSON_AND_VEHICLE: "A person and a vehicle were searched",
    EncounterKind.VEHICLE: "Only a vehicle was searched, with somebody in charge of it",
    EncounterKind.UNATTENDED_VEHICLE: "A vehicle was searched, with nobody there",
    EncounterKind.STOP_AND_ACCOUNT: "Nobody was searched: stop and account",
    EncounterKind.TRAFFIC_STOP: "Nobody was searched: traffic stop (Road Traffic Act 1988, section 163)",
}
PARTS = {
    PersonPart.SEARCHED: "Was searched",
    PersonPart.IN_CHARGE_OF_VEHICLE: "Was in charge of the vehicle",
    PersonPart.DRIVER: "Drove",
    PersonPart.PASSENGER: "Was a passenger",
}
NAME_WITHHELD = {
    NameWithheldReason.TERRORISM_ENQUIRY: "Terrorism enquiry",
    NameWithheldReason.REASONABLE_BELIEF_OF_DANGER: "Giving it might put officers in danger",
}


@dataclass(frozen=True)
class StopPage:
    """What the page's template asks: values, faults and choices, ready for the components."""

    typed: TypedStop
    faults: Mapping[str, str]
    today: date
    languages: tuple[str, ...]

    def value(self, name: str) -> str:
        """Return what was typed into a field."""
        return self.typed.one(name)

    def fault(self, name: str) -> dict[str, str] | None:
        """Return the field's error message, or None."""
        return {"text": self.faults[name]} if name in self.faults else None

    def is_ticked(self, name: str) -> bool:
        """Whether any box of a group is ticked or wrong, so that it must not be folded away."""
        return bool(self.typed.all_of(name)) or name in self.faults

    def summary(self) -> list[dict[str, str]]:
        """Return the lines of the error summary, in the order of the page."""
        at_group = {"started_at": "started_at-day", "submission": "stops"}
        return [{"text": text, "href": f"#{at_group.get(name, name)}"} for name, text in self.faults.items()]

    def codes(self, name: str, list_name: str, blank: str = "Choose") -> list[dict[str, object]]:
        """Return the choices of one code list as it is today, the chosen one marked, a blank one first."""
        entries = code_list(list_name).on(self.today)
        return self._choices(name, [("", blank), *((entry.key, entry.label) for entry in entries)], "selected")

    def options(self, name: str, pairs: Iterable[tuple[str, str]], blank: str = "") -> list[dict[str, object]]:
        """Return the choices of a list of (value, words), as a select's options."""
        return self._choices(name, [("", blank), *pairs] if blank else list(pairs), "selected")

    def ticks(self, name: str, pairs: Iterable[tuple[str, str]]) -> list[dict[str, object]]:
        """Return radios or checkboxes, those chosen ticked."""
        return self._choices(name, list(pairs), "checked")

    def force(self, name: str) -> list[dict[str, object]]:
        """Return a checkbox for each kind of force; "none" stands alone."""
        pairs = [(entry.key, entry.label) for entry in code_list("force_type").on(self.today)]
        boxes = self.ticks(name, pairs)
        return [{**boxes[0], "behaviour": "exclusive"}, *boxes[1:]]

    def _choices(self, name: str, pairs: list[tuple[str, str]], mark: str) -> list[dict[str, object]]:
        chosen = self.typed.all_of(name)
        return [{"value": value, "text": text, mark: value in chosen} for value, text in pairs]
