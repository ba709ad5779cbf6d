"""Whether a stop is on the list from which chance chooses: for whoever has the receipt. It does not say whether it was drawn."""

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import JSONResponse, Response

from services.api.dependencies import ReadSession, opens_to_all
from services.api.pages import page
from services.api.public.asking import Held
from stop_search.draws.inclusion import listing_of
from stop_search.errors import NotFound

PROGRAM = Markup('<code lang="en" dir="ltr">verify/draw.py</code>')
IN_THE_DRAW = "/r/{code}/in-the-draw"
PROOF = "/r/{code}/in-the-draw.json"

router = APIRouter(dependencies=[opens_to_all()])


@router.get(IN_THE_DRAW)
def in_the_draw(request: Request, held: Held, session: ReadSession) -> Response:
    """Say whether the stop is on a list, and show its line and how it can be checked."""
    listing = listing_of(session, encounter_id=held.encounter_id)
    own = f"/r/{held.code}"
    proof = PROOF.format(code=held.code)
    return page(request, "public/in_the_draw.html", listing=listing, own=own, proof=proof, program=PROGRAM)


@router.get(PROOF)
def proof_of_it(held: Held, session: ReadSession) -> JSONResponse:
    """Give the same as a small file for programs: the row and its path to the root (`verify/draw.py FOLDER --stop FILE`)."""
    proof = listing_of(session, encounter_id=held.encounter_id).proof
    if proof is None:
        message = "This stop is not on a list that can be checked yet."
        raise NotFound(message)
    return JSONResponse(proof.document(), headers={"Cache-Control": "no-store"})
