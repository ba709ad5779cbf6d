"""The routes of this audience: signing in and out, and the administrator's page."""

from fastapi import APIRouter

from services.api.accounts import admin, sign_in

router = APIRouter()
for part in (sign_in, admin):
    router.include_router(part.router)
