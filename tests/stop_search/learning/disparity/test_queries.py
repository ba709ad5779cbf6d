"""Who counts as searched, in which month, with which video, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.police_uk_reading import read_published
from stop_search.encounters.published_files import keep_published
from stop_search.encounters.rules import EncounterKind, EncounterSource, PersonPart, ReceiptState, WithdrawalReason
from stop_search.errors import Invalid
from stop_search.footage.records import FootageAbsence, FootageInDoubt
from stop_search.footage.timing import Clip, timing_of
from stop_search.learning.disparity.groups import Film
from stop_search.learning.disparity.queries import Months, how_shown, month_of, months_with_searches, searched_people
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.published import a_published_file
from tests.support.searched import a_film, some_searched

NOVEMBER = Months("2026-11", "2026-11")


def test_only_people_who_were_searched_count(session: Session) -> None:
    some_searched(session, 3)
    not_searched = a.an_encounter(session, people=0)
    a.a_person(session, encounter=not_searched, search_not_carried_out_reason="no_longer_suspected")
    driver = a.an_encounter(session, people=0, kind=EncounterKind.VEHICLE)
    a.a_person(session, encounter=driver, part=PersonPart.IN_CHARGE_OF_VEHICLE)
    a.an_encounter(session, kind=EncounterKind.STOP_AND_ACCOUNT)
    mistaken = a.an_encounter(session, people=0)
    person = a.a_person(session, encounter=mistaken)
    a.a_receipt(
        session, person=person, state=ReceiptState.WITHDRAWN, withdrawn_at=NOON, withdrawn_reason=WithdrawalReason.RECORDED_IN_ERROR
    )
    assert len(searched_people(session, months=NOVEMBER, now=NOON).people) == 3


def test_people_of_one_stop_name_the_same_stop_and_their_unit(session: Session) -> None:
    a.an_encounter(session, people=2, team=a.a_team(session, unit="Harbour"))
    first, second = searched_people(session, months=NOVEMBER, now=NOON).people
    assert first.stop == second.stop
    assert (first.unit, first.month, first.self_defined, first.perceived) == ("Harbour", "2026-11", "W1", "white")


def test_months_are_whole_and_by_universal_time(session: Session) -> None:
    for moment in ("2026-10-31T23:59:59", "2026-11-01T00:00:00", "2026-11-30T23:59:59", "2026-12-01T00:00:00"):
        a.an_encounter(session, started_at=datetime.fromisoformat(moment).replace(tzinfo=UTC))
    assert len(searched_people(session, months=NOVEMBER, now=NOON).people) == 2
    assert months_with_searches(session) == Months("2026-10", "2026-12")
    assert Months("2026-12", "2026-12").ends == datetime(2027, 1, 1, tzinfo=UTC)


def test_imported_rows_belong_to_the_month_of_their_file_and_say_nothing_of_video(session: Session) -> None:
    content = a_published_file(date="2019-01-31T23:30:00+00:00")
    keep_published(session, reading=read_published("2019-02-a-force-stop-and-search.csv", content), actor=COMMAND_LINE, now=NOON)
    assert months_with_searches(session) == Months("2019-02", "2019-02")
    found = searched_people(session, months=Months("2019-02", "2019-02"), now=NOON)
    (person,) = found.people
    assert (found.imported, person.film, person.is_late, person.force_used, person.month) == (1, Film.UNKNOWN, None, (), "2019-02")
    assert searched_people(session, months=Months("2019-01", "2019-01"), now=NOON).people == ()


def test_before_anything_there_are_no_months(session: Session) -> None:
    assert months_with_searches(session) is None


def test_video_is_there_missing_or_not_known_yet(session: Session) -> None:
    filmed, explained, silent, doubted, fresh = some_searched(session, 5)
    a_film(session, filmed)
    officer = a.an_officer(session)
    session.add(FootageAbsence(encounter_id=explained.id, reason="battery_flat", words="", stated_by=officer.id, stated_at=NOON))
    footage = a.a_recording(session)
    session.add(FootageInDoubt(footage_id=footage.id, encounter_id=doubted.id, why="near", noted_at=NOON))
    fresh.recorded_at = NOON - timedelta(hours=2)
    session.flush()
    films = {person.stop: person.film for person in searched_people(session, months=NOVEMBER, now=NOON).people}
    assert [films[stop.id] for stop in (filmed, explained, silent, doubted, fresh)] == [
        Film.FILMED, Film.MISSING, Film.MISSING, Film.UNKNOWN, Film.UNKNOWN,
    ]  # fmt: skip


def test_a_late_video_and_one_that_is_cut_short_are_told_apart(session: Session) -> None:
    whole, late, cut, endless = some_searched(session, 4)
    for stop, begun, long in ((whole, -30.0, 900.0), (late, 45.0, 900.0), (cut, -30.0, 300.0), (endless, -30.0, 300.0)):
        a_film(session, stop, late=begun, long=long)
    endless.ended_at = None
    session.flush()
    people = {person.stop: (person.is_late, person.is_cut) for person in searched_people(session, months=NOVEMBER, now=NOON).people}
    assert [people[stop.id] for stop in (whole, late, cut, endless)] == [(False, False), (True, False), (False, True), (False, None)]


def test_a_second_camera_makes_up_for_a_late_one_and_a_gap_between_two_is_a_cut() -> None:
    contact, ended = NOON, NOON + timedelta(minutes=10)

    def timed(begun: float, long: float) -> object:
        return timing_of(Clip(NOON + timedelta(seconds=begun), long), first_contact=contact, ended_at=ended)

    assert how_shown([timed(60, 600), timed(-20, 620)]) == (False, False)  # pyright: ignore[reportArgumentType]
    assert how_shown([timed(-20, 200), timed(300, 400)]) == (False, True)  # pyright: ignore[reportArgumentType]
    assert how_shown([timed(29, 700)]) == (False, False)  # pyright: ignore[reportArgumentType]
    assert how_shown([]) == (None, None)


def test_published_and_own_records_are_added_up(session: Session) -> None:
    some_searched(session, 2)
    content = a_published_file(date="2026-11-05T10:00:00+00:00")
    keep_published(session, reading=read_published("2026-11-a-force-stop-and-search.csv", content), actor=COMMAND_LINE, now=NOON)
    found = searched_people(session, months=NOVEMBER, now=NOON)
    assert (len(found.people), found.imported) == (3, 1)
    assert EncounterSource.POLICE_UK == "police_uk"


@pytest.mark.parametrize("written", ["2026-13", "November", "2026-1", ""])
def test_what_is_no_month_is_refused(written: str) -> None:
    with pytest.raises(Invalid, match="not a month"):
        month_of(written)
