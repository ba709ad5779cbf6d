"""The routes of this audience."""

from fastapi import APIRouter

router = APIRouter()
