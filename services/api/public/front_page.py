"""The front page: what this site is, and where to go from here."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.api.dependencies import opens_to_all
from services.api.pages import page

router = APIRouter(dependencies=[opens_to_all()])


@router.get("/")
def front_page(request: Request) -> Response:
    """Lead people with a receipt to their code, and staff to sign-in."""
    return page(request, "public/front_page.html")
