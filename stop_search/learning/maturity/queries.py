"""Reading how far the force is: each competency with its rule, its evidence now, and all that was said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.codes.competencies import Competencies, Competency, Light
from stop_search.learning.maturity.assessing import named
from stop_search.learning.maturity.evidence import Evidence
from stop_search.learning.maturity.lights import Figure, is_overdue
from stop_search.learning.records import MaturityAssessment
from stop_search.wording import london


@dataclass(frozen=True)
class Said:
    """One assessment. `rule`: the words of each light as they stood; `figures`: (name, what it said) as they stood."""

    number: int
    light: Light
    reasons: str
    assessed_by: str
    assessed_at: datetime
    look_again_on: date
    rule: Mapping[str, str]
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CompetencyShown:
    """A competency now. `history`: the newest first; `figures`: as they stand now.

    `counted_at`: when the oldest of the counts behind its figures were made, None where all were made just now.
    """

    competency: Competency
    figures: tuple[Figure, ...]
    history: tuple[Said, ...]
    today: date
    counted_at: datetime | None = None

    @property
    def newest(self) -> Said | None:
        """What counts, or None where nobody has assessed it yet."""
        return self.history[0] if self.history else None

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been assessed again before today."""
        return self.newest is not None and is_overdue(self.newest.look_again_on, self.today)

    @property
    def has_new_rule(self) -> bool:
        """Whether the rule was changed after the newest assessment."""
        return self.newest is not None and dict(self.newest.rule) != {light.value: words for light, words in self.competency.rule.items()}


def competencies_shown(session: Session, *, asked: Competencies, now: datetime) -> tuple[CompetencyShown, ...]:
    """Return all of them, in the order of the force's file."""
    evidence, history, today = Evidence(session, now), _history(session), london(now).date()
    found = [(one, evidence.figures(one.evidence)) for one in asked.of]
    return tuple(CompetencyShown(one, figures, tuple(history.get(one.key, ())), today, evidence.counted_at) for one, figures in found)


def competency_shown(session: Session, *, asked: Competencies, key: str, now: datetime) -> CompetencyShown:
    """Return one of them. Raises NotFound."""
    competency = named(asked, key)
    evidence = Evidence(session, now)
    figures = evidence.figures(competency.evidence)
    return CompetencyShown(competency, figures, tuple(_history(session).get(key, ())), london(now).date(), evidence.counted_at)


def overdue_competencies(session: Session, *, asked: Competencies, now: datetime) -> tuple[str, ...]:
    """Return the names of what should have been assessed again before today, for the front page of what was learned."""
    history, today = _history(session), london(now).date()
    return tuple(one.name for one in asked.of if one.key in history and is_overdue(history[one.key][0].look_again_on, today))


def _history(session: Session) -> dict[str, list[Said]]:
    rows = session.execute(
        select(MaturityAssessment, Account.name)
        .join(Account, Account.id == MaturityAssessment.assessed_by)
        .order_by(MaturityAssessment.competency, MaturityAssessment.number.desc())
    )
    found: dict[str, list[Said]] = {}
    for row, assessor in rows:
        found.setdefault(row.competency, []).append(_said(row, assessor))
    return found


def _said(row: MaturityAssessment, assessor: str) -> Said:
    figures: list[dict[str, Any]] = row.figures["figures"]
    return Said(
        number=row.number,
        light=Light(row.light),
        reasons=row.reasons,
        assessed_by=assessor,
        assessed_at=row.assessed_at,
        look_again_on=row.look_again_on,
        rule=row.rule,
        figures=tuple((figure["name"], figure["words"]) for figure in figures),
    )
