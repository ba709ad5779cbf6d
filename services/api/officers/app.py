"""The officers' app that also works without a signal: its one page, its manifest, and the worker that keeps the page's files on the phone.

The page holds nothing personal: it is kept on the phone. What it shows of a person comes from the phone's own store.
"""

import hashlib
import json

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from services.api.dependencies import opens_to, opens_to_all
from services.api.officers import app_records, handsets
from services.api.pages import page, style_address
from services.api.static_files import app_address, app_digest, app_files, asset
from stop_search.accounts.rules import Role

PAGE = "/officer/app"

router = APIRouter(include_in_schema=False)
for part in (app_records, handsets):
    router.include_router(part.router)


@router.get(PAGE, dependencies=[opens_to(Role.OFFICER)])
def app_page(request: Request) -> HTMLResponse:
    """Show the app."""
    return page(request, "officers/app.html")


@router.get(f"{PAGE}/manifest.webmanifest", dependencies=[opens_to_all()])
def manifest(request: Request) -> Response:
    """Say what the app is called and looks like where it is installed. Browsers ask for it without a cookie."""
    force = request.app.state.force
    icons = [
        {"src": app_address("icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": app_address("icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": app_address("icon-maskable.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    told = {
        "id": PAGE,
        "name": f"Record a stop: {force.name}",
        "short_name": "Record a stop",
        "start_url": PAGE,
        "scope": PAGE,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": force.colour,
        "icons": icons,
    }
    return JSONResponse(told, media_type="application/manifest+json")


@router.get(f"{PAGE}/worker.js", dependencies=[opens_to_all()])
def worker(request: Request) -> Response:
    """Return the worker. Its text names every file and so changes with each of them: that is how a phone learns of a new version."""
    files = [style_address("staff", colour=request.app.state.force.colour), asset("icon.svg"), *map(app_address, _names())]
    shell = hashlib.sha256(bytes(page(request, "officers/app.html").body)).hexdigest()[:12]
    kept = {"cache": f"app-{app_digest()}-{shell}", "page": PAGE, "files": files}
    text = f'import {{ serve }} from "{app_address("shell.js")}";\nserve({json.dumps(kept)});\n'
    return Response(text, media_type="text/javascript", headers={"Service-Worker-Allowed": PAGE})


def _names() -> list[str]:
    return [path.name for path in app_files()]
