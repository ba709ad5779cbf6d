"""Whether marks can be believed: how well readers agree, how severe each is, whose marks have moved. For the learning team."""

from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from services.api.chart_places import chart_of
from services.api.dependencies import CurrentViewer, Now, ReadSession, opens_to
from services.api.learning.looks import note_look
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.draws.sufficiency import FEWEST_PAIRS
from stop_search.learning.quarters import Quarter, quarter_before, quarter_of
from stop_search.reviews.agreement import ENOUGH_PAIRS, FINE_FROM, WITHHELD_BELOW, Band
from stop_search.reviews.compared import Trust
from stop_search.reviews.drift import ENOUGH_OWN, Verdict
from stop_search.reviews.kept_trust import trust_shown
from stop_search.reviews.pairs_of_a_time import PairsRead, pairs_read
from stop_search.wording import london

router = APIRouter(prefix="/learning/agreement", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)

BAND_WORDS = {
    Band.FINE: "Fine",
    Band.TENTATIVE: "Tentative",
    Band.WITHHELD: "Withheld",
    Band.NOT_KNOWN: "Not known yet",
}
VERDICT_WORDS = {
    Verdict.TOO_FEW: "Too few to say",
    Verdict.STEADY: "As the others",
    Verdict.LOWER: "Lower marks than the others of late",
    Verdict.HIGHER: "Higher marks than the others of late",
}
LOWEST = -0.2  # of alpha on the picture: below, readers agree less than chance would
TICKS = (0.0, 0.25, 0.5, WITHHELD_BELOW, FINE_FROM, 1.0)


@router.get("")
def agreement_page(request: Request, viewer: CurrentViewer, session: ReadSession, now: Now) -> HTMLResponse:
    """Show the finding in a sentence, the picture, the tables, and what must be kept in mind."""
    trust = trust_shown(session, now=now)
    return page(
        request,
        "learning/agreement.html",
        viewer=viewer,
        trust=trust,
        headline=agreement_headline(trust),
        names={criterion.id: criterion.name for criterion in trust.rubric.criteria},
        severity=sorted(trust.severities.readers, key=lambda one: _by_letter(trust.letters.get(one.reader, ""))),
        charts=[(drift, chart_of(drift.chart)) for drift in trust.drifts],
        band_words=BAND_WORDS,
        verdict_words=VERDICT_WORDS,
        ticks=TICKS,
        lowest=LOWEST,
        enough=ENOUGH_PAIRS,
        enough_own=ENOUGH_OWN,
        quarters=_quarters(session, london(now).date()),
        wanted=FEWEST_PAIRS,
    )


def _quarters(session: ReadSession, today: date) -> list[tuple[Quarter, PairsRead]]:
    """Return this quarter and the one before with the stops that were read twice."""
    this = quarter_of(today)
    return [(one, pairs_read(session, first=one.first, last=one.last)) for one in (quarter_before(this), this)]


def agreement_headline(trust: Trust) -> str:
    """Return the finding in a sentence or two."""
    known = [found for found in trust.agreements if found.band is not Band.NOT_KNOWN]
    if not known:
        return f"It is too early to say whether readers agree: {trust.read_twice} stops were read twice, and {ENOUGH_PAIRS} are needed."
    names = {criterion.id: criterion.name for criterion in trust.rubric.criteria}
    fine, withheld = trust.in_band(Band.FINE), trust.in_band(Band.WITHHELD)
    said = f"Two readers of the same stop agree well on {len(fine)} of {len(trust.agreements)} criteria."
    if not withheld:
        return f"{said} None is withheld."
    differ, these = _listed([names[found.criterion] for found in withheld]), "these" if len(withheld) > 1 else "this"
    return f"{said} On {differ} they differ too much, so no estimate of {these} is told."


def _listed(names: Sequence[str]) -> str:
    quoted = [f"\u201c{name}\u201d" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _by_letter(letter: str) -> tuple[int, str]:
    return len(letter), letter
