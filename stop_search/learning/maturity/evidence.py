"""The figures that stand as evidence beside a competency: each from the query that its own page shows, with n, interval and caveat."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from stop_search.learning.action_rules import OPEN_STATES, ActionState
from stop_search.learning.asked import asked_now
from stop_search.learning.both_spoke import gaps_by_criterion
from stop_search.learning.coding import coded_count
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.measures import CUT_VIDEO, LATE_VIDEO, NO_VIDEO, Measure
from stop_search.learning.disparity.people_sums import OWN, SEARCHED, STOPS, Sums, of_basis, told_by
from stop_search.learning.disparity.periods import periods_within
from stop_search.learning.disparity.queries import Months, months_with_searches
from stop_search.learning.disparity.summed import film_in, stops_in
from stop_search.learning.draw_sums import DrawSums, sums_by_draw
from stop_search.learning.estimates import GATE
from stop_search.learning.kept_public import offered_shown
from stop_search.learning.maturity.lights import Figure, share_of_counts
from stop_search.learning.month_sums import EVERY_BASIS, newest_year, sums_of
from stop_search.learning.queries import Progress, review_progress
from stop_search.learning.reach_sums import RECEIPTS
from stop_search.learning.records import LearningAction
from stop_search.learning.released_texts import released_count
from stop_search.learning.year_of_receipts import Receipts
from stop_search.redactions.records import Redaction
from stop_search.redactions.rules import RedactionState
from stop_search.reviews.agreement import Band
from stop_search.reviews.calibration_rules import GoldState
from stop_search.reviews.records import GoldClip
from stop_search.wording import london

COUNTED = "All are counted, none is drawn by chance, so there is no interval."
CHANCE = "The interval says how far chance alone could move it from one year to the next."


@dataclass(frozen=True)
class Place:
    """The page on which a figure stands, and its name."""

    path: str
    words: str


FEEDBACK, FILM = Place("/learning/feedback", "How far feedback reaches"), Place("/learning/film", "Missing, late and cut film")
TOGETHER, ACTIONS = Place("/learning/together", "The public and the reviewers"), Place("/learning/actions", "What is being done")
AGREEMENT, DRAWS = Place("/learning/agreement", "Whether marks can be believed"), Place("/learning/draws", "Draws and how to check them")


class Evidence:
    """All figures of one moment. What several of them need is read once."""

    def __init__(self, session: Session, now: datetime) -> None:
        """Read nothing yet."""
        self._session, self._now = session, now
        self._counted: list[datetime] = []

    @property
    def counted_at(self) -> datetime | None:
        """When the oldest of the counts that were read so far were made; None where all were made just now."""
        return min(self._counted, default=None)

    def figures(self, keys: Iterable[str]) -> tuple[Figure, ...]:
        """Return the figures with these keys; one that this version does not know says so."""
        return tuple(FIGURES[key](self) if key in FIGURES else _unknown(key) for key in keys)

    def records_finished(self) -> Figure:
        """Return the year's records that state all that they must."""
        found = self._receipts.records
        return _drawn("records_finished", "Records finished", found.finished, found.due, "records at least a day old", FEEDBACK, CHANCE)

    def receipts_offered(self) -> Figure:
        """Return the figure: receipts that were offered, of those of which the officer recorded it."""
        found = self._receipts.offers
        caveat = f"As officers recorded it; of {found.unsaid:,} people the record does not say. {CHANCE}"
        recorded = found.handed + found.refused
        return _drawn("receipts_offered", "Receipts offered", found.handed, recorded, "people whose record says it", FEEDBACK, caveat)

    def offers_agreed(self) -> Figure:
        """Return the figure: receipts of which the person and the officer say the same."""
        found, counted_at = offered_shown(self._session, now=self._now)
        self._counted += [counted_at] if counted_at else []
        caveat = "Of people who chose to answer; who was offered no receipt is hardly among them."
        where = Place("/learning/public", "What people wrote")
        what = "receipts of which both say whether it was offered"
        return _drawn("offers_agreed", "Person and officer agree", found.agree, found.n, what, where, caveat, least=GATE.events)

    def stops_filmed(self) -> Figure:
        """Return the figure: stops that were filmed."""
        return self._film("stops_filmed", "Filmed", NO_VIDEO, "stops at least a day old and not in doubt")

    def film_on_time(self) -> Figure:
        """Return the figure: stops whose film does not begin late."""
        return self._film("film_on_time", "Film begins in time", LATE_VIDEO, "filmed stops, where it is known when the camera ran")

    def film_whole(self) -> Figure:
        """Return the figure: stops whose film is not cut short."""
        return self._film("film_whole", "Film is not cut short", CUT_VIDEO, "filmed stops whose record states the end")

    def film_alerts(self) -> Figure:
        """Return the figure: differences of film between groups that stand."""
        tested = [row.compared for table in film_in(self._people) for row in table.rows if row.compared.adjusted_p is not None]
        beyond = sum(row.stands_out for row in tested)
        caveat = "Exact tests, adjusted for one another. No difference beyond chance is no proof that nothing differs."
        return _counted("film_alerts", "Film differs beyond chance", beyond, len(tested), "comparisons of groups", FILM, caveat)

    def drawn_reviewed(self) -> Figure:
        """Return the figure: drawn stops that were reviewed."""
        found = self._progress
        caveat = f"{found.no_footage:,} had no footage, {found.refused:,} were given back, {found.waiting:,} wait. {CHANCE}"
        return _drawn("drawn_reviewed", "Drawn and reviewed", found.reviewed, found.drawn, "drawn stops", DRAWS, caveat)

    def reviews_scored(self) -> Figure:
        """Return the figure: first readings handed in, of all stops in frames."""
        found, where = self._progress, Place("/learning", "What was learned")
        caveat = "How sure the figures are that rest on them stands beside each figure."
        return _counted("reviews_scored", "Reviews handed in", found.submitted, found.framed, "stops that could be drawn", where, caveat)

    def criteria_agreed(self) -> Figure:
        """Return the figure: criteria on which readers agree."""
        found = [asked.band for asked in asked_now(self._session, self._draws).values()]
        told = (
            f"{found.count(Band.TENTATIVE)} tentative, {found.count(Band.WITHHELD)} withheld, {found.count(Band.NOT_KNOWN)} not known yet."
        )
        fine = found.count(Band.FINE)
        caveat = f"{told} The interval of each stands on its page."
        return _counted("criteria_agreed", "Readers agree well", fine, len(found), "criteria of the rubric", AGREEMENT, caveat)

    def gold_clips_used(self) -> Figure:
        """Return the figure: clips with agreed marks in use."""
        found = dict(self._session.execute(select(GoldClip.state, func.count()).group_by(GoldClip.state)).all())
        used, where = found.get(GoldState.AGREED, 0), Place("/learning/gold", "Clips with agreed marks")
        return _counted("gold_clips_used", "Clips with agreed marks in use", used, sum(found.values()), "proposed so far", where, COUNTED)

    def receipts_answered(self) -> Figure:
        """Return the figure: receipts of the year that were answered."""
        given, answered = self._receipts.given, self._receipts.answered
        caveat = "People chose whether to answer: this says how many did, and not what everyone who was stopped would say."
        what = "receipts given out"
        return _drawn("receipts_answered", "Receipts answered", answered, given, what, FEEDBACK, caveat, least=GATE.events)

    def both_spoke(self) -> Figure:
        """Return the figure: criteria of which enough people and reviewers spoke about the same stop."""
        asked = asked_now(self._session, self._draws)
        gaps, counted_at = gaps_by_criterion(self._session, asked=asked, now=self._now)
        self._counted += [counted_at] if counted_at else []
        enough = sum(one.encounters >= GATE.reviews for one in gaps.values())
        what = f"criteria on which both spoke at all; enough is {GATE.reviews} stops"
        return _counted("both_spoke", "Public and reviewers on enough stops", enough, len(gaps), what, TOGETHER, COUNTED)

    def comments_coded(self) -> Figure:
        """Return the figure: released comments that a person has read for themes."""
        where, of = Place("/learning/themes", "Themes over time and by unit"), released_count(self._session)
        return _counted("comments_coded", "Comments read for themes", coded_count(self._session), of, "released comments", where, COUNTED)

    def ethnicity_stated(self) -> Figure:
        """Return the figure: people of whom it is recorded how they describe their own ethnicity."""
        searched = told_by(self._people[of_basis(Basis.SELF_DEFINED)], SEARCHED, (OWN,))
        people = sum(one.told for one in searched.values())
        stated = people - sum(one.told for name, one in searched.items() if not name)
        caveat = f"Where it is not stated, comparisons are shown with bounds. {CHANCE}"
        where = Place("/learning/disparity", "Disparity")
        return _drawn("ethnicity_stated", "Ethnicity stated", stated, people, "people searched", where, caveat)

    def actions_done(self) -> Figure:
        """Return the figure: actions that were done, of those not dropped."""
        done = self._actions(LearningAction.state == ActionState.DONE)
        alive = self._actions(LearningAction.state != ActionState.DROPPED)
        caveat = f"Whether anything changed stands on the page of each action. {COUNTED}"
        return _counted("actions_done", "Actions done", done, alive, "actions", ACTIONS, caveat)

    def actions_late(self) -> Figure:
        """Return the figure: actions still open after their day."""
        today, still = london(self._now).date(), LearningAction.state.in_(OPEN_STATES)
        late = self._actions(still & (LearningAction.due_on < today))
        return _counted("actions_late", "Actions late", late, self._actions(still), "actions not ended", ACTIONS, COUNTED)

    def actions_told(self) -> Figure:
        """Return the figure: done actions of which the public was told."""
        is_done = LearningAction.state == ActionState.DONE
        told = self._actions(is_done & LearningAction.published_at.is_not(None))
        return _counted("actions_told", "Told to the public", told, self._actions(is_done), "actions done", ACTIONS, COUNTED)

    def copies_released(self) -> Figure:
        """Return the figure: redacted copies that were released to panels."""
        found = dict(self._session.execute(select(Redaction.state, func.count()).group_by(Redaction.state)).all())
        released, where = found.get(RedactionState.RELEASED, 0), Place("/learning/redactions", "Redact footage for panels")
        caveat = f"What panels recommended and how the force answered is not counted here. {COUNTED}"
        return _counted("copies_released", "Copies released to panels", released, sum(found.values()), "copies begun", where, caveat)

    @cached_property
    def _people(self) -> Mapping[str, Sums]:
        """The sums of the newest twelve months in which anybody was searched, by part; without any before that."""
        whole = months_with_searches(self._session)
        months = periods_within(whole)[0].months if whole else newest_year(self._now)
        return self._sums(months, (*EVERY_BASIS, STOPS))

    @cached_property
    def _receipts(self) -> Receipts:
        return Receipts(self._sums(newest_year(self._now), (RECEIPTS,))[RECEIPTS])

    def _sums(self, months: Months, parts: Sequence[str]) -> Mapping[str, Sums]:
        counted = sums_of(self._session, months=months, parts=parts, now=self._now)
        self._counted += [counted.counted_at] if counted.counted_at else []
        return counted.parts

    @cached_property
    def _draws(self) -> list[DrawSums]:
        return sums_by_draw(self._session, now=self._now)

    @cached_property
    def _progress(self) -> Progress:
        return review_progress(self._session, self._draws)

    def _film(self, key: str, name: str, measure: Measure, what: str) -> Figure:
        found = stops_in(self._people, measure)
        good = found.told - found.events
        caveat = f"Of {found.untold:,} more it cannot be told{_whatever(good, found.told, found.untold)}. {CHANCE}"
        return _drawn(key, name, good, found.told, what, FILM, caveat)

    def _actions(self, condition: ColumnElement[bool]) -> int:
        return self._session.scalar(select(func.count()).select_from(LearningAction).where(condition)) or 0


