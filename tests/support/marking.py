"""Marking a review for tests: through the action, complete, and with changes by criterion."""

import uuid
from collections.abc import Iterable

from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.reviews.marking import save_mark
from stop_search.reviews.queries import playable_lengths
from stop_search.reviews.records import Review, WatchedFootage
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import ItemAnswer, MarkGiven, MarkKind
from tests.support.builders import NOON


def viewer_of(account: Account) -> Viewer:
    """Return the account as a supervisor who is signed in."""
    return Viewer(id=account.id, name=account.name, roles=frozenset({Role.SUPERVISOR}))


def all_marked(
    session: Session, review: Review, viewer: Viewer, *, only: Iterable[str] | None = None, unseen: str | None = None, **levels: int
) -> None:
    """Mark every criterion (or `only` some) with a 2, or a level of `levels`; with `unseen`, as not observable for that reason."""
    for criterion in newest_rubric().criteria:
        if only is not None and criterion.id not in only:
            continue
        items = {item.id: ItemAnswer.SAID.value for item in criterion.items}
        mark = MarkGiven(MarkKind.SCORED, levels.get(criterion.id, 2), evidence="as the record says", items=items)
        if unseen and criterion.id not in levels:
            mark = MarkGiven(MarkKind.NOT_OBSERVABLE, reason=unseen)
        save_mark(session, review_id=review.id, criterion=criterion.id, mark=mark, viewer=viewer, now=NOON)
    if only is None:
        all_watched(session, review.id)


def all_watched(session: Session, review_id: uuid.UUID) -> None:
    """Have watched all footage of a review from beginning to end."""
    review = session.get_one(Review, review_id)
    for footage_id, seconds in playable_lengths(session, encounter_id=review.encounter_id).items():
        session.merge(WatchedFootage(review_id=review_id, footage_id=footage_id, spans=[[0.0, seconds]], told_at=NOON))
    session.flush()
