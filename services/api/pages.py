"""Rendering pages: one Jinja environment with the GOV.UK components, one function that every route calls."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader
from starlette.responses import HTMLResponse

from services.api.security import csrf_token

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """Return the one environment; autoescape is always on. ChainableUndefined is what govuk-frontend-jinja asks for."""
    loaders = ChoiceLoader([FileSystemLoader(TEMPLATES), PackageLoader("govuk_frontend_jinja")])
    return Environment(loader=loaders, autoescape=True, undefined=ChainableUndefined, trim_blocks=True, lstrip_blocks=True)


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Render `templates/<template>`. `request`, `csrf` (a form's token) and `force` are always at hand in templates."""
    rendered = (
        environment()
        .get_template(template)
        .render(
            request=request,
            csrf=csrf_token(request),
            force=request.app.state.force,
            **context,
        )
    )
    return HTMLResponse(rendered, status_code=status)
