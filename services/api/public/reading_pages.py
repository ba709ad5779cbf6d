"""Pages that are only read: rights, privacy, accessibility, about the numbers, how to tell a genuine receipt from a fake."""

from datetime import date

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import PlainTextResponse, Response

from receipts.signed import SIGNING_USE, public_key
from services.api.dependencies import InstallationDep, Now, ReadSession, opens_to_all
from services.api.language import language_of, link
from services.api.pages import page
from services.api.site_words import ENGLISH, site_words
from stop_search.feedback.forms import newest_form
from stop_search.learning.action_rules import ActionState
from stop_search.learning.doing_queries import published_actions
from stop_search.panels.recommendation_queries import published_recommendations
from stop_search.wording import london

router = APIRouter(dependencies=[opens_to_all()])

# (fragment of the address, section of the words), in the order in which a page shows them. Other pages point to the fragments.
RIGHTS = (
    ("search", "search"),
    ("not-needed", "not_needed"),
    ("during", "during"),
    ("strip", "strip"),
    ("section-60", "section_60"),
    ("account", "account"),
    ("car", "car"),
    ("phone", "phone"),
    ("arrest", "arrest"),
    ("copy", "copy"),
    ("complain", "complain"),
    ("support", "support"),
)
YOUNG_RIGHTS = (*RIGHTS[:4], ("school", "school"), *RIGHTS[4:])
PRIVACY = tuple(
    (name.replace("_", "-"), name)
    for name in ("answers", "not_kept", "readers", "letters", "how_long", "footage", "leaving", "your_rights")
)
DID_WORDS = {
    ActionState.OPENED: "said_and_done.planned",
    ActionState.UNDER_WAY: "said_and_done.doing",
    ActionState.DONE: "said_and_done.did",
}
IOPC = "https://www.policeconduct.gov.uk/complaints"
ICO = "https://ico.org.uk/make-a-complaint/"
ABILITYNET = "https://mcmw.abilitynet.org.uk/"
EASS = "https://www.equalityadvisoryservice.com/"
WCAG = "https://www.w3.org/TR/WCAG22/"
STATEMENT_PREPARED = date(2026, 11, 25)
STATEMENT_REVIEWED = date(2026, 11, 25)
PROGRAM = Markup('<code lang="en" dir="ltr">verify/receipt.py</code>')


@router.get("/rights")
def rights(request: Request) -> Response:
    """Say what a person who is stopped has a right to."""
    return page(request, "public/rights.html", group="rights", more=["young"], sections=RIGHTS, filled=_ways(request))


@router.get("/rights/young")
def rights_of_the_young(request: Request) -> Response:
    """Say the same to somebody under 18, in words of their own."""
    return page(request, "public/rights.html", group="rights_young", more=["urgent", "adult"], sections=YOUNG_RIGHTS, filled=_ways(request))


@router.get("/privacy")
def privacy(request: Request, now: Now) -> Response:
    """Say what is kept of a person's answers, what is not, and what stays behind on their own phone."""
    force = request.app.state.force
    filled = {"force": force.name, "days": force.footage_kept_on(now.date()).days, "ico": ICO, "contact": force.contact_url}
    return page(request, "public/privacy.html", sections=PRIVACY, filled=filled)


@router.get("/accessibility")
def accessibility(request: Request, installation: InstallationDep) -> Response:
    """Say for whom this site works, how that was checked, and what is not there yet (SI 2018/952, regulation 8)."""
    force, day = request.app.state.force, site_words(language_of(request)).receipt.day
    filled = {
        "force": force.name,
        "site": installation.settings.public_url,
        "contact": force.contact_url,
        "abilitynet": ABILITYNET,
        "eass": EASS,
        "wcag": WCAG,
        "prepared": day(STATEMENT_PREPARED),
        "reviewed": day(STATEMENT_REVIEWED),
    }
    return page(request, "public/accessibility.html", filled=filled)


@router.get("/you-said-we-did")
def said_and_done(request: Request, session: ReadSession) -> Response:
    """Show what was changed after people spoke, and what panels were answered, as two people of the force let it out."""
    told, panels, language = published_actions(session), published_recommendations(session), language_of(request)
    day = site_words(language).receipt.day
    return page(
        request,
        "public/said_and_done.html",
        told=told,
        did_words=DID_WORDS,
        days=[day(london(one.published_at).date()) for one in told],
        panels=panels,
        panel_days=[day(london(one.published_at).date()) for one in panels],
        is_english=language == ENGLISH,
        filled={"force": request.app.state.force.name},
    )


@router.get("/about-the-numbers")
def about_the_numbers(request: Request) -> Response:
    """Say how the figures are made and what they cannot tell."""
    force = request.app.state.force
    filled = {"force": force.name, "questions": len(newest_form().questions), "minimum": force.publication_minimum}
    return page(request, "public/about_the_numbers.html", filled=filled)


@router.get("/verify")
def verify(request: Request, installation: InstallationDep) -> Response:
    """Say how to tell a genuine receipt from a fake, and show the key that receipts are signed with."""
    key = public_key(installation.key_for(SIGNING_USE))
    filled = {"force": request.app.state.force.name, "site": installation.settings.public_url, "iopc": IOPC}
    return page(request, "public/verify.html", filled=filled, public_key=key, program=PROGRAM)


@router.get("/verify/receipt-key")
def receipt_key(installation: InstallationDep) -> PlainTextResponse:
    """Give the public key that receipts are signed with (Ed25519, 64 hexadecimal digits), for programs."""
    return PlainTextResponse(public_key(installation.key_for(SIGNING_USE)) + "\n")


def _ways(request: Request) -> dict[str, str]:
    """Return where the words of the rights pages lead: own addresses take the language along."""
    own = {
        "rights": "/rights",
        "young": "/rights/young",
        "complain": "#complain",
        "make_complaint": "/complain",
        "record": "/record",
        "no_receipt": "/no-receipt",
        "support": "/support",
        "choose": "/choose",
    }
    return {name: path if path.startswith("#") else link(request, path) for name, path in own.items()} | {"iopc": IOPC}
