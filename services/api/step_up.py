"""Confirming again: what opens something that others wrote asks whether the person at the browser is still the one who signed in."""

from typing import cast
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.params import Depends as DependsMarker

from services.api.dependencies import CurrentViewer, Now
from services.api.security import SAFE_METHODS
from stop_search.errors import NotAllowed

CONFIRM = "Confirm that it is you first. You signed in more than 5 minutes ago."


class ConfirmationNeeded(NotAllowed):
    """The sign-in is too old for what is asked: a page leads to where it is confirmed, a script is told so."""


async def require_fresh_sign_in(viewer: CurrentViewer, at: Now) -> None:
    """Let pass who signed in, or confirmed it, within the last 5 minutes (ASVS 5.0 V7.5.3). Raises ConfirmationNeeded."""
    if not viewer.is_fresh(at):
        raise ConfirmationNeeded(CONFIRM)


def needs_fresh_sign_in() -> DependsMarker:
    """Return what a route or router asks for beside its `opens_to`: that the sign-in is fresh."""
    return cast("DependsMarker", Depends(require_fresh_sign_in))


def confirm_address(request: Request) -> str:
    """Return the page that confirms, and leads back: to the same page, or after a form to the page that the form's address lies under."""
    path = request.url.path
    if request.method in SAFE_METHODS:
        wanted = path + (f"?{request.url.query}" if request.url.query else "")
    else:
        wanted = path.rsplit("/", 1)[0] or "/"
    return f"/sign-in/confirm?next={quote(wanted, safe='')}"
