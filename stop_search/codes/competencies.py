"""What a force must be able to do for stop and search to get better: a force's YAML, checked when it is read. Knows no database."""

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from stop_search.errors import SettingMissing

SCHEMA = Path(__file__).parent / "competencies.schema.json"
USUAL = Path(__file__).parents[1] / "forces" / "usual_competencies.yaml"


class Light(enum.StrEnum):
    """How far a competency is: what its rule says of each, from the best to the worst."""

    IN_PLACE = "in_place"
    PARTLY = "partly"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Competency:
    """One competency. `rule`: what must be so for each light; `evidence`: keys of figures; `source`: who asks for it."""

    key: str
    name: str
    asks: str
    source: str
    rule: Mapping[Light, str]
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Competencies:
    """All of one file, in its order. `again_after_days`: when each is to be assessed again if nobody says another day."""

    name: str
    about: str
    again_after_days: int
    of: tuple[Competency, ...]

    def named(self, key: str) -> Competency | None:
        """Return the competency with this key, or None."""
        return next((competency for competency in self.of if competency.key == key), None)


@cache
def competencies(path: Path = USUAL) -> Competencies:
    """Read and check one file, once.

    Raises:
        SettingMissing: it is not there, not as the schema says, or names a competency twice; the message says where.

    """
    try:
        read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        jsonschema.validate(read, json.loads(SCHEMA.read_text(encoding="utf-8")))
        found = tuple(_competency(said) for said in read["competencies"])
        _refuse_twice([competency.key for competency in found])
        return Competencies(read["name"], read["about"].strip(), read["again_after_days"], found)
    except jsonschema.ValidationError as error:
        problem = f"{error.json_path}: {error.message}"
        raise _unusable(path, problem) from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise _unusable(path, str(error)) from error


def _competency(said: Mapping[str, Any]) -> Competency:
    rule = {light: said["rule"][light.value].strip() for light in Light}
    return Competency(said["key"], said["name"], said["asks"].strip(), said["source"].strip(), rule, tuple(said["evidence"]))


def _refuse_twice(keys: list[str]) -> None:
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        message = f"{', '.join(twice)} is there twice"
        raise ValueError(message)


def _unusable(path: Path, problem: str) -> SettingMissing:
    return SettingMissing(f"The file of competencies {path.name} cannot be used: {problem}. Compare it with {USUAL.name}.")
