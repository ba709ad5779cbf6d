"""The invented community panel: footage redacted for it by two people, a meeting that is over, one to come, what it asked of the force."""

import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from stop_search.accounts.queries import accounts_with_role
from stop_search.accounts.rules import Role, Viewer
from stop_search.demo.stops import SEED
from stop_search.feedback.masks import Mask
from stop_search.panels.candidates import redaction_candidates
from stop_search.panels.copies import released_for_panels
from stop_search.panels.meeting_queries import meetings_of
from stop_search.panels.meetings import add_case, call_meeting, close_meeting, grounds_for_panel
from stop_search.panels.queries import case_shown, meeting_shown
from stop_search.panels.recommending import answer_recommendation, publish_answer, recommend
from stop_search.panels.rules import Vote, answer_digest
from stop_search.panels.voting import cast_vote
from stop_search.redactions.actions import open_redaction
from stop_search.redactions.copies import ask_for_copy, release_copy
from stop_search.redactions.queries import redaction_shown
from stop_search.redactions.rules import RedactionState
from stop_search.wording import london

PANEL = "Wessex community scrutiny panel"
COPIES = 2
ASKED_BEFORE = (
    ("improve", "Say what is looked for before the search begins, in words that a young person knows."),
    ("improve", "Give every officer a card with the words for the receipt and the code."),
)
ANSWER = "Every team has practised it. Reviewers look at it in each search that chance picks, and we tell you what they find."


def redact_some(session: Session, *, editor: Viewer, now: datetime) -> list[uuid.UUID]:
    """Begin to redact the shortest recordings of drawn stops, of like ones those that chance chose for panels; return the redactions."""
    found = [one for one in redaction_candidates(session, viewer=editor).lines if one.length_seconds]
    found.sort(key=lambda one: (one.length_seconds, not one.is_by_chance, one.reference))
    chosen = list(dict.fromkeys(one.footage_id for one in found))[:COPIES]  # a recording may show several stops
    return [open_redaction(session, footage_id=footage_id, viewer=editor, now=now) for footage_id in chosen]


def redact_further(session: Session, *, redaction_id: uuid.UUID, editor: Viewer, checker: Viewer, now: datetime) -> bool:
    """Do what a person does next in a redaction; return whether nothing is left to do, released or refused."""
    shown = redaction_shown(session, redaction_id=redaction_id, viewer=editor)
    if shown.state is RedactionState.OPENED and shown.proposal_failure:
        return True
    if shown.state in {RedactionState.PROPOSED, RedactionState.EDITED}:
        ask_for_copy(session, redaction_id=redaction_id, viewer=editor, now=now)
    elif shown.state is RedactionState.VERIFIED and shown.copy_version is not None:
        release_copy(session, redaction_id=redaction_id, version=shown.copy_version, viewer=checker, now=now)
        return True
    return shown.state in {RedactionState.RELEASED, RedactionState.REFUSED}


def fill_panels(session: Session, *, team: Viewer, other: Viewer, mask: Mask, now: datetime) -> None:
    """Have the panel meet once long ago, once yesterday, and once to come; done before, nothing happens."""
    if meetings_of(session, viewer=team):
        return
    account_ids = accounts_with_role(session, role=Role.PANEL_MEMBER, now=now)
    members = [Viewer(one, "A member", frozenset({Role.PANEL_MEMBER})) for one in account_ids]
    _met_long_ago(session, members, team, other, now)
    stops = [stop.encounter_id for stop in released_for_panels(session, viewer=team)]
    yesterday, to_come = now - timedelta(days=1), london(now).date() + timedelta(days=6)
    met = call_meeting(session, name=PANEL, meets_on=london(yesterday).date(), seats=account_ids, viewer=team, now=yesterday)
    for encounter_id in stops[:2]:
        case_id = _put(session, met, encounter_id, mask, team, yesterday)
        _vote(session, case_id, members, yesterday)
    close_meeting(session, meeting_id=met, viewer=team, now=yesterday)
    coming = call_meeting(session, name=PANEL, meets_on=to_come, seats=account_ids, viewer=team, now=now)
    for encounter_id in stops[2:3]:
        _vote(session, _put(session, coming, encounter_id, mask, team, now), members[1:3], now)
    cases = meeting_shown(session, meeting_id=met, viewer=team).line.cases
    text = "Ask whether the person has understood before the search goes on. Here nobody asked."
    recommend(session, meeting_id=met, case_id=cases[0].case_id if cases else None, kind="improve", text=text, viewer=members[0], now=now)


def _met_long_ago(session: Session, members: Sequence[Viewer], team: Viewer, other: Viewer, now: datetime) -> None:
    then = now - timedelta(days=40)
    seats = [member.id for member in members]
    met = call_meeting(session, name=PANEL, meets_on=london(then).date(), seats=seats, viewer=team, now=then)
    asked = [
        recommend(session, meeting_id=met, case_id=None, kind=kind, text=text, viewer=members[0], now=then) for kind, text in ASKED_BEFORE
    ]
    close_meeting(session, meeting_id=met, viewer=team, now=then)
    answered, told = then + timedelta(days=12), then + timedelta(days=13)
    answer_recommendation(session, recommendation_id=asked[0], decision="accepted", answer=ANSWER, viewer=team, now=answered)
    publish_answer(session, recommendation_id=asked[0], seen=answer_digest(decision="accepted", answer=ANSWER), viewer=other, now=told)


def _put(session: Session, meeting_id: uuid.UUID, encounter_id: uuid.UUID, mask: Mask, team: Viewer, now: datetime) -> uuid.UUID:
    grounds = grounds_for_panel(session, encounter_id=encounter_id, mask=mask, viewer=team, now=now)
    return add_case(session, meeting_id=meeting_id, encounter_id=encounter_id, grounds=grounds, viewer=team, now=now)


def _vote(session: Session, case_id: uuid.UUID, members: Sequence[Viewer], now: datetime) -> None:
    for number, member in enumerate(members):
        case = case_shown(session, case_id=case_id, viewer=member)
        chance = random.Random(f"{SEED} panel {case.place} {number}")
        levels = {criterion: chance.choices((3, 2, 1, None), (3, 6, 2, 1))[0] for criterion in case.criteria}
        overall = chance.choice([grade.id for grade in case.rubric.grades if grade.rag in {"green", "amber"}])
        said = "I could not hear whether they said why." if number == 1 else ""
        cast_vote(session, case_id=case_id, vote=Vote(levels, overall, said), viewer=member, now=now)
