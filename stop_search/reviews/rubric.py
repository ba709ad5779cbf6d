"""Reading and checking the rubrics in `review_rubrics/`. A published version is never edited, so each is read once.

Versions that were published in this installation are not here: whoever wants all that count asks `versions.py`.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from stop_search.errors import NotFound
from stop_search.reviews.rules import (
    Cap,
    Criterion,
    Grade,
    GradeRule,
    Item,
    Labelled,
    NotApplicableReason,
    NotObservableReason,
    Rubric,
)

FOLDER = Path(__file__).parents[2] / "review_rubrics"
STOP_SEARCH = "stop_search"


class BrokenRubric(Exception):  # a fault of the installation, as `BrokenCodeList`
    """A rubric's file breaks the schema or contradicts itself; the message names the file and the place."""


def rubric_at(version: int, name: str = STOP_SEARCH) -> Rubric:
    """Return one version of the folder.

    Raises:
        NotFound: there is no such version.
        BrokenRubric: its file cannot be used.

    """
    return _read_once(FOLDER / f"{name}_v{version}.yaml")


@cache
def _read_once(path: Path) -> Rubric:
    if not path.is_file():
        message = f"There is no rubric {path.stem}."
        raise NotFound(message)
    return rubric_from(path.read_bytes(), source=path.name)


def newest_rubric(name: str = STOP_SEARCH) -> Rubric:
    """Return the newest version of the folder. Raises NotFound and BrokenRubric as `rubric_at`."""
    return rubric_at(max(folder_versions(name), default=0), name)


def folder_versions(name: str = STOP_SEARCH) -> dict[int, Path]:
    """Return the versions in the folder and their files."""
    return {int(path.stem.rpartition("_v")[2]): path for path in FOLDER.glob(f"{name}_v*.yaml")}


def asked_for(rubric: Rubric, criteria: Collection[str] | None) -> Rubric:
    """Return the rubric with only the criteria that a reading is asked for; None asks for all."""
    if criteria is None:
        return rubric
    return replace(rubric, criteria=tuple(criterion for criterion in rubric.criteria if criterion.id in criteria))


def rubric_from(content: bytes, *, source: str) -> Rubric:
    """Return the rubric that a file's bytes hold, checked by the schema and for what a schema cannot say.

    Raises:
        BrokenRubric: it cannot be used; the message says where and why.

    """
    try:
        read: dict[str, Any] = json.loads(json.dumps(yaml.safe_load(content)))
        jsonschema.validate(read, rubric_schema(), cls=jsonschema.Draft202012Validator)
    except (yaml.YAMLError, TypeError) as error:
        message = f"{source} is not readable YAML: {error}"
        raise BrokenRubric(message) from error
    except jsonschema.ValidationError as error:
        message = f"{source}, at {error.json_path}: {error.message}"
        raise BrokenRubric(message) from error
    rubric = _built(read, rubric_digest(content), source)
    if problems := _contradictions(rubric, read):
        message = f"{source}: {'; '.join(problems)}"
        raise BrokenRubric(message)
    return rubric


def rubric_digest(content: bytes) -> str:
    """Return the SHA-256 of a version's file, which every review by it keeps."""
    return hashlib.sha256(content).hexdigest()


@cache
def rubric_schema() -> dict[str, Any]:
    """Return the JSON Schema of rubrics."""
    return json.loads((FOLDER / "rubric.schema.json").read_text(encoding="utf-8"))


def _built(read: dict[str, Any], digest: str, source: str) -> Rubric:
    return Rubric(
        name=read["rubric"],
        version=read["version"],
        digest=digest,
        title=read["title"],
        levels={entry["level"]: entry["name"] for entry in read["scale"]},
        criteria=tuple(_criterion(entry, read, source) for entry in read["criteria"]),
        item_answers=tuple(Labelled(entry["id"], entry["name"]) for entry in read["item_answers"]),
        injustice_flags=tuple(Labelled(**entry) for entry in read["flags"]["injustice"]),
        commendation_flags=tuple(Labelled(**entry) for entry in read["flags"]["commendation"]),
        grades=tuple(Grade(**entry) for entry in read["grades"]),
        grade_rules=tuple(
            GradeRule(r["grade"], r["when"], r.get("level"), frozenset(r.get("criteria", [])), r.get("at_least", 0))
            for r in read["grade_rules"]
        ),
        caps=tuple(Cap(entry["criterion"], entry["level"]) for entry in read["caps"]),
        accepted_footage_absence=frozenset(read["accepted_footage_absence"]),
        who_scores={who: frozenset(criteria) for who, criteria in read["who_scores"].items()},
    )


def _criterion(entry: dict[str, Any], read: dict[str, Any], source: str) -> Criterion:
    own = entry.get("own_not_observable_reasons", [])
    unseen = {reason["id"]: NotObservableReason(**reason) for reason in [*read["not_observable_reasons"], *own]}
    idle = {
        reason["id"]: NotApplicableReason(reason["id"], reason["label"], frozenset(reason.get("contradicted_by", [])))
        for reason in read["not_applicable_reasons"]
    }
    try:
        return Criterion(
            id=entry["id"],
            name=entry["name"],
            question=entry["question"],
            definition=entry["definition"],
            anchors={int(level): words for level, words in sorted(entry["anchors"].items(), reverse=True)},
            evidence_needed_for=frozenset(entry.get("evidence_needed_for", read["evidence_needed_for"])),
            items=tuple(Item(**item) for item in entry.get("items", [])),
            not_applicable=tuple(idle[name] for name in entry["not_applicable"]),
            not_observable=tuple(unseen[name] for name in entry["not_observable"]),
            sources=tuple(entry["sources"]),
        )
    except KeyError as error:
        message = f"{source}, criterion {entry['id']}: the reason {error} is not listed"
        raise BrokenRubric(message) from error


def _contradictions(rubric: Rubric, read: dict[str, Any]) -> list[str]:
    """Return what a schema cannot say: repeated ids, names of things that are not there, a grade that may never come."""
    criteria = [criterion.id for criterion in rubric.criteria]
    grades = {grade.id for grade in rubric.grades}
    flags = [flag.id for flag in (*rubric.injustice_flags, *rubric.commendation_flags)]
    named = set[str]().union(
        *(rule.criteria for rule in rubric.grade_rules), *rubric.who_scores.values(), (c.criterion for c in rubric.caps)
    )
    problems = [f"{what} are repeated" for what, ids in (("criteria", criteria), ("flags", flags)) if len(set(ids)) < len(ids)]
    problems += [f"{name} is named but is no criterion" for name in sorted(named - set(criteria))]
    problems += [f"{rule.grade} is no grade" for rule in rubric.grade_rules if rule.grade not in grades]
    problems += [] if rubric.grade_rules[-1].when == "always" else ["the last grade rule must be 'always'"]
    problems += [] if sorted(rubric.levels) == [0, 1, 2, 3] else ["the scale must have the levels 0 to 3"]
    problems += [] if set(read["evidence_needed_for"]) <= set(rubric.levels) else ["evidence is needed for an unknown level"]
    return problems
