"""What a camera's recordings show: decided, in doubt, or not, with the reason in words."""

import uuid
from dataclasses import replace
from datetime import timedelta

from stop_search.footage.camera_clocks import FEW, LARGEST_DRIFT, LEAST_DOUBT, UNKNOWN, Reading, clock_at
from stop_search.footage.likely import Likeness, likenesses
from stop_search.footage.rules import FilmState, MatchableEncounter, MatchedBy, Position, Recording, film_state
from stop_search.footage.runs import joined
from tests.support.builders import NOON

PAT, ALEX, SAM = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
MINUTE = timedelta(minutes=1)
CASTLE, DOCKS = Position(51.4556, -2.5897), Position(51.4470, -2.6300)


def a_stop(minutes: float, *, length: float | None = 10, officers: tuple[uuid.UUID, ...] = (PAT,), **known: object) -> MatchableEncounter:
    """Give a stop that begins so many minutes after noon; the first officer searched."""
    start = NOON + minutes * MINUTE
    end = None if length is None else start + length * MINUTE
    stop = MatchableEncounter(uuid.uuid4(), frozenset(officers), None, start, end, searcher=officers[0], recorded_at=start + 30 * MINUTE)
    return replace(stop, **known)


def a_clip(minutes: float, length: float = 12, *, officer: uuid.UUID | None = PAT, device: str | None = "C1", **known: object) -> Recording:
    """Give a recording that begins so many minutes after noon by the camera's clock."""
    start = NOON + minutes * MINUTE
    return replace(Recording(officer, device, start, start + length * MINUTE, uuid.uuid4()), **known)


def found(clips: list[Recording], stops: list[MatchableEncounter]) -> dict[tuple[int, int], Likeness]:
    """Say what was found, by the places in the two lists."""
    places = {one.footage_id: n for n, one in enumerate(clips)}, {one.encounter_id: n for n, one in enumerate(stops)}
    return {(places[0][one.footage_id], places[1][one.encounter_id]): one for one in likenesses(clips, stops, filmed_until={})}


def decided(clips: list[Recording], stops: list[MatchableEncounter]) -> set[tuple[int, int]]:
    """Say which are decided."""
    return {pair for pair, one in found(clips, stops).items() if one.is_decided}


def a_day(ahead: float) -> tuple[list[Recording], list[MatchableEncounter]]:
    """Give five stops two hours apart, each filmed by a camera that is so many minutes ahead."""
    return [a_clip(120 * n + ahead - 1) for n in range(1, 6)], [a_stop(120 * n) for n in range(1, 6)]


def test_a_clock_that_is_off_is_read_from_the_day_and_tells_neighbouring_stops_apart() -> None:
    clips, stops = a_day(2.5)
    clips += [a_clip(901.5, 12), a_clip(916.5, 12)]
    stops += [a_stop(900), a_stop(915)]
    assert decided(clips, stops) == {(n, n) for n in range(7)}
    assert "150 s fast" in found(clips, stops)[5, 5].why


def test_a_clock_of_which_little_is_known_is_doubted() -> None:
    assert clock_at([], NOON) == UNKNOWN
    readings = [Reading(NOON + n * timedelta(hours=1), timedelta(seconds=60 + n)) for n in range(FEW)]
    assert clock_at(readings[:1], NOON).doubt == LARGEST_DRIFT / 2
    known = clock_at([*readings, Reading(NOON, timedelta(seconds=-170))], NOON)
    assert abs(known.ahead - timedelta(seconds=60)) <= timedelta(seconds=2)
    assert known.doubt >= LEAST_DOUBT
    assert clock_at(readings, NOON + timedelta(days=30)) == UNKNOWN


def test_parts_that_a_camera_made_are_one_run_and_each_that_meets_the_stop_is_tied() -> None:
    clips = [a_clip(-1, 5), a_clip(4, 5), a_clip(9.05, 2)]
    assert [len(run.parts) for run in joined(clips)] == [3]
    assert decided(clips, [a_stop(0, length=12)]) == {(0, 0), (1, 0), (2, 0)}


def test_one_recording_shows_every_stop_that_it_runs_through() -> None:
    assert decided([a_clip(-1, 60)], [a_stop(0), a_stop(20), a_stop(45)]) == {(0, 0), (0, 1), (0, 2)}


def test_several_cameras_show_one_stop_each_for_itself() -> None:
    stops = [a_stop(0, officers=(PAT, ALEX))]
    assert decided([a_clip(-1)], stops) == {(0, 0)}
    assert decided([a_clip(-1, officer=ALEX, device="C2")], stops) == {(0, 0)}


def test_a_recording_between_two_stops_that_each_have_their_own_is_tied_to_neither() -> None:
    clips, stops = a_day(0)
    clips += [a_clip(899, 12), a_clip(911.5, 1.5), a_clip(914, 12)]
    stops += [a_stop(900), a_stop(915)]
    assert decided(clips, stops) == {*((n, n) for n in range(6)), (7, 6)}


