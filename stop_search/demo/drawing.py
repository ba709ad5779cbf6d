"""The invented force draws as a real one should: the list is fixed, made known outside, and then dice are thrown before witnesses."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from stop_search.audit.rules import COMMAND_LINE
from stop_search.codes.design import Design
from stop_search.draws.actions import anchor_draw
from stop_search.draws.chance import NamedDice, dice_given
from stop_search.draws.committing import commit_draw
from stop_search.draws.rules import FORCE_SCOPE
from stop_search.draws.running import DrawnSample, run_draw

PLACE = "E-mail to the chair of the Wessex community scrutiny panel"
WITNESSES = ("Marian Okafor, panel", "Idris Vaughan, council")
TOLD_AFTER, THROWN_AFTER = timedelta(minutes=20), timedelta(hours=1)


def draw_before_witnesses(session: Session, *, first: date, last: date, design: Design, dice: str, committed_at: datetime) -> DrawnSample:
    """Draw a period by these twenty dice, an hour after its list was fixed."""
    fixed = commit_draw(
        session,
        scope=FORCE_SCOPE,
        period_start=first,
        period_end=last,
        design=design,
        chance=NamedDice(),
        actor=COMMAND_LINE,
        now=committed_at,
    )
    told_at = committed_at + TOLD_AFTER
    anchor_draw(session, draw_id=fixed.draw_id, place=PLACE, anchored_at=told_at, actor=COMMAND_LINE, now=told_at)
    chance = dice_given(dice, WITNESSES)
    thrown_at = committed_at + THROWN_AFTER
    return run_draw(session, draw_id=fixed.draw_id, chance=chance, design=design, actor=COMMAND_LINE, now=thrown_at, in_words=dice)
