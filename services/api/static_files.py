"""Files that browsers keep: their addresses carry a digest of their content, so they may be kept for a year and are never stale.

The style sheet of a page is one file: the design system, our own additions, and the force's colour.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from services.api.packing import ONCE, Packing, packed, packing_for
from stop_search.errors import SettingMissing

STATIC = Path(__file__).parent / "static"
APP = STATIC / "app"
BUNDLES = {
    "public": ("design-system-public.css", "shared.css", "public.css"),
    "staff": ("design-system.css", "shared.css", "staff.css"),
}
PACKED = ("public.js",)  # scripts that come packed: they are on the way to the form over a slow line
OF_THE_APP = re.compile(r"app/([0-9a-f]{12})/([a-z0-9-]+\.[a-z]+)")
COMMENT = re.compile(r"/\*(?!!).*?\*/\n?", re.DOTALL)  # for whoever reads the file; a licence ("/*!") stays
AROUND_MARKS = re.compile(r"\s*([{};,])\s*|(?<=[a-z])(:) +")  # spaces that mean nothing to a browser; "a :hover" keeps its own
LINE_OF_COMMENT = re.compile(r"^ *//.*\n|^ +", re.MULTILINE)  # of a script without texts of several lines
FOR_A_YEAR = "public, max-age=31536000, immutable"
FOR_A_WHILE = "public, max-age=300"
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: white words on the force's colour


@dataclass(frozen=True)
class Packed:
    """One finished style sheet or script in every packing, with a digest of its content."""

    content: Mapping[Packing, bytes]
    digest: str
    kind: str = "text/css"


class KeptFiles(StaticFiles):
    """The static folder, the two style sheets (`styles/public.css`, `styles/staff.css`), and the app's files below their digest."""

    def __init__(self, colour: str) -> None:
        super().__init__(directory=STATIC)
        self.sheets = {f"styles/{name}.css": style_sheet(name, colour) for name in BUNDLES} | {name: script(name) for name in PACKED}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file; one asked for by its digest may be kept for a year."""
        sheet, is_digested = self.sheets.get(path), scope["query_string"].startswith(b"v=")
        if (of_app := OF_THE_APP.fullmatch(path)) and of_app[1] == app_digest():
            path, is_digested = f"app/{of_app[2]}", True
        response = _shown(sheet, Headers(scope=scope)) if sheet else await super().get_response(path, scope)
        if response.status_code < 400:  # noqa: PLR2004 -- the first status that is an error
            response.headers["cache-control"] = FOR_A_YEAR if is_digested else FOR_A_WHILE
        return response


def _shown(sheet: Packed, asked: Headers) -> Response:
    """Return the style sheet or script, packed for whoever takes that. It holds nothing secret, so packing it tells nothing."""
    packing = packing_for(asked)
    return Response(sheet.content[packing], media_type=sheet.kind, headers={"vary": "accept-encoding"} | packing.headers)


def _packed(content: bytes, kind: str = "text/css") -> Packed:
    return Packed({packing: packed(content, packing, quality=ONCE) for packing in Packing}, _digest(content), kind)


@cache
def script(name: str) -> Packed:
    """Return a script of the static folder without its comments and indents: it may come over a very slow line."""
    content = LINE_OF_COMMENT.sub("", (STATIC / name).read_text(encoding="utf-8")).encode()
    return _packed(content, "text/javascript")


@cache
def style_sheet(name: str, colour: str) -> Packed:
    """Return the style sheet of `name` (public or staff) in the force's colour.

    Raises:
        SettingMissing: the colour is not one, or too light for white words on it.

    """
    parts = [(STATIC / part).read_text(encoding="utf-8") for part in BUNDLES[name]]
    text = "\n".join([*parts, f":root{{--govuk-brand-colour:{usable_colour(colour)}}}\n"])
    licence, end, rules = COMMENT.sub("", text).partition("*/")
    content = f"{licence}{end}{AROUND_MARKS.sub(lambda mark: mark[1] or mark[2], rules)}".encode()
    return _packed(content)


def usable_colour(colour: str) -> str:
    """Return the force's colour as it is, if white words can be read on it.

    Raises:
        SettingMissing: it is not "#rrggbb", or its contrast with white is below 4.5.

    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        message = f'STOP_SEARCH_FORCE: colour must look like "#1d4f73", not {colour!r}.'
        raise SettingMissing(message)
    contrast = 1.05 / (_luminance(colour) + 0.05)
    if contrast < LEAST_CONTRAST:
        message = (
            f"STOP_SEARCH_FORCE: white words on colour {colour} have contrast {contrast:.1f}; take a darker one, {LEAST_CONTRAST} or more."
        )
        raise SettingMissing(message)
    return colour


def _luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb", 0 to 1 (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)  # noqa: PLR2004 -- sRGB's knee
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def asset(name: str) -> str:
    """Return the address of a file in the static folder, with a digest of its content.

    Raises:
        FileNotFoundError: there is no such file, which a page's own test shows.

    """
    return f"/static/{name}?v={_digest((STATIC / name).read_bytes())}"


@cache
def app_digest() -> str:
    """Return the digest of all the app's files. They stand below it, so that modules that import each other are of one version."""
    return _digest(b"".join(path.name.encode() + b"\0" + path.read_bytes() for path in app_files()))


def app_files() -> list[Path]:
    """Return the app's files, by name."""
    return sorted(path for path in APP.iterdir() if path.is_file())


def app_address(name: str) -> str:
    """Return the address of one of the app's files."""
    return f"/static/app/{app_digest()}/{name}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
