"""Classes of recordings and their clocks: a force's dated YAML, checked when it is read. Knows no recording and no database."""

import calendar
import enum
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from stop_search.errors import SettingMissing

SCHEMA = Path(__file__).parent / "retention.schema.json"
USUAL = Path(__file__).parents[1] / "forces" / "usual_retention.yaml"
UNTIL_TOLD = "until_told"
_PERIOD = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?")


class RetentionClass(enum.StrEnum):
    """What sort of recording it is: by a clock, or evidence, which the case decides about and not this program."""

    NON_EVIDENTIAL = "non_evidential"
    EVIDENTIAL = "evidential"


@dataclass(frozen=True)
class Period:
    """A time of calendar months and days, as ISO 8601 writes it (P3M, P31D)."""

    months: int
    days: int

    def after(self, day: date) -> date:
        """Return the day so long after `day`; from the last days of a long month to a short one, its last day.

        >>> Period(3, 0).after(date(2026, 11, 30))
        datetime.date(2027, 2, 28)
        """
        year, month = divmod(day.year * 12 + day.month - 1 + self.months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last)) + timedelta(days=self.days)

    def in_words(self) -> str:
        """Return it as people say it: "3 months", "31 days"."""
        told = ((self.months, "month"), (self.days, "day"))
        return " and ".join(f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in told if number) or "no time at all"

    def __str__(self) -> str:
        """As it is written."""
        return "P" + (f"{self.months}M" if self.months else "") + (f"{self.days}D" if self.days or not self.months else "")


@dataclass(frozen=True)
class Clocks:
    """One version. `kept` maps a class to its period, None where a person has to say; `held_after_closing` maps reasons of holds."""

    version: int
    starts_on: date
    source: str
    kept: Mapping[RetentionClass, Period | None]
    held_after_closing: Mapping[str, Period]
    holds_looked_at_every: Period
    at_least_after_arrival: Period


@dataclass(frozen=True)
class RetentionClasses:
    """All versions of one file, the oldest first."""

    name: str
    versions: tuple[Clocks, ...]

    def on(self, day: date) -> Clocks:
        """Return the version in force on a day; before the first one, the first."""
        return next((clocks for clocks in reversed(self.versions) if clocks.starts_on <= day), self.versions[0])


def period(written: str) -> Period:
    """Return what a period says. Raises ValueError where it says none."""
    found = _PERIOD.fullmatch(written)
    if found is None:
        message = f"{written!r} is no period like P31D or P3M"
        raise ValueError(message)
    years, months, days = (int(number or 0) for number in found.groups())
    return Period(years * 12 + months, days)


@cache
def retention_classes(path: Path = USUAL) -> RetentionClasses:
    """Read and check one file, once.

    Raises:
        SettingMissing: it is not there, or not as the schema says; the message says where.

    """
    try:
        read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        jsonschema.validate(read, json.loads(SCHEMA.read_text(encoding="utf-8")))
        return RetentionClasses(read["name"], _in_order([_clocks(version) for version in read["versions"]]))
    except jsonschema.ValidationError as error:
        problem = f"{error.json_path}: {error.message}"
        raise _unusable(path, problem) from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise _unusable(path, str(error)) from error


def _unusable(path: Path, problem: str) -> SettingMissing:
    return SettingMissing(f"The retention file {path.name} cannot be used: {problem}. Compare it with {USUAL.name}.")


def _in_order(versions: list[Clocks]) -> tuple[Clocks, ...]:
    for earlier, later in itertools.pairwise(versions):
        if later.version != earlier.version + 1 or later.starts_on <= earlier.starts_on:
            message = f"version {later.version} must be numbered {earlier.version + 1} and start after {earlier.starts_on}"
            raise ValueError(message)
    return tuple(versions)


def _clocks(read: Mapping[str, Any]) -> Clocks:
    kept = {RetentionClass(name): None if said["kept"] == UNTIL_TOLD else period(said["kept"]) for name, said in read["classes"].items()}
    held = {reason: period(written) for reason, written in read["held_after_closing"].items()}
    return Clocks(
        version=read["version"],
        starts_on=date.fromisoformat(read["starts_on"]),
        source=read["source"],
        kept=kept,
        # files from before concerns and gold clips were known say nothing of them
        held_after_closing={"concern": held["complaint"], "training": held["drawn"]} | held,
        holds_looked_at_every=period(read["holds_looked_at_every"]),
        at_least_after_arrival=period(read["at_least_after_arrival"]),
    )
