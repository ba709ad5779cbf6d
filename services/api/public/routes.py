"""The routes for members of the public. No cookie is set on any of them and no account is needed."""

from fastapi import APIRouter

from services.api.public import correcting_pages, feedback_pages, front_page, reading_pages, receipt_pages, reply_pages

router = APIRouter()
for part in (front_page, receipt_pages, feedback_pages, reply_pages, correcting_pages, reading_pages):
    router.include_router(part.router)