FIGURES: Mapping[str, Callable[[Evidence], Figure]] = {
    figure.__name__: figure
    for figure in (
        Evidence.records_finished,
        Evidence.receipts_offered,
        Evidence.offers_agreed,
        Evidence.stops_filmed,
        Evidence.film_on_time,
        Evidence.film_whole,
        Evidence.film_alerts,
        Evidence.drawn_reviewed,
        Evidence.reviews_scored,
        Evidence.criteria_agreed,
        Evidence.gold_clips_used,
        Evidence.receipts_answered,
        Evidence.both_spoke,
        Evidence.comments_coded,
        Evidence.ethnicity_stated,
        Evidence.actions_done,
        Evidence.actions_late,
        Evidence.actions_told,
        Evidence.copies_released,
    )
}


def _drawn(key: str, name: str, events: int, n: int, what: str, where: Place, caveat: str, *, least: int = 0) -> Figure:
    share, too_few = share_of_counts(events, n, least_events=least)
    return Figure(key, name, n, None if too_few else events, what, share, too_few, caveat, where.path, where.words)


def _counted(key: str, name: str, events: int, n: int, what: str, where: Place, caveat: str) -> Figure:
    return Figure(key, name, n, events, what, None, None if n else f"there are no {what} yet", caveat, where.path, where.words)


def _unknown(key: str) -> Figure:
    return Figure(key, key, 0, None, "", None, "this version of the program has no such figure", "", "/learning/maturity", "Maturity")


def _whatever(good: int, known: int, unknown: int) -> str:
    if not unknown:
        return ""
    low, high = (f"{part / (known + unknown) * 100:.0f}" for part in (good, good + unknown))
    return f"; whatever they are, it is between {low} and {high} of 100"
