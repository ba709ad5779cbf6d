"""What the invented learning team told of the quarter that ended last: a report, tables for the public, and how far the force is."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.codes.competencies import Light
from stop_search.force import Force
from stop_search.learning.maturity.assessing import assess_competency
from stop_search.learning.quarters import quarter_of
from stop_search.learning.reports.actions import make_report
from stop_search.learning.transparency.released import prepared_digest
from stop_search.learning.transparency.releasing import prepare_release, release_tables
from stop_search.wording import london

ASSESSED = (
    ("recording", Light.IN_PLACE, "Records are finished on the day. We looked at those that were late, with the teams, in September.", 90),
    ("footage", Light.PARTLY, "Some cameras run flat in long shifts. Spare ones are ordered; we look again when they are here.", 30),
    ("acting", Light.NOT_YET, "One thing was done and told. It is too early to say that it changed anything.", -7),
)


def fill_telling(session: Session, *, force: Force, one: Viewer, other: Viewer, now: datetime) -> None:
    """Make the report of the last whole quarter, let its tables out by two people, and assess some competencies, one overdue by now."""
    this = quarter_of(london(now).date())
    last = quarter_of(this.first - timedelta(days=1))
    make_report(session, quarter=last, reason="", force=force, actor=one.acting_as(Role.LEARNING_TEAM), now=now)
    prepare_release(session, declared=force.public_tables, quarter=last, viewer=one, now=now)
    release_tables(session, quarter=last, seen=prepared_digest(session, quarter=last.key), viewer=other, now=now)
    for key, light, reasons, days in ASSESSED:
        assessed_at, look_again_on = _when(now, days)
        assess_competency(
            session,
            asked=force.competencies,
            key=key,
            light=light,
            reasons=reasons,
            look_again_on=look_again_on,
            after=0,
            viewer=one,
            now=assessed_at,
        )


def _when(now: datetime, days: int) -> tuple[datetime, date]:
    """Return when it was assessed and when to look again, so many days from now; what is overdue was said a quarter ago."""
    return (now if days > 0 else now - timedelta(days=91)), london(now).date() + timedelta(days=days)
