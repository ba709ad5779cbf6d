"""The parts of a receipt or notice under headings: rights, the copy and its last day, complaints and advice. Pure."""

import re
from dataclasses import dataclass

from receipts.words import Words
from stop_search.codes.power_rules import power_rule
from stop_search.encounters.entitlement import USUAL_MONTHS, last_day
from stop_search.encounters.rules import ReceiptFacts
from stop_search.wording import london

# Names that every language leaves as they are. Who changes one makes a new layout version, as for any other word.
COMPLAINT_SITE = "policeconduct.gov.uk"
ADVISERS = "Citizens Advice, StopWatch, Release"
CHILDLINE = "0800\u00a01111"  # never broken between two lines
WIDER_CLOTHES = "tact_s47a"  # headgear and footwear too (Terrorism Act 2000 Schedule 6B)
DAYS = re.compile(r"({day}|{record_day})")

Run = tuple[str, bool]  # words, and whether they stand out


@dataclass(frozen=True)
class Section:
    """Lines under a heading. `key` is rights, copy, help or notice; a line is a row of runs; `listed` lines have bullets."""

    key: str
    heading: str
    lines: tuple[tuple[Run, ...], ...]
    listed: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines without their emphasis."""
        return tuple("".join(said for said, _ in line) for line in self.lines)


def rights_section(facts: ReceiptFacts, said: Words, key: str) -> Section:
    """Return the rights of `key`; under the Terrorism Act 2000 s.47A more clothes may have to come off in public."""
    if key == "searched" and facts.power == WIDER_CLOTHES:
        key = "searched_for_terrorism"
    return Section("rights", said.text("labels", "rights"), tuple(((line, False),) for line in said.lines("rights", key)), listed=True)


def copy_section(facts: ReceiptFacts, said: Words, key: str) -> Section:
    """Say until when a copy can be asked for (PACE 1984 s.3(7) to (9)), or a written statement (CJPOA 1994 s.60(10), (10A))."""
    searched_on = london(facts.started_at).date()
    if facts.record_in_custody:
        key = "custody"
    elif key == "record" and facts.power and power_rule(facts.power, searched_on).entitlement_to == "statement":
        key = "statement"
    days = {"day": said.day(facts.entitlement_ends_on), "record_day": said.day(last_day(searched_on, USUAL_MONTHS))}
    return Section("copy", said.text("labels", "copy"), (with_days(said.text("copy", key), **days),))


def help_section(said: Words, *, answers: bool) -> Section:
    """Say how to complain and who gives advice; where one can answer, that answers are no complaint."""
    complaint = said.text("complaint", complaint_site=COMPLAINT_SITE)
    if answers and said.text("no_complaint"):
        complaint = f"{said.text('no_complaint')} {complaint}"
    support = said.text("support", advisers=ADVISERS, childline=CHILDLINE)
    return Section("help", said.text("labels", "help"), (((complaint, False),), ((support, False),)))


def with_days(sentence: str, **days: str) -> tuple[Run, ...]:
    """Return a sentence in runs, the days in bold."""
    parts = (part for part in DAYS.split(sentence) if part)
    return tuple((days[part[1:-1]], True) if DAYS.fullmatch(part) else (part, False) for part in parts)
