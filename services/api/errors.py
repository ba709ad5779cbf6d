"""The only table from errors to statuses. Pages for people; RFC 9457 problem+json under /api."""

from fastapi import FastAPI

from stop_search import errors

STATUS: dict[type[errors.StopSearchError], int] = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.Conflict: 409,
    errors.NoLongerOpen: 410,
    errors.Invalid: 422,
    errors.Unavailable: 503,
}


def install(app: FastAPI) -> None:
    """Add the handlers to the app."""
