"""The API of this noun."""

from fastapi import APIRouter

router = APIRouter()
