"""Holds in the hands of their owners: who sees and releases which, never of a stop of one's own; looking again; the panel."""

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import PostKind, Role, Viewer
from stop_search.audit.records import AuditEntry
from stop_search.errors import Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.footage.actions import place_hold
from stop_search.footage.hold_rules import OWNERS, PENDING
from stop_search.footage.holds import (
    HeldLines,
    hold_for_panel,
    hold_of_owner,
    holds_of_owner,
    look_again,
    note_panel_report,
    panel_holds_closed,
    release_by_owner,
)
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from tests.support.builders import CLOCKS, NOON, a_post, a_recording, a_team, an_account, an_encounter, an_officer


def a_viewer(session: Session, *roles: Role) -> Viewer:
    """Open an account with roles."""
    return Viewer(id=an_account(session, role=None).id, name="", roles=frozenset(roles))


def hold(session: Session, encounter_id: uuid.UUID, reason: HoldReason) -> uuid.UUID:
    """Place a hold."""
    return place_hold(session, encounter_id=encounter_id, reason=reason, cause_id="1", now=NOON)


@pytest.mark.parametrize("reason", sorted(PENDING))
def test_what_waits_for_chance_is_nobodys_to_see_or_release(session: Session, reason: HoldReason) -> None:
    hold_id = hold(session, an_encounter(session).id, reason)
    for role in Role:
        viewer = a_viewer(session, role)
        assert holds_of_owner(session, viewer=viewer, closed={}, clocks=CLOCKS, today=NOON.date()).lines == ()
        with pytest.raises(NotFound):
            release_by_owner(session, hold_id=hold_id, because="I want to", viewer=viewer, now=NOON)


@pytest.mark.parametrize("reason", OWNERS)
def test_a_hold_is_seen_and_released_by_the_role_that_owns_it_and_by_no_other(session: Session, reason: HoldReason) -> None:
    hold_id = hold(session, an_encounter(session).id, reason)
    for role in set(Role) - {OWNERS[reason]}:
        other = a_viewer(session, role)
        assert holds_of_owner(session, viewer=other, closed={}, clocks=CLOCKS, today=NOON.date()).lines == ()
        with pytest.raises(NotFound):
            release_by_owner(session, hold_id=hold_id, because="I want to", viewer=other, now=NOON)
    owner = a_viewer(session, OWNERS[reason])
    assert [line.hold_id for line in holds_of_owner(session, viewer=owner, closed={}, clocks=CLOCKS, today=NOON.date()).lines] == [hold_id]
    with pytest.raises(Invalid):
        release_by_owner(session, hold_id=hold_id, because=" ", viewer=owner, now=NOON)
    release_by_owner(session, hold_id=hold_id, because="settled", viewer=owner, now=NOON)
    row = session.get_one(FootageHold, hold_id)
    assert (row.release_reason, row.released_by) == ("settled", str(owner.id))
    with pytest.raises(NoLongerOpen):
        release_by_owner(session, hold_id=hold_id, because="again", viewer=owner, now=NOON)


@pytest.mark.parametrize("how", ["made it", "was there", "wore a camera", "leads the team", "leads the officer"])
def test_nobody_releases_a_hold_on_a_stop_of_their_own_or_of_their_line(session: Session, how: str) -> None:
    me = an_account(session, role=Role.LEARNING_TEAM)
    viewer = Viewer(id=me.id, name="", roles=frozenset({Role.LEARNING_TEAM, Role.COMPLAINTS_HANDLER}))
    team = a_team(session)
    officer = me if how == "made it" else an_officer(session, team=team if how == "leads the officer" else None)
    present = (me,) if how == "was there" else ()
    encounter = an_encounter(session, officer=officer, others_present=present, team=team if how == "leads the team" else None)
    if how == "wore a camera":
        a_recording(session, encounter=encounter, officer_id=me.id)
    if how.startswith("leads"):
        a_post(session, account=me, team=team, kind=PostKind.LEAD)
    hold_id = hold(session, encounter.id, HoldReason.DRAWN)
    assert holds_of_owner(session, viewer=viewer, closed={}, clocks=CLOCKS, today=NOON.date()).lines == ()
    with pytest.raises(NotFound):
        release_by_owner(session, hold_id=hold_id, because="nothing to see", viewer=viewer, now=NOON)
    with pytest.raises(Invalid):
        hold_for_panel(session, reference=encounter.reference, because="to be seen", viewer=viewer, now=NOON)


