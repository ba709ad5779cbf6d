"""Signs of an officer's own scan, and what is remembered of networks: two days, as digests, with no time."""

import uuid
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Receipt
from stop_search.feedback.records import NetworkMark
from stop_search.feedback.self_scan_signs import AT_ONCE, SAME_DAY, Signs, is_suspected, is_within, plain_address
from stop_search.feedback.self_scans import CameFrom, forget_old_marks, network_digest, note_officers_network, self_scan_suspected
from tests.support.builders import NOON, a_person, a_receipt, an_encounter, an_officer

KEY = b"n" * 32
LATER = timedelta(hours=2)


def signs(**changed: Any) -> Signs:
    """Give the signs of somebody who answers from home two hours later, with changes."""
    plain = {"from_officers_network": False, "from_police_network": False, "since_issue": LATER, "before_end": False}
    return Signs(**plain | {"encounters_from_here": 1} | changed)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, False),
        ({"since_issue": timedelta(minutes=1)}, False),
        ({"before_end": True}, False),
        ({"from_officers_network": True}, False),
        ({"from_officers_network": True, "since_issue": AT_ONCE}, True),
        ({"from_officers_network": True, "before_end": True}, True),
        ({"from_police_network": True, "since_issue": SAME_DAY}, True),
        ({"from_police_network": True, "since_issue": SAME_DAY + LATER}, False),
        ({"from_police_network": True, "since_issue": SAME_DAY + LATER, "from_officers_network": True}, True),
        ({"encounters_from_here": 2}, False),
        ({"encounters_from_here": 3}, True),
    ],
)
def test_one_sign_is_not_enough_but_for_the_forces_network_on_the_same_day_and_many_from_one_place(
    changed: dict[str, Any], *, expected: bool
) -> None:
    assert is_suspected(signs(**changed)) is expected


def test_addresses_are_compared_whole_and_the_forces_networks_by_range() -> None:
    assert plain_address("192.0.2.7") != plain_address("192.0.2.8")
    assert plain_address("2001:db8:1:1::1") == plain_address("2001:db8:1:1:ffff::9")
    assert plain_address("nonsense") == plain_address("") == "unknown"
    own = (ip_network("192.0.2.0/28"), ip_network("2001:db8:5::/48"))
    found = [
        is_within(address, own) for address in ("192.0.2.15", "::ffff:192.0.2.1", "192.0.2.16", "2001:db8:5:9::1", "2001:db8:6::1", "x")
    ]
    assert found == [True, True, False, True, False, False]


def receipt_of(session: Session, *, officer: Any, **columns: Any) -> Receipt:
    """Add an encounter of this officer that ended ten minutes ago, and its receipt of a minute ago."""
    encounter = an_encounter(
        session, officer=officer, people=0, started_at=NOON - timedelta(minutes=20), ended_at=NOON - timedelta(minutes=10)
    )
    return a_receipt(session, person=a_person(session, encounter=encounter), issued_at=NOON - timedelta(minutes=1), **columns)


def suspect(session: Session, receipt: Receipt, address: str, now: Any = NOON, *, is_police: bool = False) -> bool:
    """Ask about an answer from this address."""
    digest = network_digest(address, key=KEY, now=now)
    return self_scan_suspected(
        session, encounter_id=receipt.encounter_id, issued_at=receipt.issued_at, came_from=CameFrom(digest, is_police), now=now
    )


def test_an_answer_at_once_from_the_officers_own_device_is_suspected_and_one_from_elsewhere_is_not(session: Session) -> None:
    officer, other = an_officer(session, number="PC 12"), an_officer(session)
    digest = network_digest("198.51.100.1", key=KEY, now=NOON)
    note_officers_network(session, officer_number=" pc 12 ", network_digest=digest, now=NOON)
    note_officers_network(session, officer_number="PC 12", network_digest=digest, now=NOON)
    assert suspect(session, receipt_of(session, officer=officer), "198.51.100.1")
    assert not suspect(session, receipt_of(session, officer=officer), "198.51.100.2")
    assert not suspect(session, receipt_of(session, officer=other), "198.51.100.1")
    assert not suspect(session, receipt_of(session, officer=officer), "198.51.100.1", NOON + timedelta(days=1))
    assert not suspect(session, receipt_of(session, officer=None), "198.51.100.1", is_police=True)


def test_the_third_encounter_answered_from_one_address_in_a_day_is_suspected_and_each_counts_once(
    session: Session,
) -> None:
    officer = an_officer(session)
    first = receipt_of(session, officer=officer)
    assert [suspect(session, first, "198.51.100.9", NOON + LATER) for _ in range(4)] == [False] * 4
    assert not suspect(session, receipt_of(session, officer=officer), "198.51.100.9", NOON + LATER)
    assert suspect(session, receipt_of(session, officer=officer), "198.51.100.9", NOON + LATER)


def test_no_address_no_time_and_no_receipt_is_stored_and_after_two_days_nothing_is(session: Session) -> None:
    officer = an_officer(session, number="N4711")
    receipt = receipt_of(session, officer=officer)
    note_officers_network(session, officer_number="N4711", network_digest=network_digest("198.51.100.1", key=KEY, now=NOON), now=NOON)
    suspect(session, receipt, "198.51.100.1")
    stored = session.scalars(select(NetworkMark)).all()
    assert len(stored) == 3
    assert {column.name for column in NetworkMark.__table__.columns} == {"key", "day", "encounters"}
    for row in stored:
        uuid.UUID(hex=row.key)  # 32 hexadecimal digits and nothing else
    assert network_digest("198.51.100.1", key=KEY, now=NOON) != network_digest("198.51.100.1", key=KEY, now=NOON + timedelta(days=1))
    forget_old_marks(session, now=NOON + timedelta(days=1))
    assert session.scalar(select(func.count()).select_from(NetworkMark)) == 3
    forget_old_marks(session, now=NOON + timedelta(days=2))
    assert session.scalar(select(func.count()).select_from(NetworkMark)) == 0
