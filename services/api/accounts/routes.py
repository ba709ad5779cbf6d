"""The routes of this audience: signing in and out, the administrator's pages, and holds."""

from fastapi import APIRouter

from services.api.accounts import admin, footage, holds, retention, sign_in

router = APIRouter()
for part in (sign_in, admin, footage, retention, holds):
    router.include_router(part.router)
