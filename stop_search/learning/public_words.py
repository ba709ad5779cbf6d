"""What the public said, for the learning team: released comments, what stands beside the answers, and whether a receipt was offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.feedback.beside import beside_primary
from stop_search.feedback.comments import released_comments
from stop_search.feedback.forms import ENGLISH
from stop_search.learning.disclosure import WITHIN_THE_HOUSE, told_count, told_counts
from stop_search.learning.kept_public import offered_shown

OTHERS = ""  # languages of so few comments that the language alone could tell who wrote


@dataclass(frozen=True)
class Offered:
    """Of `n` receipts for which both the person and the officer say something. A count is None where it is too small to tell.

    `counted_at`: None where it was counted just now.
    """

    n: int
    agree: int | None
    differ: int | None
    not_sure: int | None
    counted_at: datetime | None = None


@dataclass(frozen=True)
class PublicWords:
    """`comments`: language to released texts, English first, OTHERS last. `beside`: what is counted beside the primary answers.

    `primary` is told as it is; a count beside it is None where it is too small to tell.
    """

    comments: Mapping[str, tuple[str, ...]]
    primary: int
    beside: Mapping[str, int | None]
    offered: Offered
    minimum: int

    @property
    def released(self) -> int:
        """How many comments were released."""
        return sum(len(texts) for texts in self.comments.values())


def what_the_public_said(
    session: Session, *, viewer: Viewer, text_key: bytes, minimum: int = WITHIN_THE_HOUSE, now: datetime | None = None
) -> PublicWords:
    """Return all of it. `now`: None believes no counts that were kept.

    Raises:
        NotAllowed: the viewer is not of the learning team.

    """
    comments = released_comments(session, viewer=viewer, text_key=text_key)
    counts = beside_primary(session)
    beside = {name: getattr(counts, name) for name in ("secondary", "contested", "assisted", "suspected")}
    return PublicWords(
        comments=by_language(comments, minimum=minimum),
        primary=counts.primary,
        beside={name: told_count(count, minimum=minimum) for name, count in beside.items()},
        offered=_offered(session, minimum, now),
        minimum=minimum,
    )


def by_language(comments: Mapping[str, tuple[str, ...]], *, minimum: int) -> dict[str, tuple[str, ...]]:
    """Return the comments by language: English first; languages of fewer than `minimum` comments stand together, and last. Pure."""
    alone = {code: texts for code, texts in comments.items() if code == ENGLISH or len(texts) >= minimum}
    found = {code: alone[code] for code in sorted(alone, key=lambda code: (code != ENGLISH, code))}
    together = tuple(sorted(text for code, texts in comments.items() if code not in alone for text in texts))
    return found | ({OTHERS: together} if together else {})


def _offered(session: Session, minimum: int, now: datetime | None) -> Offered:
    found, counted_at = offered_shown(session, now=now)
    told = told_counts({"agree": found.agree, "differ": found.differ, "not_sure": found.not_sure}, minimum=minimum)
    return Offered(found.n, told["agree"], told["differ"], told["not_sure"], counted_at)
