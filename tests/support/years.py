"""A year of stops, film, receipts, answers and reviews in several months, and all that the pages make of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from stop_search.audit.rules import COMMAND_LINE
from stop_search.draws.rules import FrameOutcome, RiskClass
from stop_search.encounters.police_uk_reading import read_published
from stop_search.encounters.published_files import keep_published
from stop_search.feedback.forms import newest_form
from stop_search.footage.records import FootageAbsence
from stop_search.force import read_force
from stop_search.learning.asked import asked_now
from stop_search.learning.both_spoke import gaps_by_criterion
from stop_search.learning.disparity.film_queries import film_shown
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.measures import MEASURES
from stop_search.learning.disparity.shown import disparity_shown
from stop_search.learning.kept_months import keep_months
from stop_search.learning.maturity.evidence import FIGURES, Evidence
from stop_search.learning.month_sums import count_month, months_due
from stop_search.learning.queries import public_voice
from stop_search.learning.reach_queries import reach_of_feedback
from stop_search.learning.unit_queries import units_page
from stop_search.reviews.rubric import newest_rubric
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.published import a_published_file
from tests.support.searched import BLACK, FOUND, NOTHING, SILENT, WHITE, a_film, a_viewer

FORCE = read_force(None)
QUESTION = next(one for one in newest_form().questions if one.criterion == "C5")
ANSWERS = {answer.level: answer.key for answer in QUESTION.answers if answer.level is not None}
PEOPLE: tuple[dict[str, Any], ...] = (
    WHITE | FOUND | {"age_band": "over_34", "gender": "male"},
    BLACK | NOTHING | {"age_band": "18_24", "gender": "male", "force_used": ["compliant_handcuffs_front"]},
    SILENT | NOTHING | {"gender": "female", "outcome": None},
)


def a_year(session: Session, *, months: int = 4, stops: int = 6) -> None:
    """Add so many stops in the month of NOON and in each of those before it, a third of them of two people, and an imported row."""
    teams = [a.a_team(session, unit=unit) for unit in ("Harbour", "Moor", "North | South")]
    reader = a.an_account(session, name="Robin Reader")
    for month in range(months):
        last = (NOON - timedelta(days=30 * month)).replace(day=20)
        draw = a.a_draw(session, period_start=last.date() - timedelta(days=19), period_end=last.date())
        for place in range(stops):
            stop = a.an_encounter(session, team=teams[place % 3], started_at=last - timedelta(days=place), people=0)
            people = [a.a_person(session, encounter=stop, ordinal=n + 1, **PEOPLE[(place + n) % 3]) for n in range(1 + place % 2)]
            if place % 3:
                a_film(session, stop, late=20.0 * place, camera=f"CAM{place % 2}")
            elif month % 2:
                session.add(FootageAbsence(encounter_id=stop.id, reason="battery_flat", words="", stated_by=reader.id, stated_at=NOON))
            receipt = a.a_receipt(session, person=people[0], issued_at=stop.started_at + timedelta(hours=1))
            if place % 2:
                a.some_feedback(session, receipt=receipt, answers={QUESTION.id: ANSWERS[place % 4]}, criteria={QUESTION.id: "C5"})
            a_drawn(session, stop, draw, reader, place)
    content = a_published_file(date="2026-09-05T14:30:00+00:00")
    keep_published(session, reading=read_published("2026-09-a-force-stop-and-search.csv", content), actor=COMMAND_LINE, now=NOON)
    session.flush()


def a_drawn(session: Session, stop: a.Encounter, draw: a.Draw, reader: a.Account, place: int) -> None:
    """Put a stop into the frame of a draw; every other one was drawn and reviewed."""
    risk_class, rubric = (RiskClass.HIGH if place % 3 else RiskClass.BASE), newest_rubric()
    is_drawn = bool(place % 2)
    outcome, chance = (FrameOutcome.REVIEWED if is_drawn else None), (1, 2 + place % 3)
    entry = a.a_frame_entry(session, draw=draw, encounter=stop, risk_class=risk_class, probability=chance, drawn=is_drawn, outcome=outcome)
    if is_drawn:
        values = {"rubric": rubric.name, "rubric_version": rubric.version, "rubric_digest": rubric.digest}
        a.a_review(session, frame_entry=entry, reviewer=reader, marks={"C1": place % 4, "C5": (place + 1) % 4}, **values)


def all_pages(session: Session, now: datetime) -> dict[str, object]:
    """Return everything that the pages about people show, without when it was counted."""
    viewer, pages = a_viewer(session), dict[str, Any]()
    for basis in Basis:
        given: Mapping[str, Any] = {"viewer": viewer, "force": FORCE, "period": "latest", "basis": basis, "measure": "nothing"}
        pages[f"disparity by {basis}"] = disparity_shown(session, now=now, **given)
    for measure in (*MEASURES, "C1"):
        pages[f"units, {measure}"] = units_page(session, viewer=viewer, period="2026-27", measure=measure, now=now)
    pages["film"] = film_shown(session, viewer=viewer, period="latest", now=now)
    pages["answers"] = public_voice(session, minimum=0, now=now)
    pages["feedback"] = reach_of_feedback(session, viewer=viewer, now=now)
    found = {name: replace(page, counted_at=None) for name, page in pages.items()}
    return found | {
        "together": gaps_by_criterion(session, asked=asked_now(session), now=now)[0],
        "maturity": Evidence(session, now).figures(FIGURES),
    }


def count_what_is_due(session: Session, now: datetime, *, most: int = 99, many: int = 0) -> list[str]:
    """Do what the job does, and return which months it counted."""
    due = months_due(session, now=now, most=most, many=many)
    keep_months(session, counted={month: count_month(session, month=month, now=now) for month in due}, now=now)
    return due
