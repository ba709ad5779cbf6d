"""Invented forces whose every stop is known, and the real schools of California: the truth that samples are drawn from.

A population is fixed: what varies is the draw alone. P1 is a large force's quarter, P2 a small one's, P3 the schools of R's `survey` (their
years' results are real), P4 is made to be hard: an event of one in a hundred, weights of 50, a fifth that cannot be told, and footage that
is missing more often where the standard was not met.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stop_search.codes.design import Coverage, Design, Method
from stop_search.draws.rules import RecordFacts, RiskClass, risk_class
from tests.support.sampled import CLASSES, hexed

Codes = NDArray[np.int64]
Numbers = NDArray[np.float64]
MET, NOT_MET, NOT_APPLICABLE, CANNOT_TELL, NO_FOOTAGE = range(5)
WEEKS, MONTHS = 13, 3
ETHNICITIES = ("White", "Asian", "Black", "Mixed", "Other")
SCHOOLS = Path(__file__).parent / "californian_schools.csv"


@dataclass(frozen=True)
class Partition:
    """A way to divide a population: each one's part, shape (N,), counts into `names`."""

    names: tuple[str, ...]
    part: Codes


@dataclass(frozen=True)
class Population:
    """All stops of a quarter. Arrays have shape (N,).

    `risk`: counts into `classes`. `answers`: what a review of each would find, by criterion. `measured`: numbers that are known of each
    that is drawn. `for_cause`: those that would be reviewed for a cause where chance did not draw them. `with_all_footage`: the share
    that met the standard if there were footage of every stop and everything could be seen on it.
    """

    name: str
    classes: tuple[str, ...]
    risk: Codes
    week: Codes
    officer: Codes
    partitions: Mapping[str, Partition]
    answers: Mapping[str, Codes]
    measured: Mapping[str, Numbers]
    for_cause: NDArray[np.bool_]
    by_ticket: Design
    by_number: Design
    with_all_footage: float

    @property
    def size(self) -> int:
        """How many stops there are."""
        return len(self.risk)

    @cached_property
    def tokens(self) -> list[str]:
        """The token of each stop."""
        return [hexed(f"{self.name} {n}") for n in range(self.size)]

    @property
    def month(self) -> Codes:
        """The month in which each one's week ends."""
        return self.week * MONTHS // WEEKS


