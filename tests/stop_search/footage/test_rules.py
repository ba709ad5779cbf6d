"""When a recording belongs to an encounter, how long it is kept, what becomes of its name."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stop_search.footage.rules import (
    DRIFT,
    RUN_UP,
    SUPPOSED_LENGTH,
    MatchableEncounter,
    MatchedBy,
    Recording,
    match,
    original_key,
    plain_name,
    possible_start,
)
from tests.support.builders import NOON

PAT, ALEX = uuid.uuid4(), uuid.uuid4()
MINUTE = timedelta(minutes=1)


def an_encounter_at_noon(
    *, officers: tuple[uuid.UUID, ...] = (PAT,), camera: str | None = None, minutes: int | None = 12
) -> MatchableEncounter:
    """Give an encounter from noon on."""
    end = None if minutes is None else NOON + minutes * MINUTE
    return MatchableEncounter(uuid.uuid4(), frozenset(officers), camera, NOON, end)


def a_recording_from(minutes: float, *, length: float | None = 5, officer: uuid.UUID | None = PAT, device: str | None = None) -> Recording:
    """Give a recording that starts so many minutes after noon."""
    start = NOON + minutes * MINUTE
    return Recording(officer, device, start, None if length is None else start + length * MINUTE)


@pytest.mark.parametrize(
    ("start", "length", "matches"),
    [
        (-3, 20, True),
        (-60, 90, True),
        (5, 2, True),
        (-16, None, True),
        (-20, None, True),
        (-20.1, None, False),
        (-60, 20, False),
        (17, 5, True),
        (17.1, 5, False),
        (600, 5, False),
    ],
)
def test_a_recording_matches_from_a_quarter_of_an_hour_before_to_the_end_with_five_minutes_of_error(
    start: float,
    length: float | None,
    matches: bool,  # noqa: FBT001 -- a column of the table above
) -> None:
    assert match(a_recording_from(start, length=length), an_encounter_at_noon()) == (MatchedBy.OFFICER_AND_TIME if matches else None)


def test_an_encounter_without_an_end_is_supposed_to_last_half_an_hour() -> None:
    last = (SUPPOSED_LENGTH + DRIFT) / MINUTE
    assert match(a_recording_from(last), an_encounter_at_noon(minutes=None)) is MatchedBy.OFFICER_AND_TIME
    assert match(a_recording_from(last + 0.1), an_encounter_at_noon(minutes=None)) is None


def test_a_colleague_who_was_present_counts_as_an_officer_of_it() -> None:
    assert match(a_recording_from(0, officer=ALEX), an_encounter_at_noon(officers=(PAT, ALEX))) is MatchedBy.OFFICER_AND_TIME


def test_another_officer_s_recording_at_the_same_time_is_not_of_it_even_from_the_same_camera() -> None:
    assert match(a_recording_from(0, officer=ALEX, device="C1"), an_encounter_at_noon(camera="C1")) is None


def test_the_camera_decides_where_one_side_names_no_officer() -> None:
    nobody = an_encounter_at_noon(officers=(), camera="C1")
    assert match(a_recording_from(0, device="C1"), nobody) is MatchedBy.DEVICE_AND_TIME
    assert match(a_recording_from(0, officer=None, device="C1"), an_encounter_at_noon(camera="C1")) is MatchedBy.DEVICE_AND_TIME
    assert match(a_recording_from(0, officer=None, device="C2"), an_encounter_at_noon(camera="C1")) is None
    assert match(a_recording_from(0, officer=None), an_encounter_at_noon(officers=())) is None


@given(st.integers(-10_000, 10_000), st.integers(0, 600), st.integers(0, 600))
def test_any_real_overlap_matches(start: int, length: int, lasting: int) -> None:
    overlaps = start <= lasting and start + length >= 0
    recording, encounter = a_recording_from(start, length=length), an_encounter_at_noon(minutes=lasting)
    if overlaps:
        assert match(recording, encounter) is MatchedBy.OFFICER_AND_TIME
    far = max(start - lasting, -(start + length)) * MINUTE > RUN_UP + DRIFT
    if far:
        assert match(recording, encounter) is None


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("clip.mp4", "clip.mp4"),
        ("../../etc/passwd", "passwd"),
        ("C:\\cam\\clip 1.mp4", "clip 1.mp4"),
        ("-rf --x.mp4", "-rf --x.mp4"),
        ("a\nb\r\x00\x1b[31m.mp4", "ab[31m.mp4"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("x" * 300 + ".mp4", "x" * 196 + ".mp4"),
        ("\u202egpj.mp4", "gpj.mp4"),
    ],
)
def test_names_are_made_harmless(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@given(st.text())
def test_no_name_keeps_a_path_or_a_line_break(name: str) -> None:
    plain = plain_name(name)
    assert plain
    assert len(plain) <= 200
    assert "/" not in plain
    assert plain.isprintable()


def test_a_clock_of_another_age_is_not_believed() -> None:
    assert possible_start(NOON, NOON)
    assert possible_start(NOON + timedelta(hours=23), NOON)
    assert not possible_start(NOON + timedelta(days=2), NOON)
    assert not possible_start(NOON.replace(year=1970), NOON)


def test_the_same_bytes_have_the_same_key() -> None:
    assert original_key("ab" + "0" * 62) == "footage/ab/ab" + "0" * 62 + "/original"
