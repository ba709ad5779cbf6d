"""Codes set aside: the same ones again until they are used, each used once, and void at once when their holder is lost or revoked."""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import machine_tokens
from stop_search.accounts.rules import Role
from stop_search.audit.queries import chain_report
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.session import Database
from stop_search.encounters.actions import record_encounter
from stop_search.encounters.allocation import MOST_HELD, HolderNotInForce, SetAside, allocate_codes, revoke_device
from stop_search.encounters.handsets import register_handset, report_handset_lost
from stop_search.encounters.queries import ReceiptNotFound, RecordAwaited, receipt_by_code
from stop_search.encounters.receipt_codes import check_words
from stop_search.encounters.records import AllocatedCode, Encounter, Receipt
from stop_search.encounters.rules import AllocationState, RecordedEncounter
from stop_search.errors import Invalid, NotFound
from tests.conftest import NOON
from tests.support.builders import a_machine_token, an_officer
from tests.support.stops import OFFICER_NUMBER, a_new_encounter, a_new_person

KEY = b"r" * 32


def a_phone(session: Session) -> uuid.UUID:
    """Register a phone of the officer whose stops are recorded here."""
    officer = an_officer(session, number=OFFICER_NUMBER)
    return register_handset(session, account_id=officer.id, label="Phone", actor=COMMAND_LINE, now=NOON)


def a_device(session: Session, label: str = "A device") -> uuid.UUID:
    """Add a device's token and return its id."""
    a_machine_token(session, role=Role.DEVICE, label=label)
    return next(line.token_id for line in machine_tokens(session) if line.label == label)


def set_aside(session: Session, holder: uuid.UUID, hold: int = 3) -> list[SetAside]:
    """Have the holder hold so many codes."""
    return allocate_codes(session, holder_id=holder, hold=hold, key=KEY, actor=COMMAND_LINE, now=NOON)


def recorded(session: Session, holder: uuid.UUID | None, *codes: str | None) -> RecordedEncounter:
    """Record a stop of as many people as there are codes."""
    stop = a_new_encounter(people=tuple(a_new_person(receipt_code=code) for code in codes))
    return record_encounter(session, encounter=stop, receipt_key=KEY, reference_prefix="WX", actor=COMMAND_LINE, now=NOON, holder_id=holder)


def states(session: Session) -> dict[str, int]:
    """Count the codes by state."""
    return dict(session.execute(select(AllocatedCode.state, func.count()).group_by(AllocatedCode.state)).all())


def opened(session: Session, code: str) -> str:
    """Return what the code opens."""
    try:
        return receipt_by_code(session, code=code, key=KEY, now=NOON).facts.reference
    except RecordAwaited as awaited:
        return f"awaited: {awaited.check_words}"
    except ReceiptNotFound:
        return "nothing"


def test_asking_twice_gives_the_same_codes_and_a_higher_level_tops_up(session: Session) -> None:
    phone = a_phone(session)
    first = set_aside(session, phone)
    assert len({one.code for one in first}) == 3
    assert all(one.check_words == check_words(KEY, one.code) for one in first)
    assert set_aside(session, phone) == first
    more = set_aside(session, phone, hold=5)
    assert len(more) == 5
    assert {one.code for one in first} < {one.code for one in more}
    assert set_aside(session, phone, hold=1) == more


def test_a_used_code_is_topped_up(session: Session) -> None:
    phone = a_phone(session)
    first = set_aside(session, phone)
    recorded(session, phone, first[0].code)
    held = set_aside(session, phone)
    assert len(held) == 3
    assert first[0].code not in {one.code for one in held}


def test_the_receipt_has_the_code_that_was_handed_over_and_who_had_none_gets_a_fresh_one(session: Session, now: datetime) -> None:
    phone = a_phone(session)
    one = set_aside(session, phone)[1]
    done = recorded(session, phone, None, one.code)
    assert (done.people[1].code, done.people[1].receipt_id, done.people[1].check_words) == (one.code, one.receipt_id, one.check_words)
    assert done.people[0].code != one.code
    assert session.get_one(Receipt, one.receipt_id).person_id == done.people[1].person_id
    assert session.get_one(AllocatedCode, one.receipt_id).ended_at == now
    assert states(session) == {"allocated": 2, "used": 1}


def test_until_the_record_is_here_the_code_is_awaited_and_says_its_words(session: Session) -> None:
    phone = a_phone(session)
    one = set_aside(session, phone)[0]
    assert opened(session, one.code) == f"awaited: {one.check_words}"
    done = recorded(session, phone, one.code)
    assert opened(session, one.code) == done.reference


@pytest.mark.parametrize("whose", ["another phone's", "nobody's", "a device's own, sent by nobody"])
def test_a_code_of_another_holder_is_refused_and_stays_unused(session: Session, whose: str) -> None:
    phone, device = a_phone(session), a_device(session)
    code = {"another phone's": set_aside(session, device)[0].code, "nobody's": "0" * 12}.get(whose) or set_aside(session, phone)[0].code
    with pytest.raises(Invalid) as refusal:
        recorded(session, None if "nobody" in whose else phone, None, code)
    assert set(refusal.value.fields) == {"people.1.receipt_code"}
    assert session.scalar(select(func.count()).select_from(AllocatedCode).where(AllocatedCode.state != "allocated")) == 0


