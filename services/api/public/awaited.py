"""The page of a code that was handed over before the officer's record reached us: genuine, and not a word about the stop."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from starlette.responses import Response

from services.api import errors
from services.api.pages import page
from services.api.security import SAFE_METHODS, is_api
from stop_search.encounters.queries import RecordAwaited
from stop_search.encounters.receipt_codes import normalised, pretty


def install(app: FastAPI) -> None:
    """Have every page of such a code answered with the one page. Handlers are called outside the route, so nothing was written."""
    app.add_exception_handler(RecordAwaited, _awaited)


def _awaited(request: Request, error: Exception) -> Response:
    """Show what can be done now. 200: it is what the code opens just now, and phones' scanners hide the text of an error."""
    if is_api(request) or not isinstance(error, RecordAwaited):
        return errors.told(request, error)
    code = pretty(normalised(request.path_params["code"]))
    status = HTTPStatus.OK if request.method in SAFE_METHODS else HTTPStatus.NOT_FOUND
    return page(request, "public/awaited.html", status=status, check_words=error.check_words, pretty_code=code)
