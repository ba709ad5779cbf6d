"""What a record under each power must state, from which day on: read from one YAML file per power, checked. Knows no database."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from stop_search.codes.lists import BrokenCodeList, code_list
from stop_search.errors import NotFound

FOLDER = Path(__file__).parent / "power_rules"
STATEMENTS = FOLDER / "statements.yaml"
SCHEMA = Path(__file__).parent / "power_rules.schema.json"


@dataclass(frozen=True)
class Statement:
    """One thing that a record must state: the field's path ("people." before what is said of each person) and the law that says so."""

    field: str
    source: str


@dataclass(frozen=True)
class PowerRule:
    """The rule of one power from `valid_from` on.

    `rests_on`: suspicion, authorisation, order or goods_area. `must_state`: what PACE 1984 s.3(6), (6A) and its like want.
    `officer_name_withheld`: the reasons for which the officer's name may be left out (Code A 3.8(a), 4.4).
    `entitlement`: to a copy or a written statement, for so many months beginning with the day of the search.
    `custody_takes_over`: after an arrest the record is made in the custody record (PACE 1984 s.3(2)).
    """

    power: str
    valid_from: date
    source: str
    rests_on: str
    must_state: tuple[Statement, ...]
    officer_name_withheld: tuple[str, ...]
    entitlement_to: str
    entitlement_months: int
    entitlement_source: str
    custody_takes_over: bool


def power_rule(power: str, day: date) -> PowerRule:
    """Return the rule of a power as it stood on `day`; before its first day, the first one.

    Raises:
        NotFound: there is no such power.

    """
    rules = _rules().get(power)
    if not rules:
        message = f"There is no rule for a power “{power}”."
        raise NotFound(message)
    return next((rule for rule in reversed(rules) if rule.valid_from <= day), rules[0])


@cache
def _rules() -> dict[str, tuple[PowerRule, ...]]:
    """Return every power's rules, each power's by age."""
    statements = _statements()
    read: dict[str, list[PowerRule]] = {key: [] for key in code_list("power").keys}
    for path in sorted(FOLDER.glob("*.yaml")):
        if path != STATEMENTS:
            rule = _read(path, statements)
            read[rule.power].append(rule)
    if missing := [key for key, rules in read.items() if not rules]:
        message = f"powers without a rule: {', '.join(missing)}"
        raise BrokenCodeList(message)
    return {key: tuple(sorted(rules, key=lambda rule: rule.valid_from)) for key, rules in read.items()}


def _statements() -> dict[str, tuple[Statement, ...]]:
    read: dict[str, list[dict[str, str]]] = yaml.safe_load(STATEMENTS.read_text(encoding="utf-8"))
    return {name: tuple(Statement(row["field"], row["source"]) for row in rows) for name, rows in read.items()}


def _read(path: Path, statements: dict[str, tuple[Statement, ...]]) -> PowerRule:
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        jsonschema.validate(read, json.loads(SCHEMA.read_text(encoding="utf-8")))
    except jsonschema.ValidationError as error:
        message = f"{path.name}: {error.json_path}: {error.message}"
        raise BrokenCodeList(message) from error
    if read["power"] not in code_list("power") or not path.stem.startswith(read["power"]):
        message = f"{path.name}: there is no power “{read['power']}”, or the file is not named after it"
        raise BrokenCodeList(message)
    return PowerRule(
        power=read["power"],
        valid_from=date.fromisoformat(read["valid_from"]),
        source=read["source"],
        rests_on=read["must_state"],
        must_state=statements[read["must_state"]],
        officer_name_withheld=tuple(read["officer_name_withheld"]),
        entitlement_to=read["entitlement"]["to"],
        entitlement_months=read["entitlement"]["months"],
        entitlement_source=read["entitlement"]["source"],
        custody_takes_over=read["custody_takes_over"],
    )
