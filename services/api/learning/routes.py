"""The learning team's pages: what was learned, and the same as files. Every look is noted in the audit log."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from services.api.archives import as_csv
from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, opens_to
from services.api.learning import officers_answers, rubric
from services.api.learning.looks import note_look
from services.api.learning.tables import TABLES
from services.api.pages import page
from services.api.receipt_languages import language_names
from stop_search.accounts.rules import Role
from stop_search.feedback.personal_details.masking import pieces
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.learning.disparity.film_alerts import standing_film_alerts
from stop_search.learning.estimates import GATE
from stop_search.learning.findings import ABOUT_ANSWERS, ABOUT_REVIEWS, headline, of_100
from stop_search.learning.maturity.queries import overdue_competencies
from stop_search.learning.public_words import what_the_public_said
from stop_search.learning.queries import LEVELS, response_of, what_was_learned

router = APIRouter(prefix="/learning", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)


@router.get("")
def learning_page(request: Request, viewer: CurrentViewer, session: ReadSession, now: Now) -> Response:
    """Show the finding in words, the picture, the tables, and what must be kept in mind."""
    learned = what_was_learned(session, now=now)
    return page(
        request,
        "learning/learning.html",
        viewer=viewer,
        learned=learned,
        headline=headline(learned.current),
        film_alerts=standing_film_alerts(session),
        overdue=overdue_competencies(session, asked=request.app.state.force.competencies, now=now),
        about_reviews=ABOUT_REVIEWS,
        about_answers=ABOUT_ANSWERS,
        gate=GATE,
        levels=LEVELS,
        of_100=of_100,
    )


@router.get("/public")
def public_page(request: Request, viewer: CurrentViewer, session: ReadSession, installation: InstallationDep, now: Now) -> Response:
    """Show what people wrote, as it was released, and what stands beside their answers."""
    public = what_the_public_said(session, viewer=viewer, text_key=installation.key_for(TEXT_KEY_USE), now=now)
    shown = {
        "public": public,
        "languages": language_names(),
        "about_answers": ABOUT_ANSWERS,
        "pieces": pieces,
        "response": response_of(session, now=now),
    }
    return page(request, "learning/public.html", viewer=viewer, **shown)


@router.get("/{name}.csv")
def table_file(
    request: Request, name: Annotated[str, Path(pattern="^(criteria|answers|themes)$")], session: ReadSession, now: Now
) -> Response:
    """Return one table; what is taken away goes by the force's own minimum for published counts."""
    learned = what_was_learned(session, minimum=request.app.state.force.publication_minimum, now=now)
    return _file(as_csv(*TABLES[name](learned)), f"{name}.csv", "text/csv; charset=utf-8")


def _file(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


router.include_router(officers_answers.router)
router.include_router(rubric.router)