def a_force(name: str, stops: int, officers: int, units: int, seed: int) -> Population:
    """Return an invented force's quarter, as P1 and P2 are."""
    chance = np.random.default_rng(seed)
    facts = _facts(chance, stops, officers, units)
    met = chance.random(stops) < _chance_to_meet(chance, facts)
    rare = chance.random(stops) < np.where(facts.force | facts.young, 0.055, 0.022)
    unseen = chance.random(stops) < 0.04
    missing = facts.no_footage | (chance.random(stops) < 0.02)
    number = {"high": stops // 190, "base": stops // 270}
    return _population(name, facts, _Found(met, rare, unseen, missing), CLASSES, number, chance)


def a_hard_force(stops: int = 6000, seed: int = 4) -> Population:
    """Return P4."""
    chance = np.random.default_rng(seed)
    facts = _facts(chance, stops, 300, 6)
    met = chance.random(stops) < _chance_to_meet(chance, facts)
    rare = chance.random(stops) < 0.01
    unseen = chance.random(stops) < 0.20
    missing = facts.no_footage | (chance.random(stops) < np.where(met, 0.05, 0.25))
    return _population("P4", facts, _Found(met, rare, unseen, missing), CLASSES | {"base": (1, 50)}, {"high": 40, "base": 8}, chance)


def californian_schools() -> Population:
    """Return P3: 6,194 schools as though they were stops, districts as though they were officers, their kinds as risk classes.

    Source: California Department of Education, Academic Performance Index 2000, as R's package `survey` has it (`apipop`).
    """
    with SCHOOLS.open(newline="", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    column = {name: np.array([int(row[name]) for row in rows]) for name in rows[0] if name != "kind"}
    kinds = ("E", "H", "M")
    county, counted = np.unique(column["county"], return_counts=True)
    largest = county[np.argsort(-counted, kind="stable")[:8]]
    place = np.array([int(np.flatnonzero(largest == one)[0]) if one in largest else 8 for one in column["county"]])
    everything = np.zeros(len(rows), dtype=np.int64)
    counties = (*(f"county {n}" for n in largest), "other counties")
    chance = np.random.default_rng(3)
    return Population(
        name="P3",
        classes=kinds,
        risk=np.array([kinds.index(row["kind"]) for row in rows]),
        week=chance.integers(0, WEEKS, len(rows)),
        officer=np.unique(column["district"], return_inverse=True)[1],
        partitions={
            "all": Partition(("all",), everything),
            "group": Partition(("few free meals", "some free meals", "most have free meals"), np.digitize(column["meals"], (30, 75))),
            "unit": Partition(counties, place),
        },
        answers={"met": np.where(column["targets_met"] == 1, MET, NOT_MET), "rare": np.where(column["api00"] >= 900, MET, NOT_MET)},
        measured={"amount": column["tested"].astype(float), "one": column["api00"].astype(float), "other": column["api99"].astype(float)},
        for_cause=np.zeros(len(rows), dtype=bool),
        by_ticket=Design(classes={"E": (1, 20), "H": (7, 20), "M": (1, 5)}, coverage=Coverage.MONTHLY),
        by_number=Design(sizes={"E": 18, "H": 20, "M": 16}, method=Method.STRATIFIED),
        with_all_footage=float(np.mean(column["targets_met"])),
    )


@dataclass(frozen=True)
class _Facts:
    """What the register knows of each stop. `risk` counts into RiskClass."""

    young: NDArray[np.bool_]
    force: NDArray[np.bool_]
    no_footage: NDArray[np.bool_]
    risk: Codes
    ethnicity: Codes
    officer: Codes
    unit: Codes


@dataclass(frozen=True)
class _Found:
    """What a review of each stop would find: whether the standard was met, whether something rare happened, what cannot be seen."""

    met: NDArray[np.bool_]
    rare: NDArray[np.bool_]
    unseen: NDArray[np.bool_]
    missing: NDArray[np.bool_]


def _facts(chance: np.random.Generator, stops: int, officers: int, units: int) -> _Facts:
    ethnicity = chance.choice(len(ETHNICITIES), stops, p=(0.58, 0.13, 0.18, 0.08, 0.03))
    young = chance.random(stops) < 0.10
    force = chance.random(stops) < np.where(np.isin(ethnicity, (2, 3)), 0.14, 0.10)
    no_footage = chance.random(stops) < 0.04
    intimate, late, missed = (chance.random(stops) < share for share in (0.015, 0.005, 0.02))
    risk = np.array([_class_of(*each) for each in zip(young, force, no_footage, intimate, late, missed, strict=True)])
    busy = chance.exponential(1.0, officers)
    officer = chance.choice(officers, stops, p=busy / busy.sum())
    return _Facts(young, force, no_footage, risk, ethnicity, officer, officer % units)


def _class_of(young: object, force: object, no_footage: object, intimate: object, late: object, missed: object) -> int:
    began = datetime(2026, 7, 6, tzinfo=UTC)
    facts = RecordFacts(
        clothing_levels=frozenset({"intimate_parts"}) if intimate else frozenset(),
        age_bands=frozenset({"10_17" if young else "18_24"}),
        force_used=frozenset({"handcuffs" if force else "none"}),
        has_footage=not no_footage,
        started_at=began,
        recorded_at=began + timedelta(days=20 if late else 0),
        missed_its_frame=bool(missed),
    )
    return list(RiskClass).index(risk_class(facts))


def _chance_to_meet(chance: np.random.Generator, facts: _Facts) -> Numbers:
    """Return each stop's chance to meet the standard: units, officers and groups differ, and force and age tell."""
    by_unit, by_officer = chance.normal(0, 0.15, facts.unit.max() + 1), chance.normal(0, 0.35, facts.officer.max() + 1)
    by_group = np.array([0.0, -0.15, -0.25, -0.2, -0.1])
    logit = 1.75 - 0.8 * (facts.force | facts.young) + by_unit[facts.unit] + by_officer[facts.officer] + by_group[facts.ethnicity]
    return 1 / (1 + np.exp(-logit))


def _population(
    name: str, facts: _Facts, found: _Found, classes: Mapping[str, tuple[int, int]], number: Mapping[str, int], chance: np.random.Generator
) -> Population:
    stops = len(facts.risk)
    not_seen = np.where(found.missing, NO_FOOTAGE, np.where(found.unseen, CANNOT_TELL, MET))
    does_not_apply = chance.random(stops) < 0.05
    met = np.where(not_seen != MET, not_seen, np.where(does_not_apply, NOT_APPLICABLE, np.where(found.met, MET, NOT_MET)))
    rare = np.where(not_seen != MET, not_seen, np.where(found.rare, MET, NOT_MET))
    minutes = chance.lognormal(2.0, 0.4, stops)
    something_was_found = chance.random(stops) < np.where(facts.force, 0.4, 0.25)
    units = tuple(f"unit {n + 1}" for n in range(facts.unit.max() + 1))
    sizes: dict[str, int | None] = {one.value: None for one in RiskClass} | {"delayed": 5} | dict(number)
    return Population(
        name=name,
        classes=tuple(one.value for one in RiskClass),
        risk=facts.risk,
        week=chance.integers(0, WEEKS, stops),
        officer=facts.officer,
        partitions={
            "all": Partition(("all",), np.zeros(stops, dtype=np.int64)),
            "group": Partition(ETHNICITIES, facts.ethnicity),
            "unit": Partition(units, facts.unit),
            "age": Partition(("18 and over", "under 18"), facts.young.astype(np.int64)),
        },
        answers={"met": met, "rare": rare},
        measured={"amount": something_was_found.astype(float), "one": minutes * chance.uniform(0.2, 0.8, stops), "other": minutes},
        for_cause=chance.random(stops) < np.where(found.met, 0.01, 0.08),
        by_ticket=Design(classes=classes, coverage=Coverage.MONTHLY),
        by_number=Design(sizes=sizes, method=Method.STRATIFIED),
        with_all_footage=float(np.mean(found.met)),
    )


def a_force_whose_cameras_fail() -> Population:
    """Return the small force, more of it drawn, without footage of two in five stops of the high class."""
    force = POPULATIONS["P2"]()
    high = force.risk == force.classes.index("high")
    failed = high & (np.random.default_rng(5).random(force.size) < 0.4)
    return replace(
        force,
        answers={name: np.where(failed, NO_FOOTAGE, own) for name, own in force.answers.items()},
        by_ticket=replace(force.by_ticket, classes=CLASSES | {"high": (3, 5), "base": (1, 4)}),
    )


POPULATIONS = {
    "P1": lambda: a_force("P1", 9000, 400, 12, seed=1),
    "P2": lambda: a_force("P2", 3250, 250, 6, seed=2),
    "P3": californian_schools,
    "P4": a_hard_force,
}
