"""The private key of the demo's letters, to be saved by whoever tries the inbox. In earnest no server has such a file."""

from fastapi import APIRouter
from starlette.responses import Response

from services.api.dependencies import InstallationDep, opens_to
from stop_search.accounts.rules import Role
from stop_search.demo.letters import demo_key_path
from stop_search.errors import NotFound

router = APIRouter(prefix="/complaints/key", dependencies=[opens_to(Role.COMPLAINTS_HANDLER)], include_in_schema=False)


@router.get("")
def demo_key(installation: InstallationDep) -> Response:
    """Hand out the demo's key file. Raises NotFound outside the demo."""
    path = demo_key_path(installation.settings.data_folder)
    if not installation.settings.demo or not path.exists():
        message = "There is no such page."
        raise NotFound(message)
    headers = {"Content-Disposition": 'attachment; filename="demo-key-of-letters.json"'}
    return Response(path.read_text(encoding="utf-8"), media_type="application/json", headers=headers)
