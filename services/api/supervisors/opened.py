"""One review as its pages need it: the review, its rubric, what stands in the forms, what was watched, and the cameras' clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.api.supervisors import shown
from services.api.supervisors.all_cameras import offsets
from services.api.supervisors.own_lanes import OwnLanes, own_lanes
from stop_search.accounts.rules import Viewer
from stop_search.errors import NotFound
from stop_search.reviews.actions import open_workbench
from stop_search.reviews.drafts import NOTHING_KEPT, Draft, drafts_of
from stop_search.reviews.queries import ReviewShown, review_shown
from stop_search.reviews.rubric import asked_for
from stop_search.reviews.rules import Criterion, ReviewState, Rubric
from stop_search.reviews.versions import rubric_version
from stop_search.reviews.watching import Watched, watched_of_review


@dataclass(frozen=True)
class Bench:
    """A review of the viewer's own. `offsets`: when each recording began, after the first of them, in the order of the cameras."""

    review: ReviewShown
    rubric: Rubric
    drafts: dict[str, Draft]
    watched: Watched
    offsets: Sequence[float | None]

    @property
    def is_started(self) -> bool:
        """Return whether marks can be given: it was started, and there is something to see."""
        return self.review.state is ReviewState.STARTED and self.review.can_be_seen

    def draft(self, part: str) -> Draft:
        """Return what stands in one form."""
        return self.drafts.get(part, NOTHING_KEPT)

    def criterion(self, criterion_id: str) -> Criterion:
        """Return a criterion. Raises NotFound."""
        found = self.rubric.criterion(criterion_id)
        if found is None:
            message = "There is no such page in this review."
            raise NotFound(message)
        return found

    def lanes(self, cameras: Sequence[shown.Camera], camera: shown.Camera) -> OwnLanes:
        """Return the lanes that the review fills, of the recording that is shown."""
        return own_lanes(self.review, camera, cameras, self.offsets, self.watched.spans)

    @property
    def camera_numbers(self) -> dict[str, int]:
        """Return the cameras' numbers by the recordings' ids."""
        return {str(line.footage_id): number for number, line in enumerate(self.review.footage, start=1)}


def opened(session: Session, review_id: UUID, viewer: Viewer, now: datetime) -> Bench:
    """Return the viewer's review, and write down that it was consulted. Raises NotFound."""
    open_workbench(session, review_id=review_id, viewer=viewer, now=now)
    return bench_of(session, review_id, viewer)


def bench_of(session: Session, review_id: UUID, viewer: Viewer) -> Bench:
    """Return the viewer's review. Raises NotFound."""
    review = review_shown(session, review_id=review_id, viewer=viewer)
    return Bench(
        review=review,
        rubric=asked_for(rubric_version(session, review.rubric_version, review.rubric), review.criteria),
        drafts=drafts_of(session, review_id=review_id, viewer=viewer),
        watched=watched_of_review(session, review_id=review_id, viewer=viewer),
        offsets=offsets(session, review.footage),
    )
