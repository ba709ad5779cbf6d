"""The addresses of a form for a letter: without a receipt, and below a receipt's code; opening it, and going on with it."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.api.dependencies import InstallationDep, Now, opens_to_all
from services.api.public.asking import Held, Posted
from services.api.public.letter_forms import LetterForm
from services.api.public.letter_pages import Sitting, open_letter
from services.api.public.letter_sending import go_on

Opening = Callable[[Sitting], Response]
Preparing = Callable[[Sitting], Sitting]


def letter_routes(form: LetterForm, *, opening: Opening = open_letter, preparing: Preparing = lambda sitting: sitting) -> APIRouter:
    """Return the routes of a form. `preparing` adds what its first page says beside the form's own words; `opening` shows that page."""
    router = APIRouter(dependencies=[opens_to_all()])
    coded = f"/r/{{code}}{form.coded_path}"

    @router.get(form.path)
    def open_form(request: Request, installation: InstallationDep, now: Now) -> Response:
        """Open a new form."""
        return opening(preparing(Sitting(request, installation, form, None, now)))

    @router.post(form.path)
    def write(request: Request, installation: InstallationDep, now: Now, posted: Posted) -> Response:
        """Go on with a form, or send it."""
        return go_on(preparing(Sitting(request, installation, form, None, now)), posted)

    if not form.coded_path:
        return router

    @router.get(coded)
    def open_form_with_receipt(request: Request, installation: InstallationDep, now: Now, held: Held) -> Response:
        """Open a new form about the stop of this receipt."""
        return opening(preparing(Sitting(request, installation, form, held, now)))

    @router.post(coded)
    def write_with_receipt(request: Request, installation: InstallationDep, now: Now, held: Held, posted: Posted) -> Response:
        """Go on with it, or send it."""
        return go_on(preparing(Sitting(request, installation, form, held, now)), posted)

    return router
