"""Which language a page is shown in, and how the choice goes along: in the address, for there is no cookie."""

import re
from urllib.parse import urlencode

from fastapi import Request

from services.api.site_words import ENGLISH, site_languages

FIELD = "language"  # of the query
TURN = "turn"  # the query's field that carries a turn from page to page
_A_TURN = re.compile("[0-9a-f]{48}")


def offered(request: Request) -> tuple[str, ...]:
    """Return the languages that this force shows its pages in."""
    there = site_languages()
    return tuple(code for code in request.app.state.force.languages if code in there) or (ENGLISH,)


def language_of(request: Request) -> str:
    """Return the page's language: what was chosen, else the receipt's own if it is not English, else the phone's, else English."""
    receipt = getattr(request.state, "receipt_language", ENGLISH)
    return chosen(request) or (receipt if receipt != ENGLISH and receipt in offered(request) else of_the_phone(request))


def chosen(request: Request) -> str | None:
    """Return the language that the address names, if this force offers it."""
    named = request.query_params.get(FIELD, "")
    return named if named in offered(request) else None


def of_the_phone(request: Request) -> str:
    """Return the offered language that the browser likes best (RFC 9110, 12.5.4), English where it likes none."""
    wanted: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "")[:200].split(","):
        name, _, weight = part.partition(";q=")
        try:
            wanted.append((-float(weight or 1), name.strip().lower().partition("-")[0]))
        except ValueError:
            continue
    return next((name for _, name in sorted(wanted, key=lambda each: each[0]) if name in offered(request)), ENGLISH)


def kept(request: Request) -> str:
    """Return the query that goes along to the next page, "?turn=…&language=pl", or nothing."""
    fields: dict[str, str] = {}
    if _A_TURN.fullmatch(turn := request.query_params.get(TURN, "")):
        fields[TURN] = turn
    language = language_of(request)
    if chosen(request) or language != of_the_phone(request):
        fields[FIELD] = language
    return f"?{urlencode(fields)}" if fields else ""


def link(request: Request, path: str) -> str:
    """Return an address on this site with the query that goes along. `path` may end in a fragment."""
    before, mark, fragment = path.partition("#")
    return f"{before}{kept(request)}{mark}{fragment}"


def switched(request: Request, language: str) -> str:
    """Return the address of this page in another language."""
    fields = dict(request.query_params) | {FIELD: language}
    allowed = {name: value for name, value in fields.items() if name == FIELD or (name == TURN and _A_TURN.fullmatch(value))}
    return f"?{urlencode(allowed)}"
