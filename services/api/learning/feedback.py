"""The page of how far feedback reaches, and its tables as files. Nothing on it is a share of everyone who was stopped."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from services.api.archives import as_csv
from services.api.dependencies import CurrentViewer, Now, ReadSession, opens_to
from services.api.learning.looks import note_look
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.learning.estimates import GATE
from stop_search.learning.findings import ABOUT_ANSWERS, of_100
from stop_search.learning.maturity.lights import share_of_counts
from stop_search.learning.reach_queries import Reach, reach_of_feedback

router = APIRouter(prefix="/learning/feedback", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)
Table = tuple[Sequence[str], Iterator[Sequence[object]]]


@router.get("")
def feedback_page(request: Request, viewer: CurrentViewer, session: ReadSession, now: Now) -> Response:
    """Show how many receipts were offered and answered, whose they were, and what the answers cannot say."""
    reach = reach_of_feedback(session, viewer=viewer, now=now)
    recorded = reach.offers.handed + reach.offers.refused
    return page(
        request,
        "learning/feedback.html",
        viewer=viewer,
        reach=reach,
        finished=share_of_counts(reach.records.finished, reach.records.due),
        offered=share_of_counts(reach.offers.handed, recorded),
        recorded=recorded,
        caveat=ABOUT_ANSWERS[0],
        gate=GATE,
        of_100=of_100,
    )


@router.get("/{name}.csv")
def feedback_file(
    request: Request, viewer: CurrentViewer, session: ReadSession, now: Now, name: Annotated[str, Path(pattern="^(ways|groups|questions)$")]
) -> Response:
    """Return one table; what is taken away goes by the force's own minimum for published counts."""
    reach = reach_of_feedback(session, viewer=viewer, now=now, minimum=request.app.state.force.publication_minimum)
    attached = {"Content-Disposition": f'attachment; filename="feedback-{name}.csv"'}
    return Response(as_csv(*FILES[name](reach)), media_type="text/csv; charset=utf-8", headers=attached)


def _ways(reach: Reach) -> Table:
    heading = ("how the receipt was handed over", "receipts", "answered", "share answered", "95 % from", "95 % to")
    return heading, (
        (way.label, way.given, way.answered, *((_4(way.share.share), _4(way.share.low), _4(way.share.high)) if way.share else [None] * 3))
        for way in reach.ways
    )


def _groups(reach: Reach) -> Table:
    heading = ("by", "group", "receipts", "answered", "of those who answered, share", "95 % from", "95 % to")
    return heading, (
        (
            sides.name,
            side.label,
            side.stopped,
            side.answered,
            *((_4(side.share.share), _4(side.share.low), _4(side.share.high)) if side.share else [None] * 3),
        )
        for sides in reach.sides
        for side in sides.groups
    )


def _questions(reach: Reach) -> Table:
    heading = (
        "question", "answers counted", "receipts", "answered", "of whom said so", "of all, at least", "of all, at most",
        "if they were twice as likely to answer", "if the others were", "too few to say because",
    )  # fmt: skip
    return heading, (
        (
            *(one.question, one.good_words, one.given, one.answered, one.good),
            *(map(_4, one.whoever) if one.whoever else [None] * 2),
            *(map(_4, one.band) if one.band else [None] * 2),
            one.too_few,
        )
        for one in reach.heard
    )


def _4(share: float) -> float:
    return round(share, 4)


FILES: Mapping[str, Callable[[Reach], Table]] = {"ways": _ways, "groups": _groups, "questions": _questions}
