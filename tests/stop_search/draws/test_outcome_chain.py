"""The chain of outcomes on a real database: one line for each drawn stop, fixed for ever, published as it is."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Rank
from stop_search.audit.queries import newest_entries
from stop_search.audit.rules import COMMAND_LINE
from stop_search.draws.outcome_chain import note_outcome, refused, reviewed, without_footage
from stop_search.draws.queries import outcomes_of, published_draw
from stop_search.draws.records import DrawOutcome, FrameEntry
from stop_search.draws.rules import RefusalReason
from stop_search.draws.verification import draw_problems
from stop_search.errors import Conflict, NoLongerOpen
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.sampled import a_sample, hexed

ENDS = (reviewed(hexed("review")), without_footage("battery_flat"), refused(RefusalReason.COURT_ORDER, Rank.SUPERINTENDENT))


def ended(session: Session) -> list[FrameEntry]:
    """Draw three stops for certain, and end each in another way."""
    for _ in range(3):
        a.an_encounter(session, started_at=NOON.replace(month=10), recorded_at=NOON)
    a_sample(session)
    entries = list(session.scalars(select(FrameEntry).order_by(FrameEntry.token)))
    for entry, end in zip(entries, ENDS, strict=True):
        note_outcome(session, entry=entry, ended=end, actor=COMMAND_LINE, now=NOON)
    return entries


def test_each_outcome_is_a_line_of_the_chain_that_begins_with_the_manifest(session: Session) -> None:
    entries = ended(session)
    assert entries[0].draw_id
    lines = outcomes_of(session, draw_id=entries[0].draw_id)
    files = published_draw(session, draw_id=entries[0].draw_id).files
    assert [(line.n, line.token, line.outcome, line.reason, line.rank) for line in lines] == [
        (1, entries[0].token, "reviewed", "", ""),
        (2, entries[1].token, "no_footage", "battery_flat", ""),
        (3, entries[2].token, "refused", "court_order", "superintendent"),
    ]
    assert draw_problems(files) == []
    told = list(csv.DictReader(io.StringIO(files["outcomes.csv"].decode())))
    assert [row["hash"] for row in told] == [line.hash for line in lines]
    assert [entry.outcome for entry in entries] == ["reviewed", "no_footage", "refused"]
    assert [line.action for line in newest_entries(session)].count("outcome_noted") == 3


def test_what_was_said_of_a_drawn_stop_stays(session: Session) -> None:
    entries = ended(session)
    for end in ENDS:
        with pytest.raises(NoLongerOpen):
            note_outcome(session, entry=entries[0], ended=end, actor=COMMAND_LINE, now=NOON)


@pytest.mark.parametrize("change", [update(DrawOutcome).values(outcome="refused"), delete(DrawOutcome)])
def test_the_database_itself_refuses_to_change_or_take_out_a_line(session: Session, change: object) -> None:
    ended(session)
    with pytest.raises(DBAPIError, match="only grows"), session.begin_nested():
        session.execute(change)


def test_a_stop_that_was_not_drawn_has_no_outcome(session: Session) -> None:
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=a.an_encounter(session), drawn=False)
    with pytest.raises(Conflict, match="not drawn"):
        note_outcome(session, entry=entry, ended=ENDS[0], actor=COMMAND_LINE, now=NOON)


def test_a_chain_never_goes_back_in_time(session: Session) -> None:
    entries = [a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session)) for draw in [a.a_draw(session)] for _ in range(2)]
    for entry, now in zip(entries, (NOON, NOON - timedelta(days=3)), strict=True):
        note_outcome(session, entry=entry, ended=ENDS[0], actor=COMMAND_LINE, now=now)
    assert session.scalars(select(DrawOutcome.at)).all() == [NOON.date()] * 2
