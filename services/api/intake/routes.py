"""The JSON API, one router per noun, all under /api/v1."""

from fastapi import APIRouter

from services.api.intake import codes, draws, encounters, evidence, footage, measures, receipts, uploads

router = APIRouter(prefix="/api/v1")
for noun in (encounters, codes, receipts, uploads, footage, evidence, draws, measures):
    router.include_router(noun.router)
