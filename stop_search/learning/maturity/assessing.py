"""Saying how far the force is in a competency: a person's light, with reasons, beside the figures and the rule as they stand."""

import uuid
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.codes.competencies import Competencies, Competency
from stop_search.errors import Conflict, Invalid, NotAllowed, NotFound
from stop_search.learning.maturity.evidence import Evidence
from stop_search.learning.maturity.lights import assessment_problems
from stop_search.learning.records import MaturityAssessment
from stop_search.wording import london


def assess_competency(
    session: Session,
    *,
    asked: Competencies,
    key: str,
    light: str,
    reasons: str,
    look_again_on: date,
    after: int,
    viewer: Viewer,
    now: datetime,
) -> uuid.UUID:
    """Keep what the viewer says of a competency; `after`: the number of the newest assessment that the viewer saw, 0 for none.

    The figures are read again and kept with it, so that nobody has to believe what a form says that they were.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound: the force has no such competency.
        Invalid: no light or reason is given, or no day to look again; `fields` says what is wrong.
        Conflict: somebody has assessed it since.

    """
    competency = named(asked, key)
    if not viewer.has(Role.LEARNING_TEAM):
        message = "Only the learning team assesses how far the force is."
        raise NotAllowed(message)
    if problems := assessment_problems(light=light, reasons=reasons, look_again_on=look_again_on, today=london(now).date()):
        message = "The assessment cannot be kept like this."
        raise Invalid(message, problems)
    newest = session.scalar(select(func.max(MaturityAssessment.number)).where(MaturityAssessment.competency == key)) or 0
    if newest != after:
        message = "Somebody else has assessed this since you opened the page. Read what they said first."
        raise Conflict(message)
    row = MaturityAssessment(
        id=uuid.uuid4(),
        competency=key,
        number=newest + 1,
        light=light,
        reasons=reasons.strip(),
        rule={name.value: words for name, words in competency.rule.items()},
        figures={"figures": [asdict(figure) | {"words": figure.words} for figure in Evidence(session, now).figures(competency.evidence)]},
        assessed_by=viewer.id,
        assessed_at=now,
        look_again_on=look_again_on,
    )
    session.add(row)
    session.flush()
    act = Act(Operation.COLLECTION, "competency_assessed", "maturity_assessment", str(row.id), Purpose.LEARNING_ANALYSIS)
    record_act(session, actor=viewer.acting_as(Role.LEARNING_TEAM), act=act, now=now)
    return row.id


def named(asked: Competencies, key: str) -> Competency:
    """Return the competency with this key. Raises NotFound."""
    found = asked.named(key)
    if found is None:
        message = "There is no such competency."
        raise NotFound(message)
    return found
