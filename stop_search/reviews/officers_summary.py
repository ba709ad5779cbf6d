"""What went well in an officer's own stops, for that officer alone: counted, never compared with anybody, and no share of a few."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.reviews.comparing import Sense, sense_of
from stop_search.reviews.final_marks import final_marks
from stop_search.reviews.officers_reviews import OwnReviewLine, own_reviews, reviews_told_to
from stop_search.reviews.rules import MarkGiven, MarkKind, Rubric
from stop_search.reviews.versions import rubrics_of

GOOD_PRACTICE = 3
FEWEST_FOR_A_SHARE = 5  # of fewer reviews, "2 of 3" would read like a rate of the officer


@dataclass(frozen=True)
class GoodPractice:
    """In how many own reviews a criterion was good practice. `of`: how many scored it; None where these are too few for a share."""

    criterion: str
    name: str
    reviews: int
    of: int | None


@dataclass(frozen=True)
class OwnSummary:
    """How many reviews there are, what was good practice in them, and the stops with a commendation, the newest first."""

    reviews: int
    good_practice: tuple[GoodPractice, ...]
    commended: tuple[OwnReviewLine, ...]

    @property
    def commended_though_nothing_was_found(self) -> int:
        """In how many commended stops nothing was found: it counts all the same."""
        return sum(line.nothing_was_found for line in self.commended)


def own_summary(session: Session, *, viewer: Viewer) -> OwnSummary:
    """Return the viewer's own summary, of the marks that count."""
    rows = session.execute(reviews_told_to(viewer)).all()
    counted = final_marks(session, frame_entry_ids=[review.frame_entry_id for review, _ in rows])
    rubrics = rubrics_of(session, [review for review, _ in rows])
    marked = [(rubrics[review.id], counted[review.frame_entry_id].marks) for review, _ in rows]
    commended = tuple(line for line in own_reviews(session, viewer=viewer) if line.commendations)
    return OwnSummary(len(marked), good_practice(marked), commended)


def good_practice(marked: Iterable[tuple[Rubric, Mapping[str, MarkGiven]]]) -> tuple[GoodPractice, ...]:
    """Return the criteria that were good practice at least once, in the rubric's order: an order of merit would be a ranking. Pure.

    A criterion whose words changed between versions is counted for each wording.
    """
    levels: dict[tuple[str, Sense], list[int]] = {}
    names: dict[tuple[str, Sense], str] = {}
    for rubric, marks in sorted(marked, key=lambda one: one[0].version):
        for criterion in rubric.criteria:
            mark = marks.get(criterion.id)
            key = (criterion.id, sense_of(criterion))
            names[key] = criterion.name
            if mark is not None and mark.kind is MarkKind.SCORED and mark.level is not None:
                levels.setdefault(key, []).append(mark.level)
    found = ((key, levels.get(key, []), name) for key, name in names.items())
    return tuple(
        GoodPractice(key[0], name, given.count(GOOD_PRACTICE), len(given) if len(given) >= FEWEST_FOR_A_SHARE else None)
        for key, given, name in found
        if GOOD_PRACTICE in given
    )
