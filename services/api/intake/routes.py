"""The JSON API, one router per noun, all under /api/v1."""

from fastapi import APIRouter

from services.api.intake import codes, draws, encounters, footage, measures, receipts, uploads

router = APIRouter(prefix="/api/v1")
for noun in (encounters, codes, receipts, uploads, footage, draws, measures):
    router.include_router(noun.router)
