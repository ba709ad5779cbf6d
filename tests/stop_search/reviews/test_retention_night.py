"""A run in order, by what is proven of the clock; what is new in a plan; certificates; what was gone before review."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.rules import WORKER
from stop_search.codes.retention import Period, RetentionClass, RetentionClasses, retention_classes
from stop_search.database.session import Database, database_now
from stop_search.errors import NotFound
from stop_search.footage.actions import place_hold, release_hold
from stop_search.footage.certificates import certificate_document, erasure_certificate
from stop_search.footage.clock_rules import Change, Witness
from stop_search.footage.clock_watch import confirm_clock, erasing_moment
from stop_search.footage.erasing import confirm_removal, erase_footage, held_by_what_they_are_tied_to, note_what_goes
from stop_search.footage.plan import compared, retention_plan
from stop_search.footage.records import Footage, FootageOfEncounter, RetentionRun
from stop_search.footage.retention import newest_runs, retention_forecast
from stop_search.footage.rules import FootageState, HoldReason, MatchedBy
from stop_search.reviews.before_review import (
    AT_RISK,
    before_review_shown,
    before_review_to_keep,
    drawn_without_hold,
    gone_before_review,
)
from stop_search.reviews.kept_figures import keep_figures
from stop_search.reviews.retention_night import Night, run_retention
from stop_search.reviews.rules import ReviewState
from stop_search.unit_of_work import reading, unit_of_work
from tests.support import builders as a
from tests.support.builders import CLOCKS, NOON
from tests.support.doorbells import RememberingDoorbell

DAY = timedelta(days=1)
TODAY = NOON.date()


def a_run(database: Database, *, shown: datetime, hours_on: float, start: str = "1") -> Night:
    """Do a run when the clock shows `shown` and the machine has been on so long."""
    return run_retention(
        lambda: reading(database),
        lambda: unit_of_work(database, RememberingDoorbell()),
        classes=retention_classes(),
        witness=Witness(start, hours_on * 3600),
        actor=WORKER,
        shown=shown,
    )


def test_a_clock_that_leaps_erases_nothing_early_and_a_person_who_confirms_it_is_believed(database: Database) -> None:
    with unit_of_work(database, RememberingDoorbell()) as session:
        footage_id = a.a_recording(session, erase_after=TODAY + 5 * DAY).id
    assert a_run(database, shown=NOON, hours_on=1).run.erased == 0
    leapt = a_run(database, shown=NOON + 30 * DAY, hours_on=2)
    with database.reading() as session:
        assert retention_plan(session, at=erasing_moment(session, shown=NOON + 30 * DAY)).going == ()
    assert (leapt.run.erased, leapt.seen.doubt) == (0, 30 * DAY - timedelta(hours=1))
    back = a_run(database, shown=NOON + timedelta(hours=2), hours_on=3)
    assert (back.run.erased, back.seen.doubt) == (0, timedelta(0))
    assert a_run(database, shown=NOON + 6 * DAY, hours_on=0, start="2").run.erased == 0, "it was off longer than it is believed"
    with unit_of_work(database, RememberingDoorbell()) as session:
        confirm_clock(session, shown=NOON + 6 * DAY, witness=Witness("2", 60), actor=WORKER)
    assert a_run(database, shown=NOON + 6 * DAY, hours_on=0.02, start="2").run.erased == 1
    with database.reading() as session:
        assert session.get_one(Footage, footage_id).state == FootageState.ERASED
        runs = newest_runs(session)
    assert [run.erased for run in runs] == [1, 0, 0, 0, 0]
    assert runs[0].shown == NOON + 6 * DAY


def test_a_plan_says_what_is_new_since_the_last_run_and_who_keeps_the_rest(session: Session) -> None:
    session.add(RetentionRun(at=NOON - DAY, shown=NOON - DAY, released=0, erased=0, held=2))
    stops = [a.an_encounter(session, started_at=NOON - 40 * DAY) for _ in range(4)]
    days = [TODAY - 3 * DAY, TODAY - 3 * DAY, TODAY - DAY, TODAY - 3 * DAY]
    old, freed, fresh, kept = [
        a.a_recording(session, encounter=stop, started_at=stop.started_at, erase_after=day) for stop, day in zip(stops, days, strict=True)
    ]
    hold = {"reason": HoldReason.COMPLAINT, "cause_id": "1"}
    ended = place_hold(session, encounter_id=stops[1].id, now=NOON - 5 * DAY, **hold)
    release_hold(session, hold_id=ended, because="settled", actor=WORKER, now=NOON)
    place_hold(session, encounter_id=stops[3].id, now=NOON - 5 * DAY, **hold)
    plan = retention_plan(session, at=NOON)
    assert {line.footage_id: line.is_new for line in plan.going} == {old.id: False, freed.id: True, fresh.id: True}
    (line,) = plan.held
    assert (line.footage_id, line.is_new, line.references) == (kept.id, False, (stops[3].reference,))
    assert [(one.reason, one.owner, one.reference) for one in line.keeps] == [
        (HoldReason.COMPLAINT, "complaints_handler", stops[3].reference),
    ]


def test_a_run_counts_what_is_held_by_a_tie_or_by_what_is_near_and_erases_the_rest(database: Database) -> None:
    with unit_of_work(database, RememberingDoorbell()) as session:
        stops = [a.an_encounter(session, officer=a.an_officer(session), started_at=NOON - n * DAY) for n in (40, 50, 60)]
        found = [
            a.a_recording(session, encounter=tied, officer_id=stop.officer_id, started_at=stop.started_at, erase_after=TODAY - DAY).id
            for stop, tied in zip(stops, (stops[0], None, None), strict=True)
        ]
        for stop, reasons in zip(stops, ((HoldReason.DRAWN, HoldReason.COMPLAINT), (HoldReason.PANEL,), ()), strict=True):
            for reason in reasons:
                place_hold(session, encounter_id=stop.id, reason=reason, cause_id="1", now=NOON)
        assert held_by_what_they_are_tied_to(session, now=NOON) == {found[0]: (HoldReason.COMPLAINT, HoldReason.DRAWN)}
    with database.reading() as session:
        forecast = retention_forecast(session, now=NOON)
    done = a_run(database, shown=NOON, hours_on=1).run
    assert forecast == done
    assert (done.erased, done.held, done.reasons) == (1, 2, Counter([HoldReason.DRAWN, HoldReason.COMPLAINT, HoldReason.PANEL]))
    with database.reading() as session:
        assert session.get_one(Footage, found[2]).state == FootageState.ERASED


def test_what_may_show_a_held_stop_is_held_in_the_plan_unless_too_many_would_have_to_be_compared(session: Session) -> None:
    stop = a.an_encounter(session, officer=a.an_officer(session), started_at=NOON - 40 * DAY)
    near = a.a_recording(session, officer_id=stop.officer_id, started_at=stop.started_at, erase_after=TODAY - DAY)
    assert [line.footage_id for line in retention_plan(session, at=NOON).going] == [near.id]
    place_hold(session, encounter_id=stop.id, reason=HoldReason.COMPLAINT, cause_id="1", now=NOON)
    plan = retention_plan(session, at=NOON, closely=1)
    assert (plan.going, [line.references for line in plan.held], plan.is_close) == ((), [(stop.reference,)], True)
    roughly = retention_plan(session, at=NOON, closely=0)
    assert ([line.footage_id for line in roughly.going], roughly.held, roughly.is_close) == ([near.id], (), False)


def test_other_clocks_are_compared_without_changing_anything(session: Session) -> None:
    recorded = NOON - 40 * DAY
    due = a.a_recording(session, started_at=recorded, received_at=recorded, erase_after=TODAY - 9 * DAY, clocks_version=1)
    a.a_recording(session, retention_class=RetentionClass.EVIDENTIAL, erase_after=None, clocks_version=1)
    kept = dict(CLOCKS.kept) | {RetentionClass.NON_EVIDENTIAL: Period(0, 60)}
    longer = RetentionClasses("ours", (type(CLOCKS)(**(vars(CLOCKS) | {"kept": kept})),))
    found = compared(session, now_in_force=retention_classes(), others=longer, today=TODAY)
    assert (dict(found.changes), found.would_be_due, found.no_longer_due) == (
        {Change.LONGER: 1, Change.SAME: 1, Change.SOONER: 0},
        0,
        1,
    )
    assert due.erase_after == TODAY - 9 * DAY


def test_a_certificate_names_what_went_under_which_clocks_and_the_entries_of_the_log(session: Session) -> None:
    stop = a.an_encounter(session, started_at=NOON - 40 * DAY)
    footage = a.a_recording(session, encounter=stop, started_at=stop.started_at, erase_after=TODAY - DAY, clocks_version=1)
    with pytest.raises(NotFound):
        erasure_certificate(session, footage_id=footage.id)
    erase_footage(session, footage_id=footage.id, now=NOON, actor=WORKER)
    early = erasure_certificate(session, footage_id=footage.id)
    assert (early.confirmed_at, early.confirmed_entry) == (None, None)
    note_what_goes(session, footage_id=footage.id, hashes={"footage/copy.mp4": "1" * 64})
    confirm_removal(session, footage_id=footage.id, now=NOON + DAY)
    told = certificate_document(erasure_certificate(session, footage_id=footage.id))
    assert told["removed"] == {footage.storage_key: footage.sha256, "footage/copy.mp4": "1" * 64}
    assert (told["references"], told["retention_class"], told["clocks_version"]) == ([stop.reference], "non_evidential", 1)
    assert (told["last_day"], told["erased_by"], told["confirmed_at"]) == ("2026-11-17", "worker", "2026-11-19T12:00:00+00:00")
    assert told["erased_entry"]["number"] + 1 == told["confirmed_entry"]["number"]
    assert len(told["confirmed_entry"]["hash"]) == 64


def test_what_is_gone_before_it_was_reviewed_is_counted_and_what_was_reviewed_first_is_not(session: Session) -> None:
    draw = a.a_draw(session)

    def drawn(*, recordings: int, erased: int, read_at: datetime | None = None) -> None:
        stop = a.an_encounter(session, started_at=NOON - 40 * DAY)
        entry = a.a_frame_entry(session, draw=draw, encounter=stop)
        for number in range(recordings):
            one = a.a_recording(session, encounter=stop, started_at=stop.started_at, erase_after=TODAY - DAY)
            if number < erased:
                erase_footage(session, footage_id=one.id, now=NOON, actor=WORKER)
        if read_at:
            a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), state=ReviewState.SUBMITTED, submitted_at=read_at)

    drawn(recordings=2, erased=2)
    drawn(recordings=1, erased=1, read_at=NOON + DAY)
    drawn(recordings=1, erased=1, read_at=NOON - DAY)
    drawn(recordings=2, erased=1)
    drawn(recordings=0, erased=0)
    assert gone_before_review(session) == gone_before_review(session, draw_id=draw.id) == 2


def test_a_drawn_recording_that_nothing_holds_is_told_of_seven_days_ahead(session: Session) -> None:
    draw = a.a_draw(session)
    stops = [a.an_encounter(session, started_at=NOON - timedelta(days=20 + n)) for n in range(4)]
    entries = [a.a_frame_entry(session, draw=draw, encounter=stop) for stop in stops]
    days = [TODAY + 7 * DAY, TODAY + 8 * DAY, TODAY, TODAY]
    footage = [a.a_recording(session, encounter=s, started_at=s.started_at, erase_after=d) for s, d in zip(stops, days, strict=True)]
    place_hold(session, encounter_id=stops[2].id, reason=HoldReason.DRAWN, cause_id=str(draw.id), now=NOON)
    a.a_review(session, frame_entry=entries[3], reviewer=a.an_account(session))
    (line,) = drawn_without_hold(session, now=NOON)
    assert (line.footage_id, line.references, line.last_day) == (footage[0].id, (stops[0].reference,), TODAY + 7 * DAY)


def test_what_a_held_stop_shares_with_a_drawn_one_is_not_told_of_whether_it_is_tied_or_near(session: Session) -> None:
    officer, draw, days = a.an_officer(session, team=a.a_team(session)), a.a_draw(session), (20, 21)
    stops = [a.an_encounter(session, officer=officer, started_at=NOON - timedelta(days=n)) for n in days]
    for stop in stops:
        a.a_frame_entry(session, draw=draw, encounter=stop)
        a.a_recording(session, encounter=stop, officer_id=officer.id, started_at=stop.started_at, erase_after=TODAY)
    tied, near = (a.an_encounter(session, officer=officer, started_at=NOON - timedelta(days=n)) for n in days)
    one = session.scalars(select(FootageOfEncounter.footage_id).where(FootageOfEncounter.encounter_id == stops[0].id)).one()
    session.add(FootageOfEncounter(footage_id=one, encounter_id=tied.id, matched_by=MatchedBy.DECLARED, matched_at=NOON))
    session.flush()
    assert len(drawn_without_hold(session, now=NOON)) == 2
    place_hold(session, encounter_id=tied.id, reason=HoldReason.COMPLAINT, cause_id="c1", now=NOON)
    assert [line.references for line in drawn_without_hold(session, now=NOON)] == [(stops[1].reference,)]
    place_hold(session, encounter_id=near.id, reason=HoldReason.COMPLAINT, cause_id="c2", now=NOON)
    assert drawn_without_hold(session, now=NOON) == []


def test_where_many_recordings_go_soon_a_page_shows_what_was_counted_last(session: Session) -> None:
    draw, now = a.a_draw(session), database_now(session)
    for n in range(2):
        stop = a.an_encounter(session, started_at=NOON - timedelta(days=20 + n))
        a.a_frame_entry(session, draw=draw, encounter=stop)
        a.a_recording(session, encounter=stop, started_at=stop.started_at, erase_after=now.date())
    assert before_review_to_keep(session, many=3) is None
    before, content = before_review_shown(session, now=now), before_review_to_keep(session, many=2)
    assert content is not None
    keep_figures(session, AT_RISK, content, counted_at=now)
    session.expire_all()
    after = before_review_shown(session, now=now)
    assert (len(before.at_risk), before.counted_at) == (2, None)
    assert (after.at_risk, after.gone, after.counted_at) == (before.at_risk, before.gone, now)
    assert before_review_shown(session, now=now + AT_RISK.good_for).counted_at is None
