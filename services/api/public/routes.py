"""The routes for members of the public. No cookie is set on any of them and no account is needed."""

from fastapi import APIRouter

from services.api.public import (
    choosing,
    claiming,
    complaining,
    correcting_pages,
    draws,
    feedback_pages,
    front_page,
    in_the_draw,
    panel_joining,
    reading_pages,
    receipt_pages,
    record_copy,
    reply_pages,
    support_pages,
    transparency,
)

router = APIRouter()
for part in (front_page, receipt_pages, feedback_pages, reply_pages, correcting_pages, reading_pages, transparency, draws, in_the_draw):
    router.include_router(part.router)
for part in (choosing, complaining, record_copy, support_pages, panel_joining, claiming):  # what else a person can do
    router.include_router(part.router)
