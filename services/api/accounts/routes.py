"""The routes of this audience: signing in and out, and the administrator's pages."""

from fastapi import APIRouter

from services.api.accounts import admin, footage, sign_in

router = APIRouter()
for part in (sign_in, admin, footage):
    router.include_router(part.router)
