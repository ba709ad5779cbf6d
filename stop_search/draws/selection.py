"""Who is drawn: the rows of a frame, their tickets, and what follows from them, in exact integers. Pure; docs/draws.md says the same."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import prod

from stop_search.codes.design import NEVER, Probability
from stop_search.draws.tickets import COVER, REVIEW, SECOND, coverage_row, is_below, main_row, stream_seed, ticket, ticket_order


@dataclass(frozen=True, slots=True)
class MainRow:
    """One stop as the main stream's frame shows it."""

    token: str
    numerator: int
    denominator: int
    evidence: str

    def written(self) -> str:
        """Return the row as it stands in frame.csv."""
        return main_row(self.token, (self.numerator, self.denominator), self.evidence)


@dataclass(frozen=True, slots=True)
class CoverRow:
    """One stop as a coverage frame shows it: its probability in the main stream, its officer's group, whether the main stream drew it."""

    token: str
    numerator: int
    denominator: int
    evidence: str
    group: str
    drawn_before: bool

    def written(self) -> str:
        """Return the row as it stands in frame.csv."""
        chance = (self.numerator, self.denominator)
        return coverage_row(self.token, chance, self.evidence, self.group, drawn_before=self.drawn_before)


Row = MainRow | CoverRow


@dataclass(frozen=True, slots=True)
class Drawn:
    """What chance made of one row: its ticket (digits), and whether it is drawn, read twice, meant for the panel.

    `probability`: that of being drawn by the main stream or, in a coverage frame, by either stream.
    """

    token: str
    ticket: str
    drawn: bool
    second: bool
    panel: bool
    probability: Fraction


def main_selection(
    rows: Sequence[MainRow], *, seed: str, second: Probability = NEVER, panel: Probability = NEVER, stratified: bool = False
) -> list[Drawn]:
    """Draw the main stream; one answer for each row, in their order."""
    review = stream_seed(seed, REVIEW)
    tickets = {row.token: ticket(review, row.token) for row in rows}
    return selection_by(tickets, rows, again=stream_seed(seed, SECOND), second=second, panel=panel, stratified=stratified)


def selection_by(
    tickets: Mapping[str, str], rows: Sequence[MainRow], *, again: str, second: Probability, panel: Probability, stratified: bool
) -> list[Drawn]:
    """Return what the main stream's tickets, by token, make of the rows; `again`: the seed of the tickets for second readings."""
    places = _places(rows, tickets) if stratified else {}
    found: list[Drawn] = []
    for row in rows:
        digits, num, den = tickets[row.token], row.numerator, row.denominator
        if row.token in places:
            drawn, shown = places[row.token] < num, places[row.token] < num * panel[0] // panel[1]
        else:
            drawn = is_below(digits, (num, den))
            shown = drawn and is_below(digits, (num, den), panel)
        read_twice = drawn and is_below(ticket(again, row.token), second)
        found.append(Drawn(row.token, digits, drawn, read_twice, drawn and shown, _fraction(num, den)))
    return found


@lru_cache(maxsize=1024)  # a frame has a few
def _fraction(numerator: int, denominator: int) -> Fraction:
    return Fraction(numerator, denominator)


def _places(rows: Sequence[MainRow], tickets: Mapping[str, str]) -> dict[str, int]:
    """Return each row's place in its stratum by ticket, from 0. A stratum is all rows with the same pair below 1."""
    strata: defaultdict[Probability, list[str]] = defaultdict(list)
    for row in rows:
        if row.numerator < row.denominator:
            strata[row.numerator, row.denominator].append(row.token)
    return {token: n for tokens in strata.values() for n, token in enumerate(sorted(tokens, key=lambda t: ticket_order(tickets[t], t)))}


def cover_selection(rows: Sequence[CoverRow], *, seed: str, second: Probability = NEVER) -> list[Drawn]:
    """Draw the coverage: in each group of which the main stream drew nothing, the row with the smallest ticket."""
    cover, again = stream_seed(seed, COVER), stream_seed(seed, SECOND)
    tickets = {row.token: ticket(cover, row.token) for row in rows}
    groups: defaultdict[str, list[CoverRow]] = defaultdict(list)
    for row in rows:
        groups[row.group].append(row)
    chosen = {
        min(ticket_order(tickets[row.token], row.token) for row in group)[1]
        for group in groups.values()
        if not any(row.drawn_before for row in group)
    }
    extra = {name: coverage_chance([(row.numerator, row.denominator) for row in group]) for name, group in groups.items()}
    total = {key: _fraction(*key[1:]) + extra[key[0]] for key in {(row.group, row.numerator, row.denominator) for row in rows}}
    return [
        Drawn(
            token=row.token,
            ticket=tickets[row.token],
            drawn=row.token in chosen,
            second=row.token in chosen and is_below(ticket(again, row.token), second),
            panel=False,
            probability=total[row.group, row.numerator, row.denominator],
        )
        for row in rows
    ]


def coverage_chance(chances: Sequence[Probability]) -> Fraction:
    """Return the probability that coverage draws one given row of a group: (1/m) x the product of (1 - p), over its m rows."""
    none_drawn = Fraction(prod(den - num for num, den in chances), prod(den for _, den in chances))
    return none_drawn / len(chances)