def test_one_code_for_two_people_or_for_a_second_record_is_refused(session: Session) -> None:
    phone = a_phone(session)
    one, other, _ = set_aside(session, phone)
    with session.begin_nested(), pytest.raises(Invalid) as refusal:
        recorded(session, phone, one.code, one.code)
    assert set(refusal.value.fields) == {"people.1.receipt_code"}
    recorded(session, phone, one.code)
    with pytest.raises(Invalid) as refusal:
        recorded(session, phone, other.code, one.code)
    assert set(refusal.value.fields) == {"people.1.receipt_code"}


def test_what_is_no_code_is_told_by_its_field(session: Session) -> None:
    with pytest.raises(Invalid) as refusal:
        recorded(session, a_phone(session), "7K3M-9QX2")
    assert "people.0.receipt_code" in refusal.value.fields


@pytest.mark.parametrize("kind_of_holder", ["phone", "device"])
def test_codes_of_a_lost_holder_are_void_at_once_and_it_gets_no_more(session: Session, kind_of_holder: str) -> None:
    holder = a_phone(session) if kind_of_holder == "phone" else a_device(session)
    if kind_of_holder == "device":
        an_officer(session, number=OFFICER_NUMBER)
    used, left, _ = set_aside(session, holder)
    done = recorded(session, holder, used.code)
    if kind_of_holder == "phone":
        voided = report_handset_lost(session, handset_id=holder, actor=COMMAND_LINE, now=NOON)
    else:
        voided = revoke_device(session, token_id=holder, actor=COMMAND_LINE, now=NOON)
    assert voided == 2
    assert opened(session, left.code) == "nothing"
    assert opened(session, used.code) == done.reference
    with pytest.raises(Invalid):
        recorded(session, holder, left.code)
    with pytest.raises(HolderNotInForce):
        set_aside(session, holder)


def test_nobody_gets_no_codes_and_too_many_are_refused(session: Session) -> None:
    with pytest.raises(HolderNotInForce):
        set_aside(session, uuid.uuid4())
    for hold in (-1, MOST_HELD + 1):
        with pytest.raises(Invalid):
            set_aside(session, a_device(session, f"device {hold}"), hold=hold)


def test_revoking_twice_says_that_there_is_no_such_token(session: Session) -> None:
    device = a_device(session)
    revoke_device(session, token_id=device, actor=COMMAND_LINE, now=NOON)
    with pytest.raises(NotFound):
        revoke_device(session, token_id=device, actor=COMMAND_LINE, now=NOON)


def test_setting_aside_leaves_one_entry_with_how_many_and_no_code(session: Session) -> None:
    phone = a_phone(session)
    held = set_aside(session, phone)
    set_aside(session, phone)
    (text,) = session.scalars(select(AuditEntry.text).where(AuditEntry.action == "codes_set_aside"))
    assert '"3"' in text
    assert not [one.code for one in held if one.code in text]
    assert chain_report(session).problems == []


def at_once(database: Database, acts: list[Callable[[Session], object]]) -> list[object]:
    """Do things in threads, each in a transaction of its own, all beginning at one moment; return what came of each, errors too."""
    start, came = threading.Barrier(len(acts)), list[object]([None] * len(acts))

    def one(n: int, act: Callable[[Session], object]) -> None:
        start.wait()
        try:
            with database.write_lock, database.writing() as session:
                came[n] = act(session)
                session.commit()
        except (Invalid, HolderNotInForce) as error:
            came[n] = error

    threads = [threading.Thread(target=one, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def test_of_six_records_with_one_code_one_gets_it(database: Database) -> None:
    with database.writing() as session:
        phone = a_phone(session)
        code = set_aside(session, phone)[0].code
        session.commit()
    came = at_once(database, [lambda session: recorded(session, phone, code)] * 6)
    assert sum(isinstance(one, RecordedEncounter) for one in came) == 1
    assert sum(isinstance(one, Invalid) for one in came) == 5
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Encounter)) == 1


def test_six_calls_at_once_top_up_once(database: Database) -> None:
    with database.writing() as session:
        phone = a_phone(session)
        session.commit()
    came = at_once(database, [lambda session: set_aside(session, phone, hold=5)] * 6)
    assert all(one == came[0] for one in came)
    with database.reading() as session:
        assert states(session) == {AllocationState.ALLOCATED: 5}


def test_a_loss_in_the_midst_of_topping_up_and_recording_leaves_no_unused_code(database: Database) -> None:
    with database.writing() as session:
        officer = an_officer(session, number=OFFICER_NUMBER)
        session.commit()
    for _ in range(5):
        with database.writing() as session:
            phone = register_handset(session, account_id=officer.id, label="Phone", actor=COMMAND_LINE, now=NOON)
            code = set_aside(session, phone)[0].code
            session.commit()
        acts: list[Callable[[Session], object]] = [
            lambda session, phone=phone: set_aside(session, phone, hold=9),
            lambda session, phone=phone, code=code: recorded(session, phone, code),
            lambda session, phone=phone: report_handset_lost(session, handset_id=phone, actor=COMMAND_LINE, now=NOON),
            lambda session, phone=phone: set_aside(session, phone, hold=7),
        ]
        at_once(database, acts)
        with database.reading() as session:
            held = select(func.count()).where(AllocatedCode.holder_id == phone, AllocatedCode.state == AllocationState.ALLOCATED)
            assert session.scalar(held) == 0
            assert chain_report(session).problems == []
