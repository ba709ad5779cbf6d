"""The routes of this audience, in the order in which their addresses are tried."""

from fastapi import APIRouter

from services.api.complaints import assisted, closing, comments, concerns, demo_key, feedback_item, feedback_list, inbox, letter, tying

router = APIRouter()
for part in (inbox, concerns, demo_key, assisted, feedback_list, feedback_item, comments, closing, tying, letter):
    router.include_router(part.router)
