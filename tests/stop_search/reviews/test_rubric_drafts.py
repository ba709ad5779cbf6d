"""A version is written by some and published by somebody else, from a day on; then nobody changes it, not even in the database."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.records import AuditEntry
from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.reviews.rubric import rubric_at
from stop_search.reviews.rubric_drafts import (
    DraftText,
    approve_draft,
    as_version,
    ask_for_approval,
    open_draft,
    reject_draft,
    save_draft,
    start_over,
    take_draft_back,
)
from stop_search.reviews.rubric_history import draft_shown, drafts_of_rubric
from stop_search.reviews.rubric_records import RubricDraft, RubricDraftPerson, RubricVersion
from stop_search.reviews.rules import DraftPart, DraftState
from stop_search.reviews.versions import newest_published, published_versions, rubric_in_force, rubric_version
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.rubrics import FIRST, changed, learning_viewer, published

TODAY = NOON.date()
TOMORROW = TODAY + timedelta(days=1)
Draft = a.uuid.UUID


@pytest.fixture
def wren(session: Session) -> Viewer:
    return learning_viewer(a.an_account(session, name="Wren Writer", role=Role.LEARNING_TEAM))


@pytest.fixture
def dee(session: Session) -> Viewer:
    return learning_viewer(a.an_account(session, name="Dee Decider", role=Role.LEARNING_TEAM))


def begun(session: Session, viewer: Viewer, content: str | None = None, starts_on: date | None = TOMORROW) -> Draft:
    """Open a draft and save something in it."""
    draft_id = open_draft(session, viewer=viewer, now=NOON)
    save_draft(session, draft_id=draft_id, text=DraftText(content or changed(), starts_on, 1), viewer=viewer, now=NOON)
    return draft_id


def asked(session: Session, viewer: Viewer) -> Draft:
    draft_id = begun(session, viewer)
    ask_for_approval(session, draft_id=draft_id, viewer=viewer, now=NOON)
    return draft_id


def test_a_draft_begins_with_the_newest_version_under_the_next_number(session: Session, wren: Viewer, dee: Viewer) -> None:
    draft_id = open_draft(session, viewer=wren, now=NOON)
    shown = draft_shown(session, draft_id=draft_id, viewer=wren)
    assert shown.content == as_version(FIRST, 2, TODAY)
    assert (shown.based_on, shown.version, shown.state, shown.authors, shown.is_author) == (1, 2, DraftState.DRAFT, ("Wren Writer",), True)
    assert open_draft(session, viewer=dee, now=NOON) == draft_id
    assert not draft_shown(session, draft_id=draft_id, viewer=dee).is_author


def test_the_number_and_the_day_are_all_that_is_put_into_a_new_draft() -> None:
    differing = [pair for pair in zip(FIRST.splitlines(), as_version(FIRST, 7, TODAY).splitlines(), strict=True) if pair[0] != pair[1]]
    assert [after for _, after in differing][1:] == ["version: 7", f'published_on: "{TODAY}"']
    assert differing[0][1].endswith(": version 7.")


def test_what_cannot_be_published_yet_is_kept_and_only_asking_refuses_it(session: Session, wren: Viewer) -> None:
    draft_id = begun(session, wren, "broken: [", None)
    assert draft_shown(session, draft_id=draft_id, viewer=wren).content == "broken: ["
    with pytest.raises(Invalid) as refused:
        ask_for_approval(session, draft_id=draft_id, viewer=wren, now=NOON)
    assert set(refused.value.fields) == {"content", "starts_on"}


@pytest.mark.parametrize(
    ("content", "starts_on", "wrong"),
    [
        (as_version(FIRST, 2, TODAY), TOMORROW, "content"),
        (as_version(FIRST, 2, TODAY) + "# a remark\n", TOMORROW, "content"),
        (FIRST, TOMORROW, "content"),
        (changed(), TODAY - timedelta(days=1), "starts_on"),
        (changed(), None, "starts_on"),
    ],
)
def test_nothing_is_asked_of_a_draft_without_change_or_day(
    session: Session, wren: Viewer, content: str, starts_on: date | None, wrong: str
) -> None:
    draft_id = begun(session, wren, content, starts_on)
    with pytest.raises(Invalid) as refused:
        ask_for_approval(session, draft_id=draft_id, viewer=wren, now=NOON)
    assert set(refused.value.fields) == {wrong}


def test_who_saves_over_anothers_saving_is_told_and_nothing_is_lost(session: Session, wren: Viewer, dee: Viewer) -> None:
    draft_id = begun(session, wren)
    with pytest.raises(Conflict):
        save_draft(session, draft_id=draft_id, text=DraftText("other", TOMORROW, 1), viewer=dee, now=NOON)
    assert draft_shown(session, draft_id=draft_id, viewer=dee).content == changed()
    save_draft(session, draft_id=draft_id, text=DraftText("other\r\nline", TOMORROW, 2), viewer=dee, now=NOON)
    shown = draft_shown(session, draft_id=draft_id, viewer=dee)
    assert (shown.content, shown.authors) == ("other\nline", ("Dee Decider", "Wren Writer"))


def test_somebody_else_publishes_and_the_version_counts_from_its_day(session: Session, wren: Viewer, dee: Viewer) -> None:
    draft_id = asked(session, wren)
    assert approve_draft(session, draft_id=draft_id, revision=2, viewer=dee, now=NOON) == 2
    assert approve_draft(session, draft_id=draft_id, revision=2, viewer=dee, now=NOON) == 2
    assert [one.version for one in published_versions(session)] == [1, 2]
    assert (rubric_in_force(session, on=TODAY).version, rubric_in_force(session, on=TOMORROW).version) == (1, 2)
    assert newest_published(session).version == 2
    assert rubric_version(session, 1) is rubric_at(1)
    assert rubric_version(session, 2).digest == a.hashlib.sha256(changed().encode()).hexdigest()
    shown = draft_shown(session, draft_id=draft_id, viewer=wren)
    assert (shown.state, shown.decider, shown.published_as) == (DraftState.APPROVED, "Dee Decider", 2)
    assert [entry.actor for entry in session.scalars(select(AuditEntry).where(AuditEntry.action == "rubric_published"))] == [str(dee.id)]


@pytest.mark.parametrize("author", ["opened", "saved", "asked"])
def test_no_author_decides_however_small_the_part(session: Session, wren: Viewer, dee: Viewer, author: str) -> None:
    other = learning_viewer(a.an_account(session, role=Role.LEARNING_TEAM))
    draft_id = open_draft(session, viewer=dee if author == "opened" else wren, now=NOON)
    writer = dee if author == "saved" else other
    save_draft(session, draft_id=draft_id, text=DraftText(changed(), TOMORROW, 1), viewer=writer, now=NOON)
    ask_for_approval(session, draft_id=draft_id, viewer=dee if author == "asked" else other, now=NOON)
    with pytest.raises(NotAllowed, match="somebody else"):
        approve_draft(session, draft_id=draft_id, revision=2, viewer=dee, now=NOON)
    with pytest.raises(NotAllowed, match="somebody else"):
        reject_draft(session, draft_id=draft_id, revision=2, because="No.", viewer=dee, now=NOON)
    assert [one.version for one in published_versions(session)] == [1]


def test_the_database_itself_refuses_an_author_as_decider(session: Session, wren: Viewer) -> None:
    draft_id = asked(session, wren)
    values = {"state": DraftState.APPROVED, "decided_at": NOON, "decided_by": wren.id}
    for part in (DraftPart.DECIDER, DraftPart.AUTHOR, None):
        decided = update(RubricDraft).where(RubricDraft.id == draft_id).values(**values, decided_part=part)
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(decided)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(RubricDraftPerson.__table__.insert().values(draft_id=draft_id, account_id=wren.id, part=DraftPart.DECIDER))


@pytest.mark.parametrize("how", ["change", "remove"])
def test_the_database_itself_refuses_to_change_what_was_published(session: Session, how: str) -> None:
    published(session, changed())
    statement = update(RubricVersion).values(content="other") if how == "change" else delete(RubricVersion)
    with pytest.raises(DBAPIError, match="never changes"), session.begin_nested():
        session.execute(statement)


def test_there_is_one_open_draft_at_a_time_in_the_database_too(session: Session, wren: Viewer) -> None:
    begun(session, wren)
    with pytest.raises(IntegrityError), session.begin_nested():
        a.a_rubric_draft(session, authors=())


def test_a_decision_is_about_what_was_read(session: Session, wren: Viewer, dee: Viewer) -> None:
    draft_id = asked(session, wren)
    take_draft_back(session, draft_id=draft_id, viewer=wren, now=NOON)
    with pytest.raises(NoLongerOpen):
        approve_draft(session, draft_id=draft_id, revision=2, viewer=dee, now=NOON)
    save_draft(session, draft_id=draft_id, text=DraftText(changed(("name: Voice", "name: Heard")), TOMORROW, 2), viewer=wren, now=NOON)
    ask_for_approval(session, draft_id=draft_id, viewer=wren, now=NOON)
    with pytest.raises(Conflict, match="changed since"):
        approve_draft(session, draft_id=draft_id, revision=2, viewer=dee, now=NOON)
    with pytest.raises(NoLongerOpen, match="waits for a decision"):
        save_draft(session, draft_id=draft_id, text=DraftText("x", TOMORROW, 3), viewer=wren, now=NOON)


def test_a_day_that_has_come_and_gone_while_it_waited_is_chosen_anew(session: Session, wren: Viewer, dee: Viewer) -> None:
    draft_id = asked(session, wren)
    with pytest.raises(Invalid) as refused:
        approve_draft(session, draft_id=draft_id, revision=2, viewer=dee, now=NOON + timedelta(days=2))
    assert set(refused.value.fields) == {"starts_on"}


def test_the_next_version_begins_after_the_one_before(session: Session, wren: Viewer) -> None:
    published(session, changed(), starts_on=TOMORROW)
    draft_id = begun(session, wren, changed(("name: Voice", "name: Heard"), version=3, of=changed()), TOMORROW)
    with pytest.raises(Invalid, match="cannot be published") as refused:
        ask_for_approval(session, draft_id=draft_id, viewer=wren, now=NOON)
    assert "after 19 November 2026, on which version 2 begins" in refused.value.fields["starts_on"]


def test_a_rejected_draft_says_why_and_its_text_can_be_gone_on_with_by_its_authors(session: Session, wren: Viewer, dee: Viewer) -> None:
    draft_id = asked(session, wren)
    with pytest.raises(Invalid):
        reject_draft(session, draft_id=draft_id, revision=2, because=" ", viewer=dee, now=NOON)
    reject_draft(session, draft_id=draft_id, revision=2, because="C4 says less than before.", viewer=dee, now=NOON)
    shown = draft_shown(session, draft_id=draft_id, viewer=wren)
    assert (shown.state, shown.refusal, shown.published_as) == (DraftState.REJECTED, "C4 says less than before.", None)
    again = open_draft(session, viewer=dee, now=NOON + timedelta(hours=1), with_text_of=draft_id)
    found = draft_shown(session, draft_id=again, viewer=dee)
    assert (found.content, found.authors) == (changed(), ("Dee Decider", "Wren Writer"))
    assert [one.draft_id for one in drafts_of_rubric(session, viewer=wren)] == [again, draft_id]
    with pytest.raises(NoLongerOpen):
        start_over(session, draft_id=draft_id, viewer=wren, now=NOON)


def test_only_a_rejected_drafts_text_is_taken_over(session: Session, wren: Viewer) -> None:
    with pytest.raises(NotFound):
        open_draft(session, viewer=wren, now=NOON, with_text_of=a.uuid.uuid4())


def test_starting_over_takes_the_newest_version(session: Session, wren: Viewer) -> None:
    draft_id = begun(session, wren, "lost")
    start_over(session, draft_id=draft_id, viewer=wren, now=NOON)
    shown = draft_shown(session, draft_id=draft_id, viewer=wren)
    assert (shown.content, shown.revision) == (as_version(FIRST, 2, TODAY), 3)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LEARNING_TEAM}))
def test_nobody_else_writes_or_reads_drafts(session: Session, role: Role) -> None:
    viewer = Viewer(id=a.uuid.uuid4(), name="x", roles=frozenset({role}))
    draft_id = a.uuid.uuid4()
    for act in (
        lambda: open_draft(session, viewer=viewer, now=NOON),
        lambda: save_draft(session, draft_id=draft_id, text=DraftText("", None, 1), viewer=viewer, now=NOON),
        lambda: approve_draft(session, draft_id=draft_id, revision=1, viewer=viewer, now=NOON),
        lambda: drafts_of_rubric(session, viewer=viewer),
        lambda: draft_shown(session, draft_id=draft_id, viewer=viewer),
    ):
        with pytest.raises(NotAllowed):
            act()
