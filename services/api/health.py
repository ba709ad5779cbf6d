"""Whether the process lives and whether it can do its work."""

from fastapi import APIRouter

from services.api.dependencies import opens_to_all

router = APIRouter()


@router.get("/healthz", dependencies=[opens_to_all()])
def alive() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}
