"""Packing what is sent: Brotli (RFC 7932) for whoever takes it, which browsers do over TLS only; gzip for others; else nothing.

On pages as short as the public's, Brotli's built-in words make it a sixth smaller than gzip, a style sheet a tenth.
"""

import enum
import gzip

import brotli
from starlette.datastructures import Headers

EACH_TIME, ONCE = 5, 11  # Brotli's quality: quick for a page, slow for a file that is packed when the site starts


class Packing(enum.StrEnum):
    """As `Content-Encoding` names it."""

    BROTLI = "br"
    GZIP = "gzip"
    NONE = ""

    @property
    def headers(self) -> dict[str, str]:
        """Return what the answer must say."""
        return {"Content-Encoding": self.value} if self.value else {}


def packing_for(asked: Headers) -> Packing:
    """Return the best packing that the one who asks takes (RFC 9110, 12.5.3)."""
    wanted = [part.replace(" ", "").partition(";q=") for part in asked.get("accept-encoding", "").split(",")]
    taken = {name for name, _, weight in wanted if weight.strip("0.") or not weight}
    return next((packing for packing in (Packing.BROTLI, Packing.GZIP) if packing.value in taken), Packing.NONE)


def packed(content: bytes, packing: Packing, *, quality: int = EACH_TIME) -> bytes:
    """Return the content packed. Always the same for the same content."""
    if packing is Packing.BROTLI:
        return brotli.compress(content, mode=brotli.MODE_TEXT, quality=quality)
    return gzip.compress(content, 9, mtime=0) if packing is Packing.GZIP else content
