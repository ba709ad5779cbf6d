"""Names and details of an Axis body worn system, as its document has them, and as they must not break anything."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stop_search.errors import Invalid
from stop_search.footage.delivery_rules import (
    CAPABILITIES,
    ContainerKind,
    Filmed,
    Place,
    checked_name,
    clip_times,
    container_kind,
    details_in,
    filmed,
    is_clip,
    moment_in,
    place_at,
    place_in,
    places_of,
)
from tests.conftest import NOON

USER = "0d8f6f8f-3a53-4b53-9f3f-0d8f6f8f0001"
# The example of the document's "Location file format".
TRACK = {
    "CoordinateEntries": [{"LocationWKT": "POINT(13.221184 55.718409)", "SecondsFromStart": 64.0, "Timestamp": "2022-08-23T11:48:10Z"}]
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("System", ContainerKind.SYSTEM),
        ("Users", ContainerKind.USERS),
        ("Devices", ContainerKind.DEVICES),
        ("RejectedContent_UnknownTime_1", ContainerKind.REJECTED),
        (f"{USER}_B8A4_20261118T120000Z", ContainerKind.RECORDING),
        ("users", ContainerKind.RECORDING),
    ],
)
def test_a_container_is_known_by_its_name(name: str, kind: ContainerKind) -> None:
    assert container_kind(name) is kind


@pytest.mark.parametrize(
    ("container", "details", "expected"),
    [
        (f"{USER}_B8A4_20261118T120000Z", {}, Filmed(USER, "B8A4", NOON)),
        (f"{USER}_B8A4_20261118_120000", {}, Filmed(USER, "B8A4", NOON)),
        (f"{USER}_B8A4_soon", {}, Filmed(USER, "B8A4", None)),
        (f"{USER}_B8A4_20261399T120000Z", {}, Filmed(USER, "B8A4", None)),
        ("odd", {"userid": "4711", "bwcserialnumber": "B8A4", "starttimeiso": "2026-11-18T12:00:00Z"}, Filmed("4711", "B8A4", NOON)),
        ("odd", {}, Filmed(None, None, None)),
        ("RejectedContent_x_y", {"rejectedcontentoriginalcontainer": f"{USER}_B8A4_20261118T120000Z"}, Filmed(USER, "B8A4", NOON)),
    ],
)
def test_a_recordings_name_says_who_filmed_with_what_and_when(container: str, details: dict[str, Any], expected: Filmed) -> None:
    assert filmed(container, details) == expected


@pytest.mark.parametrize(
    "details",
    [
        {"starttimeiso": "2026-11-18T12:00:00Z", "starttime": "1"},
        {"starttimeiso": "2026-11-18T14:00:00+02:00"},
        {"starttime": "2026-11-18T12:00:00Z"},
        {"starttime": "1795003200"},
        {"starttime": "1795003200.0"},
        {"starttime": "1795003200000"},
        {"starttimeiso": "not a time", "starttime": "1795003200"},
    ],
)
def test_a_time_is_read_from_either_form(details: dict[str, str]) -> None:
    assert moment_in(details, "starttime") == NOON


@pytest.mark.parametrize("written", ["", "x", "99999999999999", "-1", "1e5", "२०२६", "2026-13-01T00:00:00Z"])
def test_what_is_no_time_is_none(written: str) -> None:
    moment = moment_in({"starttime": written}, "starttime")
    assert moment is None or moment.year > 2100  # a number too large for our days is caught as an impossible start


def test_a_clips_times_come_from_its_details_or_its_name_and_an_impossible_one_is_not_known() -> None:
    later = NOON + timedelta(minutes=1)
    told = {"starttimeiso": NOON.isoformat(), "stoptimeiso": later.isoformat()}
    assert clip_times("x.mp4", told, now=NOON) == (NOON, later)
    assert clip_times("20261118_120000_ab12.mp4", {}, now=NOON) == (NOON, None)
    assert clip_times("x.mp4", told | {"stoptimeiso": (NOON - timedelta(days=1)).isoformat()}, now=NOON) == (NOON, None)
    assert clip_times("x.mp4", {"starttime": "0"}, now=NOON) == (None, None)
    assert clip_times("x.mp4", told, now=NOON - timedelta(days=2)) == (None, None)
    assert clip_times("x.mp4", {}, now=NOON) == (None, None)


def test_the_documents_own_track_is_read_and_what_is_broken_in_one_is_left_out() -> None:
    (place,) = places_of(json.dumps(TRACK).encode())
    assert place == Place(datetime(2022, 8, 23, 11, 48, 10, tzinfo=UTC), 13.221184, 55.718409)
    entries = [*TRACK["CoordinateEntries"], "x", {}, {"LocationWKT": "POINT(999 1)", "Timestamp": "2022-08-23T11:48:10Z"}]
    entries += [{"LocationWKT": "POINT(1.2.3 1)", "Timestamp": "2022-08-23T11:48:10Z"}, {"LocationWKT": "POINT(1 1)", "Timestamp": "never"}]
    assert places_of(json.dumps({"CoordinateEntries": entries}).encode()) == [place]
    for broken in (b"", b"\xff", b"[]", b"{}", b'{"CoordinateEntries": 7}', b"[" * 100_000):
        assert places_of(broken) == []


@pytest.mark.parametrize("written", ["55.7 13.2 5 1661255290", "<55.7><13.2><5><1661255290>", "+55.7+13.2+5+1661255290"])
def test_where_a_recording_was_triggered_is_read_however_the_four_numbers_stand_apart(written: str) -> None:
    place = place_in({"triggeronlocation": written}, "triggeronlocation")
    assert place == Place(datetime(2022, 8, 23, 11, 48, 10, tzinfo=UTC), 13.2, 55.7, 5)
    assert place.as_position() == {"longitude": 13.2, "latitude": 55.7, "accuracy_metres": 5}


@pytest.mark.parametrize("written", ["", "55.7 13.2", "155.7 13.2 5 1661255290", "a b c d"])
def test_what_is_no_place_is_none(written: str) -> None:
    assert place_in({"triggeronlocation": written}, "triggeronlocation") is None


def test_the_nearest_place_counts_and_only_within_a_minute() -> None:
    early, late = (Place(NOON + timedelta(seconds=s), float(s), 0.0) for s in (-20, 10))
    assert place_at([early, late], NOON) == late
    assert place_at([early], NOON + timedelta(seconds=41)) is None
    assert place_at([], NOON) is None


def test_details_are_decoded_named_in_small_letters_and_not_without_an_end() -> None:
    headers = [("X-Object-Meta-Systemname", "Dock%20%E2%80%93%201"), ("X-Object-Meta-Bad", "a%0ab%00"), ("X-Container-Meta-Other", "x")]
    assert details_in(headers, "x-object-meta-") == {"systemname": "Dock \N{EN DASH} 1", "bad": "ab"}
    with pytest.raises(Invalid, match="8192"):
        details_in([("x-object-meta-a", "x" * 9000)], "x-object-meta-")


@pytest.mark.parametrize("name", ["", "a\nb", "\x00", "ü" * 129])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        checked_name(name)


def test_clips_are_known_by_their_ending_and_we_ask_for_no_encryption_keys() -> None:
    assert [name for name in ("a.mp4", "a.MKV", "a.key", "a_gpstrail.json", "mp4") if is_clip(name)] == ["a.mp4", "a.MKV"]
    assert not CAPABILITIES["Read"]["ReadCategories"]
