"""Pages that are only read: rights, privacy, accessibility, about the numbers, how to tell a genuine receipt."""

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from receipts.signed import SIGNING_USE, public_key
from services.api.dependencies import InstallationDep, opens_to_all
from services.api.pages import page
from stop_search.feedback.forms import newest_form

router = APIRouter(dependencies=[opens_to_all()])


@router.get("/rights")
def rights(request: Request) -> Response:
    """Say what a person who is stopped has a right to."""
    return page(request, "public/rights.html")


@router.get("/privacy")
def privacy(request: Request) -> Response:
    """Say what is kept of a person's answers, and what is not."""
    return page(request, "public/privacy.html")


@router.get("/accessibility")
def accessibility(request: Request) -> Response:
    """Say for whom this site works, how that was checked, and what is not there yet."""
    return page(request, "public/accessibility.html")


@router.get("/about-the-numbers")
def about_the_numbers(request: Request) -> Response:
    """Say how the figures are made and what they cannot tell."""
    force = request.app.state.force
    return page(request, "public/about_the_numbers.html", questions=len(newest_form().questions), minimum=force.publication_minimum)


@router.get("/verify")
def verify(request: Request, installation: InstallationDep) -> Response:
    """Say how to tell a genuine receipt from a fake, and show the key that receipts are signed with."""
    key = public_key(installation.key_for(SIGNING_USE))
    return page(request, "public/verify.html", public_url=installation.settings.public_url, public_key=key)


@router.get("/verify/receipt-key")
def receipt_key(installation: InstallationDep) -> PlainTextResponse:
    """Give the public key that receipts are signed with (Ed25519, 64 hexadecimal digits), for programs."""
    return PlainTextResponse(public_key(installation.key_for(SIGNING_USE)) + "\n")
