"""Ten thousand operations of phones and devices on a line that drops, doubles and reorders, with clocks up to six hours off, sessions
that end and phones that are lost: nothing is lost, nothing is doubled, nothing appears that nobody recorded.

STOP_SEARCH_TEST_OPERATIONS makes it longer.
"""

import logging
import os
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from stop_search.audit.queries import chain_report
from stop_search.encounters.clocks import WORTH_CORRECTING
from stop_search.encounters.queries import ReceiptNotFound, RecordAwaited, receipt_by_code
from stop_search.encounters.receipt_codes import KEY_USE, make_code, normalised
from stop_search.encounters.records import AllocatedCode, Encounter, Receipt
from stop_search.encounters.rules import AllocationState
from stop_search.installation import Installation
from tests.support.chaos import Carrier, Chaos, chaos_on

SEED = 20261118
OPERATIONS = int(os.environ.get("STOP_SEARCH_TEST_OPERATIONS", "10000"))
ON_POSTGRES = 1500

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.mark.parametrize(("kind", "operations"), [("sqlite", OPERATIONS), ("postgres", ON_POSTGRES)])
def test_nothing_is_lost_or_doubled_on_a_bad_line(installation_on_each: Installation, kind: str, operations: int) -> None:
    withstand(installation_on_each, operations)


def withstand(installation: Installation, operations: int) -> None:
    """Let it all happen, then hold what is stored against the log that was kept outside."""
    chaos = chaos_on(installation, seed=SEED)
    with chaos.client:
        chaos.run(operations)
        happened = Counter(chaos.line.counts)
        chaos.calm_down()
        tell(chaos, happened)
        everything_happened(chaos, happened, operations)
        nothing_is_lost_doubled_or_made_up(chaos)
        times_are_right(chaos)
        receipts_open_and_void_codes_do_not(chaos)


def tell(chaos: Chaos, happened: Counter[str]) -> None:
    """Write the figures to the log."""
    logging.getLogger("chaos").info(
        "operations: %s; requests: %s; records meant: %d", dict(chaos.counts), dict(happened), len(chaos.intended)
    )


def everything_happened(chaos: Chaos, happened: Counter[str], operations: int) -> None:
    """Make sure that the line was as bad as it was meant to be: a test that nothing disturbed proves nothing."""
    assert happened.total() > operations / 2
    for what in ("lost", "held back", "twice", "twice, once later", "answer lost", "answered 401", "answered 422"):
        assert happened[what] >= max(1, operations // 5000), (what, happened)
    assert chaos.counts["lose phone"] > 0
    assert chaos.counts["sent with a new receipt"] > 0


def stored(chaos: Chaos) -> dict[str, list[Encounter]]:
    """Return what the database has, by what was typed into the grounds."""
    found: dict[str, list[Encounter]] = {}
    with chaos.installation.reading() as session:
        for row in session.scalars(select(Encounter)):
            session.expunge(row)
            found.setdefault(row.grounds or "", []).append(row)
    return found


def nothing_is_lost_doubled_or_made_up(chaos: Chaos) -> None:
    present, meant = stored(chaos), chaos.intended
    assert {marker for marker, rows in present.items() if len(rows) > 1} == set(), "doubled"
    assert set(present) - set(meant) == set(), "phantom"
    still_waiting = {one.body["grounds"] for carrier in chaos.phones for one in carrier.phone.records if one.state != "conflict"}
    assert still_waiting == set(), "everybody signed in and sent, so nothing waits on a phone"
    kept_back = {one.body["grounds"] for device in chaos.devices if device.is_revoked for one in device.records}
    waiting = {one.body["grounds"] for device in chaos.devices for one in device.records}
    assert waiting == kept_back, "only a device whose token was revoked keeps what it has"
    assert set(meant) - set(present) - kept_back == set(), "lost"
    for marker, one in meant.items():
        acknowledged = (one.on.phone.sent if isinstance(one.on, Carrier) else one.on.sent).get(one.waiting.key)
        if acknowledged:
            assert [row.reference for row in present[marker]] == [acknowledged["reference"]]


def times_are_right(chaos: Chaos) -> None:
    present = stored(chaos)
    off = {marker: abs(rows[0].started_at - chaos.intended[marker].really) for marker, rows in present.items()}
    steady = {marker for marker in off if not chaos.intended[marker].clock_was_set}
    assert [marker for marker in steady if off[marker] > 2 * WORTH_CORRECTING] == []
    corrected = [marker for marker in present if present[marker][0].clock_corrected_by_seconds is not None]
    assert len(corrected) > len(present) / 3, "clocks were hours off, so most times had to be put right"
    wrong = [marker for marker in off if off[marker] > 2 * WORTH_CORRECTING]
    logging.getLogger("chaos").info("clock set while waiting: %d, of these wrong: %d", len(off) - len(steady), len(wrong))
    assert len(wrong) <= max(1, (len(off) - len(steady)) / 10)


def receipts_open_and_void_codes_do_not(chaos: Chaos) -> None:
    key = chaos.installation.key_for(KEY_USE)
    with chaos.installation.reading() as session:
        for one in chaos.intended.values():
            acknowledged = (one.on.phone.sent if isinstance(one.on, Carrier) else one.on.sent).get(one.waiting.key)
            if acknowledged is None:
                continue
            for person, shown in zip(acknowledged["people"], one.waiting.receipts, strict=True):
                code = normalised(person["receipt"]["code"])
                assert shown is None or shown["code"] == person["receipt"]["code"], "the receipt that was shown is the one that counts"
                held = receipt_by_code(session, code=code, key=key, now=chaos.time)
                assert (held.facts.reference, held.facts.check_words) == (acknowledged["reference"], person["receipt"]["check_words"])
        by_state: dict[str, list[str]] = {}
        for receipt_id, state in session.execute(select(AllocatedCode.receipt_id, AllocatedCode.state)):
            by_state.setdefault(state, []).append(make_code(key, receipt_id))
        for code in by_state[AllocationState.VOID]:
            with pytest.raises(ReceiptNotFound):
                receipt_by_code(session, code=code, key=key, now=chaos.time)
        for code in by_state[AllocationState.ALLOCATED]:
            with pytest.raises(RecordAwaited):
                receipt_by_code(session, code=code, key=key, now=chaos.time)
        receipts = set(session.scalars(select(Receipt.id)))
        used = set(session.scalars(select(AllocatedCode.receipt_id).where(AllocatedCode.state == AllocationState.USED)))
        assert used <= receipts
        assert not receipts & set(session.scalars(select(AllocatedCode.receipt_id).where(AllocatedCode.state != AllocationState.USED)))
        assert chain_report(session).problems == []
    used_codes = by_state[AllocationState.USED]
    sample = used_codes[:: max(1, len(used_codes) // 50)]
    assert {chaos.client.get(f"/r/{code}").status_code for code in sample} == {200}
    chaos.time += timedelta(days=1)