def test_the_wrong_officer_on_a_recording_is_overruled_by_the_record_that_names_the_camera() -> None:
    one = found([a_clip(-1, officer=SAM)], [a_stop(0, camera_serial="C1")])[0, 0]
    assert (one.is_decided, one.how) == (True, MatchedBy.DEVICE_AND_TIME)
    assert "though the recording names another officer" in one.why
    own = a_stop(1, officers=(SAM,))
    doubtful = found([a_clip(-1, officer=SAM)], [a_stop(0, camera_serial="C1"), own])
    assert not doubtful[0, 0].is_decided


def test_a_list_that_was_mixed_up_is_seen_by_whose_stops_the_recordings_line_up_with() -> None:
    mixed = [a_clip(120 * n - 1, officer=SAM) for n in range(3)]
    stops = [*(a_stop(120 * n) for n in range(3)), a_stop(120, officers=(SAM,))]
    shown = found(mixed, stops)
    assert {pair for pair, one in shown.items() if one.is_decided} == {(0, 0), (1, 1), (2, 2)}
    assert "line up with the stops of an officer who was there" in shown[0, 0].why


def test_one_recording_that_lines_up_with_somebody_else_s_stop_overrules_nobody() -> None:
    assert decided([a_clip(-1, officer=SAM), a_clip(119, officer=SAM)], [a_stop(0), a_stop(120, officers=(SAM,))]) == {(1, 1)}


def test_whom_a_camera_s_other_recordings_of_the_week_name_is_believed_by_one_less() -> None:
    week, stops = [a_clip(1440 * n - 1) for n in (1, 2, 3)], [a_stop(1440 * n) for n in (1, 2, 3)]
    assert decided([a_clip(-1, officer=SAM), *week], [a_stop(0), *stops]) == {(n, n) for n in range(4)}


def test_a_last_part_of_seconds_is_tied_only_where_the_stop_went_on() -> None:
    assert decided([a_clip(-1, 11), a_clip(10.05, 0.2)], [a_stop(0)]) == {(0, 0)}
    assert decided([a_clip(-1, 11), a_clip(10.05, 1.5)], [a_stop(0, length=11)]) == {(0, 0), (1, 0)}


def test_a_recording_without_an_officer_goes_by_the_camera_s_other_recordings_or_by_its_place() -> None:
    clips, stops = a_day(0)
    clips.append(a_clip(899, officer=None))
    assert (5, 5) in decided(clips, [*stops, a_stop(900)])
    lonely = a_clip(-1, officer=None, device=None, position=CASTLE)
    assert found([lonely], [a_stop(0, position=CASTLE)])[0, 0].how is MatchedBy.PLACE_AND_TIME
    assert found([lonely], [a_stop(0, position=DOCKS)]) == {}


def test_another_camera_on_the_record_makes_it_doubtful() -> None:
    one = found([a_clip(-1)], [a_stop(0, camera_serial="C9")])[0, 0]
    assert not one.is_decided
    assert "the record names another camera" in one.why


def test_a_stranger_s_recording_of_the_same_minutes_is_nothing() -> None:
    assert found([a_clip(-1, officer=SAM)], [a_stop(0)]) == {}


def test_a_record_made_from_memory_is_given_ten_minutes_more() -> None:
    late = a_stop(0, recorded_at=NOON + timedelta(hours=9))
    assert decided([a_clip(-9, 8)], [late]) == {(0, 0)}
    assert decided([a_clip(-25, 8)], [late]) == set()


def test_what_ended_before_the_stop_is_shown_to_a_person_if_nothing_else_is_there() -> None:
    one = found([a_clip(-18, 6)], [a_stop(0)])[0, 0]
    assert not one.is_decided
    assert "it ended 12 minutes before" in one.why


def test_the_order_in_which_things_are_given_changes_nothing() -> None:
    clips, stops = a_day(1)
    forwards = {(one.footage_id, one.encounter_id, one.is_decided) for one in likenesses(clips, stops, filmed_until={})}
    backwards = {(one.footage_id, one.encounter_id, one.is_decided) for one in likenesses(clips[::-1], stops[::-1], filmed_until={})}
    assert forwards == backwards


def test_no_video_is_a_state_of_its_own_and_so_is_a_camera_that_was_said_to_be_on() -> None:
    usual = {"is_filmed": False, "is_in_doubt": False, "has_reason": False, "names_camera": False, "waited": timedelta(hours=24)}
    assert film_state(**usual) is FilmState.UNEXPLAINED
    assert film_state(**usual | {"names_camera": True}) is FilmState.SAID_ON
    assert film_state(**usual | {"waited": timedelta(hours=23)}) is FilmState.AWAITED
    assert film_state(**usual | {"has_reason": True}) is FilmState.NO_VIDEO
    assert film_state(**usual | {"is_in_doubt": True}) is FilmState.IN_DOUBT
    assert film_state(**usual | {"is_filmed": True, "has_reason": True}) is FilmState.FILMED
