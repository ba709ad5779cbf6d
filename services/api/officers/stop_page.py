"""What the page of the form asks: what was typed, what is wrong with it, and the choices, ready for the components."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.api.officers.asked import EVERY_KIND, WITH_PEOPLE, kinds_of
from services.api.officers.typed import TypedStop
from services.api.pages import LANGUAGES
from stop_search.codes.lists import code_list
from stop_search.codes.power_rules import power_rule
from stop_search.encounters.rules import NO_FORCE, EncounterKind, Gap, NameWithheldReason, PersonPart

KINDS = {
    EncounterKind.PERSON: "A person was searched",
    EncounterKind.PERSON_AND_VEHICLE: "A person and a vehicle were searched",
    EncounterKind.VEHICLE: "Only a vehicle was searched, with somebody in charge of it",
    EncounterKind.UNATTENDED_VEHICLE: "A vehicle was searched, with nobody there",
    EncounterKind.STOP_AND_ACCOUNT: "Nobody was searched: stop and account",
    EncounterKind.TRAFFIC_STOP: "Nobody was searched: traffic stop (Road Traffic Act 1988, section 163)",
}
KIND_NAMES = {
    EncounterKind.PERSON: "Person",
    EncounterKind.PERSON_AND_VEHICLE: "Person and vehicle",
    EncounterKind.VEHICLE: "Vehicle",
    EncounterKind.UNATTENDED_VEHICLE: "Vehicle, nobody there",
    EncounterKind.STOP_AND_ACCOUNT: "Stop and account",
    EncounterKind.TRAFFIC_STOP: "Traffic stop",
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


# What another answer must be for a field to be asked at all; the style sheet hides the others where it can.
ASKED_WHEN = {
    "authorisation_reference": "authorisation",
    "vehicle_outcome_linked": "vehicle_outcome",
    "ethnicity_not_stated_reason": "not_stated",
    "safeguarding_considered": "safeguarding",
    "referral_made": "safeguarding",
    "clothing_level": "carried_out",
    "search_place": "thorough",
    "searched_by_same_sex": "thorough",
    "appropriate_adult_present": "strip_search_of_protected",
    "authorised_by": "strip_search_of_protected",
    "outcome_linked": "outcome",
}
# What may be said in place of a field that is missing.
INSTEAD = {"receipt_handed": "receipt_not_offered_reason"}
# Where a link leads whose field has no element of its own name.
ANCHORS = {"started_at": "started_at-day", "submission": "stops"}
Choice = dict[str, object]


@dataclass(frozen=True)
class StopPage:
    """What the page's template asks: values, faults, gaps and choices, ready for the components.

    `day`: of the stop, for the codes in force. `kept`: how many people stand in the record already and cannot be taken out.
    """

    typed: TypedStop
    faults: Mapping[str, str]
    day: date
    languages: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()
    kept: int = 0

    def value(self, name: str) -> str:
        """Return what was typed into a field."""
        return self.typed.one(name)

    def fault(self, name: str) -> dict[str, str] | None:
        """Return the field's error message, or None."""
        return {"text": self.faults[name]} if name in self.faults else None

    def hint(self, name: str, text: str | None) -> dict[str, str] | None:
        """Return the field's hint; where the record still lacks the field, that stands first."""
        words = " ".join(part for part in ("Still missing." if name in self._lacking else "", text or "") if part)
        return {"text": words} if words else None

    def group(self, name: str) -> dict[str, object]:
        """Return how the field's group is marked: of which kinds of stop it is, when it is asked, whether it is missing.

        What is filled in, wrong or missing carries no mark by which it could be hidden, unless this kind of stop does not have it.
        """
        _, field = _parted(name)
        attributes = {"data-kinds": self.kinds(name), "data-when": self._when(name, field)}
        classes = "site-missing" if name in self._lacking else ""
        return {"classes": classes, "attributes": {key: value for key, value in attributes.items() if value}}

    def kinds(self, *names: str) -> str:
        """Return the kinds of stop that have a field, for the style sheet; empty where every kind has it, or something is wrong there."""
        kinds = frozenset[EncounterKind]().union(*(kinds_of(name) for name in names))
        return "" if kinds == EVERY_KIND or any(name in self.faults for name in names) else " ".join(sorted(kinds))

    @property
    def kinds_with_people(self) -> str:
        """Return the kinds of stop in which there are people; empty where the kind itself is wrong."""
        return "" if "kind" in self.faults else " ".join(sorted(WITH_PEOPLE))

    def is_open(self, *names: str) -> bool:
        """Whether anything here is filled in, wrong or missing, so that it must not be folded away."""
        return any(self.typed.said(name) or name in self.faults or name in self._lacking for name in names)

    def summary(self) -> list[dict[str, str]]:
        """Return the lines of the error summary, in the order of the page."""
        return [{"text": text, "href": f"#{ANCHORS.get(name, name)}"} for name, text in self.faults.items()]

    def missing(self) -> list[dict[str, str]]:
        """Return what the record still lacks, each with a link to its field."""
        return [{"text": text, "href": f"#{name}"} for text, name in gap_links(self.gaps)]

    def codes(self, name: str, list_name: str, blank: str = "Choose") -> list[Choice]:
        """Return the choices of one code list as it was on the day of the stop, the chosen one marked, a blank one first."""
        return self._choices(name, [("", blank), *self._entries(name, list_name)], "selected")

    def powers(self) -> list[Choice]:
        """Return the powers, each marked with whether it rests on an authorisation or an order."""
        marks = {"authorisation": "authorisation", "order": "authorisation"}
        return [
            choice | ({"attributes": {"data-rests-on": marks[rests]}} if (rests := self._rests_on(str(choice["value"]))) in marks else {})
            for choice in self.codes("power", "power", "Choose")
        ]

    def kinds_of_stop(self) -> list[Choice]:
        """Return a radio for each kind of stop."""
        return self.ticks("kind", [(str(kind), words) for kind, words in KINDS.items()])

    def reasons_to_withhold(self) -> list[Choice]:
        """Return the lawful reasons for which the officer's name is not printed."""
        return self.options("officer_name_withheld_reason", [(str(key), words) for key, words in NAME_WITHHELD.items()], "It is printed")

    def language_names(self, name: str) -> list[Choice]:
        """Return the languages in which a receipt can be had."""
        return self.options(name, [(code, LANGUAGES.get(code, code)) for code in self.languages])

    def options(self, name: str, pairs: Iterable[tuple[str, str]], blank: str = "") -> list[Choice]:
        """Return the choices of a list of (value, words), as a select's options."""
        return self._choices(name, [("", blank), *pairs] if blank else list(pairs), "selected")

    def ticks(self, name: str, pairs: Iterable[tuple[str, str]]) -> list[Choice]:
        """Return radios or checkboxes, those chosen ticked."""
        return self._choices(name, list(pairs), "checked")

    def radios(self, name: str, list_name: str) -> list[Choice]:
        """Return a radio for each code of a list."""
        return self.ticks(name, self._entries(name, list_name))

    def yes_no(self, name: str) -> list[Choice]:
        """Return the two radios of a question that is answered yes or no."""
        return self.ticks(name, [("yes", "Yes"), ("no", "No")])

    def parts(self, name: str) -> list[Choice]:
        """Return a radio for each part that a person can have."""
        return self.ticks(name, [(str(part), words) for part, words in PARTS.items()])

    def force(self, name: str) -> tuple[list[Choice], list[Choice]]:
        """Return the box for "no force", which is a statement of its own, and the boxes for each kind of force."""
        boxes = self.ticks(name, self._entries(name, "force_type"))
        return [box for box in boxes if box["value"] == NO_FORCE], [box for box in boxes if box["value"] != NO_FORCE]

    def some_force(self, name: str) -> bool:
        """Whether any kind of force is ticked."""
        return any(kind != NO_FORCE for kind in self.typed.said(name))

    @property
    def _lacking(self) -> frozenset[str]:
        names = {name for _, name in gap_links(self.gaps)}
        return frozenset(names | {before + INSTEAD[field] for before, field in map(_parted, names) if field in INSTEAD})

    def _when(self, name: str, field: str) -> str:
        return "" if self.is_open(name) else ASKED_WHEN.get(field, "")

    def _rests_on(self, power: str) -> str:
        return power_rule(power, self.day).rests_on if power else ""

    def _entries(self, name: str, list_name: str) -> list[tuple[str, str]]:
        """Return the codes in force on the day, and any other that was chosen, so that nothing is lost unseen."""
        codes = code_list(list_name)
        in_force = codes.on(self.day)
        chosen = [codes.entry(key) for key in self.typed.said(name) if key in codes]
        return [(entry.key, entry.label) for entry in (*in_force, *(entry for entry in chosen if entry not in in_force))]

    def _choices(self, name: str, pairs: list[tuple[str, str]], mark: str) -> list[Choice]:
        chosen = self.typed.all_of(name)
        return [{"value": value, "text": text, mark: value in chosen} for value, text in pairs]


def gap_links(gaps: Iterable[Gap]) -> list[tuple[str, str]]:
    """Return each gap's sentence, with the person's number where there is one, and the name of its field on the form."""
    return [(_sentence(gap), "people-0-part" if gap.path == "people" else gap.path.replace(".", "-")) for gap in gaps]


def _parted(name: str) -> tuple[str, str]:
    """Return "people-0-" and "outcome" of "people-0-outcome"."""
    before, hyphen, field = name.rpartition("-")
    return before + hyphen, field


def _sentence(gap: Gap) -> str:
    before, _, rest = gap.path.partition(".")
    return f"Person {int(rest.partition('.')[0]) + 1}: {gap.message}" if before == "people" and rest else gap.message
