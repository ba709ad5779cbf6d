"""The routes of this audience, in the order in which their addresses are tried."""

from fastapi import APIRouter

from services.api.complaints import assisted, closing, demo_key, inbox, letter, tying

router = APIRouter()
for part in (inbox, demo_key, assisted, closing, tying, letter):
    router.include_router(part.router)
