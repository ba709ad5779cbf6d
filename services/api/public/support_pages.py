"""People who are not the police and can help. The page opens nothing of theirs by itself; their links say not where one comes from."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.api.dependencies import opens_to_all
from services.api.pages import page

router = APIRouter(dependencies=[opens_to_all()])


@router.get("/support")
def support(request: Request) -> Response:
    """Show who can help, those for young people apart."""
    return page(request, "public/support.html", places=request.app.state.force.support)
