"""Whether marks can be believed, as it is shown: worked out at once, or in a force with many readings as a job worked it out last."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.errors import NotFound
from stop_search.reviews.agreement import Agreement, Band, Coefficient
from stop_search.reviews.compared import Drift, Trust, comparisons, how_far_to_trust, reader_letters, spread_of
from stop_search.reviews.drift import Chart, Verdict, drift_chart
from stop_search.reviews.kept_figures import EVERY_DAY, Believed, Figures, believed_figures
from stop_search.reviews.records import ReaderLetter, Review
from stop_search.reviews.rules import Reading, ReviewState, Rubric
from stop_search.reviews.severity import Beside, ReaderSeverity, Severities
from stop_search.reviews.versions import newest_in_use

TRUST = Figures("trust", *EVERY_DAY)
MANY_READINGS = 2_500  # by the newest rubric: below, the page works it out in less than a second
COEFFICIENTS = ("alpha", "ac2", "kappa", "percent", "observable")


def trust_shown(session: Session, *, now: datetime | None) -> Trust:
    """Return how far marks can be believed. `now`: None believes nothing that was worked out before."""
    rubric = newest_in_use(session)
    kept = _kept(session, rubric, now)
    return how_far_to_trust(session) if kept is None else _as_it_was(kept, rubric, reader_letters(session))


def own_drift(session: Session, *, viewer: Viewer, now: datetime | None = None) -> Drift:
    """Return the viewer's own chart: the own stops as they are now; the limits, which come from all readers, may be a day old.

    Raises:
        NotFound: the viewer has no letter, having handed nothing in.

    """
    letter = session.scalar(select(ReaderLetter.letter).where(ReaderLetter.account_id == viewer.id))
    if letter is None:
        message = "You have handed in no review yet."
        raise NotFound(message)
    rubric = newest_in_use(session)
    kept = _kept(session, rubric, now)
    found = comparisons(session, rubric=rubric, reader_id=viewer.id if kept else None)
    spread = kept.content["spread"] if kept else spread_of(found)
    return Drift(letter, drift_chart(found.get(viewer.id, ()), spread=spread))


def trust_to_keep(session: Session, *, many: int = MANY_READINGS) -> dict[str, Any] | None:
    """Return how far marks can be believed, to be kept; None where there are fewer readings than `many`."""
    rubric = newest_in_use(session)
    handed_in = select(func.count()).select_from(Review).where(Review.state == ReviewState.SUBMITTED, Review.rubric == rubric.name)
    both = (Review.rubric_version == rubric.version, Review.reading.in_((Reading.FIRST, Reading.SECOND)))
    if (session.scalar(handed_in.where(*both)) or 0) < many:
        return None
    trust = how_far_to_trust(session)
    return {
        "rubric": [rubric.name, rubric.version],
        "read_twice": trust.read_twice,
        "agreements": [asdict(found) for found in trust.agreements],
        "severities": asdict(trust.severities) | {"readers": [_severity_kept(one) for one in trust.severities.readers]},
        "drifts": [asdict(drift) for drift in trust.drifts],
        "spread": trust.spread,
    }


def _severity_kept(one: ReaderSeverity) -> dict[str, Any]:
    return asdict(one) | {"reader": str(one.reader)}


def _kept(session: Session, rubric: Rubric, now: datetime | None) -> Believed | None:
    """Return what is kept, if it is of this rubric."""
    kept = believed_figures(session, TRUST, now=now)
    return kept if kept and kept.content["rubric"] == [rubric.name, rubric.version] else None


def _as_it_was(kept: Believed, rubric: Rubric, letters: Mapping[uuid.UUID, str]) -> Trust:
    content = kept.content
    return Trust(
        rubric=rubric,
        read_twice=content["read_twice"],
        agreements=tuple(_agreement(found) for found in content["agreements"]),
        severities=_severities(content["severities"]),
        letters=letters,
        drifts=tuple(Drift(found["letter"], _chart(found["chart"])) for found in content["drifts"]),
        spread=content["spread"],
        counted_at=kept.counted_at,
    )


def _agreement(found: Mapping[str, Any]) -> Agreement:
    fields: dict[str, Any] = {name: Coefficient(**found[name]) for name in COEFFICIENTS}
    fields |= {"band": Band(found["band"])} | {name: found[name] for name in ("criterion", "read_twice", "scored_twice")}
    return Agreement(**fields)


def _severities(found: Mapping[str, Any]) -> Severities:
    return Severities(
        refused=found["refused"],
        readers=tuple(_reader(one) for one in found["readers"]),
        criteria=tuple((name, Beside(**beside)) for name, beside in found["criteria"]),
        spread=found["spread"],
    )


def _reader(found: Mapping[str, Any]) -> ReaderSeverity:
    fields: dict[str, Any] = {**found, "reader": uuid.UUID(found["reader"]), "levels": _beside(found["levels"])}
    return ReaderSeverity(**fields)


def _beside(found: Mapping[str, Any] | None) -> Beside | None:
    return Beside(**found) if found else None


def _chart(found: Mapping[str, Any]) -> Chart:
    return Chart(found["comparisons"], Verdict(found["verdict"]), tuple(found["differences"]), tuple(found["line"]), found["limit"])
