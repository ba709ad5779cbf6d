"""The routes of this audience: signing in and out, the administrator's pages, holds, and reviews for a cause."""

from fastapi import APIRouter

from services.api.accounts import admin, footage, for_cause, holds, retention, sign_in

router = APIRouter()
for part in (sign_in, admin, footage, retention, holds, for_cause):
    router.include_router(part.router)
