"""Rendering pages: one Jinja environment with the GOV.UK components, one function that every route calls."""

import re
from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from starlette.responses import HTMLResponse

from receipts.words import words as receipt_words
from services.api import language as languages
from services.api.navigation import LEARNING, learning_place, places
from services.api.packing import packed, packing_for
from services.api.security import csrf_token
from services.api.site_words import ENGLISH, site_words
from services.api.static_files import app_address, asset, style_sheet
from stop_search import wording
from stop_search.encounters.rows import LAYOUT_VERSION

TEMPLATES = Path(__file__).parent / "templates"
PUBLIC_LAYOUT = "layouts/public.html"
HOUR, MINUTE = 3600, 60
BETWEEN_TAGS = re.compile(r">\s+<")  # what people typed is escaped, so it has neither of the two


@cache
def environment() -> Environment:
    """Return the one environment; autoescape is always on. ChainableUndefined is what govuk-frontend-jinja asks for."""
    components = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    loaders = ChoiceLoader([FileSystemLoader(TEMPLATES), components])
    made = Environment(loader=loaders, autoescape=True, undefined=ChainableUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {
        "month": wording.month_in_words,
        "week": wording.week_in_words,
        "day": wording.day_in_words,
        "weekday": wording.weekday_in_words,
        "clock": wording.time_in_words,
        "moment": wording.moment_in_words,
        "age": wording.age_in_words,
        "first_of": wording.first_of,
        "duration": duration_in_words,
        "number": number_in_words,
        "percent": percent_in_words,
        "language_name": lambda code: receipt_words(code, LAYOUT_VERSION).own_name,
        "places": places,
        "learning_place": learning_place,
    }
    made.globals |= {"asset": asset, "app_address": app_address, "learning_groups": LEARNING}
    return made


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:  # noqa: ANN401 -- whatever the template shows
    """Render `templates/<template>`. `request`, `csrf` (a form's token) and `force` are always at hand in templates.

    So are the words of the page's language: `say("landing.question")`, `say_lines("landing.points")`, `said(error)`, and `link("/rights")`,
    which takes the language along. Staff pages are in English.
    """
    is_public = template.startswith("public/") or context.get("layout") == PUBLIC_LAYOUT
    rendered = environment().get_template(template).render(**at_hand(request, is_public=is_public), **context)
    return _packed(request, rendered, status) if is_public else HTMLResponse(rendered, status_code=status)


def at_hand(request: Request, *, is_public: bool) -> dict[str, Any]:
    """Return what every template finds: a public one in the reader's language."""
    force = request.app.state.force
    site = site_words(languages.language_of(request) if is_public else ENGLISH)
    return {
        "request": request,
        "csrf": csrf_token(request),
        "force": force,
        "style_sheet": partial(style_address, colour=force.colour),
        "language": site.language,
        "direction": site.direction,
        "site": site,
        "say": site.say,
        "say_lines": site.lines,
        "said": site.said,
        "link": partial(languages.link, request) if is_public else str,
        "offered_languages": languages.offered(request) if is_public else (),
        "switched": partial(languages.switched, request),
    }


def _packed(request: Request, rendered: str, status: int) -> HTMLResponse:
    """Return a page of the public, light, and packed for whoever takes that: it may come over a very slow line.

    Nothing secret of ours stands in such a page beside what somebody else can make it repeat: no cookie, no token (compare BREACH).
    """
    request.state.is_public_page = True
    light = BETWEEN_TAGS.sub(">\n<", rendered)
    packing = packing_for(request.headers)
    return HTMLResponse(packed(light.encode(), packing), status, packing.headers)


def style_address(name: str, *, colour: str) -> str:
    """Return the address of the style sheet `name` in the force's colour, with a digest of its content."""
    return f"/static/styles/{name}.css?v={style_sheet(name, colour).digest}"


def duration_in_words(seconds: float) -> str:
    """Return a length as people say it: "48 s", "12 min 5 s", "1 h 3 min"."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s" if whole % MINUTE else f"{whole // MINUTE} min"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"


def number_in_words(number: float, places_after_point: int = 0) -> str:
    """Return "12,345" or "0.83": thousands parted by commas, a fixed number of places, and a true minus sign."""
    return f"{number:,.{places_after_point}f}".replace("-", "\N{MINUS SIGN}")


def percent_in_words(share: float, places_after_point: int = 0) -> str:
    """Return a share of 1 as "81%"."""
    return f"{number_in_words(share * 100, places_after_point)}%"
