"""How chance chose, for anybody who wants to check it: lists that are fixed, draws that were published, their files, the programs."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.responses import Response

from services.api.dependencies import InstallationDep, Now, ReadSession, opens_to_all
from services.api.language import language_of, link
from services.api.pages import page
from services.api.public.draw_files import CHECK, PAGE, bundle, check_page, check_programs, rough_kilobytes
from services.api.site_words import ENGLISH, site_words
from services.api.static_files import FOR_A_WHILE
from services.api.told_tables import quarter_words
from stop_search.draws.made_public import (
    DrawTold,
    anchors_told,
    days_drawn,
    list_told,
    lists_drawn,
    lists_waiting,
    no_such_list,
    published_list,
)
from stop_search.draws.publication import json_bytes
from stop_search.learning.quarters import WRITTEN, Quarter, quarter_from, quarter_of

COMMAND = Markup('<code class="draws-command" lang="en" dir="ltr">python3 draw.py FOLDER</code>')

router = APIRouter(prefix="/draws", dependencies=[opens_to_all()])


@router.get("")
def listed(request: Request, session: ReadSession) -> Response:
    """Show the lists that wait for chance, the draws of the newest quarter, and how to check them."""
    quarters = _quarters(session)
    return _page(request, quarters[1:], _of(session, quarters[0]) if quarters else [], waiting=lists_waiting(session))


@router.get("/check.html")
def page_that_checks() -> Response:
    """Give the page that checks a draw, to be saved and opened without the internet: here our own policy would keep it from running."""
    return _file(check_page(), "text/html; charset=utf-8", PAGE)


@router.get("/check.zip")
def programs_that_check() -> Response:
    """Give the programs that check a draw."""
    return _file(check_programs(), "application/zip", f"{CHECK}.zip")


@router.get("/{shown}")
def one_quarter_or_list(request: Request, shown: str, session: ReadSession) -> Response:
    """Show the draws of a quarter ("2026Q4"), or one list by its id, as a receipt's page leads to it."""
    if WRITTEN.fullmatch(shown):
        quarter, quarters = quarter_from(shown), _quarters(session)
        if quarter not in quarters:
            raise no_such_list()
        words = quarter_words(site_words(language_of(request)), quarter.key)
        return _page(request, [one for one in quarters if one != quarter], _of(session, quarter), here=words)
    return _page(request, [], [list_told(session, draw_id=_id(shown))], is_one=True)


@router.get("/{draw_id}/files.zip")
def files_of_draw(draw_id: str, session: ReadSession, installation: InstallationDep) -> Response:
    """Give the files of a draw that was published."""
    told = published_list(session, draw_id=_id(draw_id))
    return _file(bundle(session, installation.storage, told), "application/zip", f"draw-{told.draw_id}.zip")


@router.get("/{draw_id}/anchors.json")
def anchors_of_draw(draw_id: str, session: ReadSession, installation: InstallationDep, now: Now) -> Response:
    """Give anchors.json of one list. Before chance decides it says that its digest stands here now: worth keeping."""
    here = f"{installation.settings.public_url}/draws"
    known = json_bytes(anchors_told(session, draw_id=_id(draw_id), page=here, now=now))
    headers = {"Content-Disposition": 'attachment; filename="anchors.json"'}
    return Response(known, media_type="application/json", headers=headers)


def _page(
    request: Request,
    others: Sequence[Quarter],
    lists: Sequence[DrawTold],
    *,
    waiting: Sequence[DrawTold] = (),
    here: str = "",
    is_one: bool = False,
) -> Response:
    """Show lists. `others`: quarters to lead to; `here`: the words of the quarter that is shown; `is_one`: one list by itself."""
    site = site_words(language_of(request))
    return page(
        request,
        "public/draws.html",
        others=[(quarter.key, quarter_words(site, quarter.key)) for quarter in others],
        lists=lists,
        waiting=waiting,
        here=here,
        is_one=is_one,
        kilobytes=rough_kilobytes,
        is_english=site.language == ENGLISH,
        filled={"command": COMMAND, "page": "/draws/check.html", "programs": "/draws/check.zip", "receipt": link(request, "/r")},
    )


def _quarters(session: Session) -> list[Quarter]:
    """Return the quarters that draws were made of, the newest first."""
    return list(dict.fromkeys(quarter_of(day) for day in days_drawn(session)))


def _of(session: Session, quarter: Quarter) -> list[DrawTold]:
    return lists_drawn(session, first=quarter.first, last=quarter.last)


def _id(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as error:
        raise no_such_list() from error


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": FOR_A_WHILE}
    return Response(content, media_type=kind, headers=headers)