def test_a_hold_is_due_for_a_look_after_half_a_year_and_again_half_a_year_after_that(session: Session) -> None:
    owner = a_viewer(session, Role.COMPLAINTS_HANDLER)
    hold_id = hold(session, an_encounter(session).id, HoldReason.FEEDBACK)

    def line(today: date) -> tuple[date, bool]:
        (found,) = holds_of_owner(session, viewer=owner, closed={}, clocks=CLOCKS, today=today).lines
        return found.look_on, found.is_due

    assert line(date(2027, 5, 17)) == (date(2027, 5, 18), False)
    assert line(date(2027, 5, 18)) == (date(2027, 5, 18), True)
    later = NOON + timedelta(days=181)
    assert look_again(session, hold_id=hold_id, because="still open", viewer=owner, clocks=CLOCKS, now=later) == date(2027, 11, 18)
    assert line(date(2027, 5, 18)) == (date(2027, 11, 18), False)
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.n.desc())).first() == "hold_looked_at"


def test_a_hold_whose_cause_is_closed_ends_by_itself_and_nobody_has_to_look_at_it(session: Session) -> None:
    owner = a_viewer(session, Role.COMPLAINTS_HANDLER)
    hold_id = hold(session, an_encounter(session).id, HoldReason.FEEDBACK)

    def line() -> tuple[date | None, bool]:
        closed, today = {hold_id: date(2026, 11, 20)}, date(2027, 6, 1)
        asked = {"viewer": owner, "closed": closed, "clocks": CLOCKS, "today": today}
        assert holds_of_owner(session, **asked) == HeldLines((), 1)
        (found,) = holds_of_owner(session, **asked, is_ending=True).lines
        assert hold_of_owner(session, hold_id=hold_id, viewer=owner, closed=closed, clocks=CLOCKS, today=today) == found
        return found.held_until, found.is_due

    assert line() == (date(2027, 2, 20), False)
    look_again(session, hold_id=hold_id, because="a court asked", viewer=owner, clocks=CLOCKS, now=NOON)
    assert line() == (date(2027, 5, 18), False)


def test_the_panel_holds_a_stop_until_90_days_after_its_report(session: Session) -> None:
    owner, encounter = a_viewer(session, Role.LEARNING_TEAM), an_encounter(session)
    viewer = a_viewer(session, Role.COMPLAINTS_HANDLER)
    with pytest.raises(NotAllowed):
        hold_for_panel(session, reference=encounter.reference, because="to be seen", viewer=viewer, now=NOON)
    hold_id = hold_for_panel(session, reference=f" {encounter.reference.lower()} ", because="to be seen", viewer=owner, now=NOON)
    assert hold_for_panel(session, reference=encounter.reference, because="once more", viewer=owner, now=NOON) == hold_id
    assert panel_holds_closed(session) == {}
    for wrong in (date(2026, 11, 17), date(2026, 11, 30)):
        with pytest.raises(Invalid):
            note_panel_report(session, hold_id=hold_id, reported_on=wrong, viewer=owner, clocks=CLOCKS, now=NOON + timedelta(days=5))
    reported = {"reported_on": date(2026, 11, 20), "viewer": owner, "clocks": CLOCKS, "now": NOON + timedelta(days=5)}
    assert note_panel_report(session, hold_id=hold_id, **reported) == date(2027, 2, 18)
    assert panel_holds_closed(session) == {hold_id: date(2026, 11, 20)}


def test_the_panel_s_report_on_a_stop_ends_all_of_its_holds_on_it_that_were_there(session: Session) -> None:
    owner, encounter = a_viewer(session, Role.LEARNING_TEAM), an_encounter(session)
    by_hand = hold_for_panel(session, reference=encounter.reference, because="to be seen", viewer=owner, now=NOON)
    place = {"encounter_id": encounter.id, "reason": HoldReason.PANEL}
    of_copy = place_hold(session, **place, cause_id="redaction:1", now=NOON)
    place_hold(session, **place, cause_id="redaction:2", now=NOON + timedelta(days=4))
    elsewhere = hold(session, an_encounter(session).id, HoldReason.PANEL)
    reported = {"reported_on": date(2026, 11, 20), "viewer": owner, "clocks": CLOCKS, "now": NOON + timedelta(days=5)}
    note_panel_report(session, hold_id=of_copy, **reported)
    assert panel_holds_closed(session) == {by_hand: date(2026, 11, 20), of_copy: date(2026, 11, 20)}
    assert elsewhere not in panel_holds_closed(session)
    assert session.scalars(select(AuditEntry.action)).all().count("panel_report_noted") == 2
