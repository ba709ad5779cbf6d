"""Who was searched in some months, in codes, with whether there is video: our own records and imported rows. Only for sums.

An imported row belongs to the month of its file; a record of our own to the month of its start. Nobody is told apart by officer:
no function here takes or gives one.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Team
from stop_search.encounters.police_uk import MONTH
from stop_search.encounters.records import Encounter, PersonSearched, PublishedRow, Receipt
from stop_search.encounters.rules import SEARCHES, EncounterSource, PersonPart, WithdrawalReason
from stop_search.errors import Invalid
from stop_search.footage.film_timings import film_timings
from stop_search.footage.records import FootageAbsence, FootageInDoubt, FootageOfEncounter
from stop_search.footage.rules import FilmState, film_state
from stop_search.footage.timing import Timing, total, uncovered
from stop_search.learning.disparity.groups import Film, SearchedPerson
from stop_search.learning.disparity.measures import LATE_SECONDS
from stop_search.wording import iso_week

MISSING = frozenset({FilmState.NO_VIDEO, FilmState.SAID_ON, FilmState.UNEXPLAINED})


@dataclass(frozen=True, order=True)
class Months:
    """Whole months by UTC, as published files count them, both included: "2026-11"."""

    first: str
    last: str

    @property
    def starts(self) -> datetime:
        """The first moment of the first month."""
        return _start(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment after the last month."""
        return (_start(self.last) + timedelta(days=31)).replace(day=1)


@dataclass(frozen=True)
class Searched:
    """People who were searched in some months; `imported` of them are from published files, which say nothing of force and video."""

    months: Months
    people: tuple[SearchedPerson, ...]
    imported: int

    @property
    def own(self) -> tuple[SearchedPerson, ...]:
        """Those of our own records, who come first."""
        return self.people[: len(self.people) - self.imported]


def months_with_searches(session: Session) -> Months | None:
    """Return the first and the last month of which there is any search, or None."""
    own = select(func.min(Encounter.started_at), func.max(Encounter.started_at)).where(Encounter.source != EncounterSource.POLICE_UK)
    first, last = session.execute(own.where(Encounter.kind.in_(SEARCHES))).one()
    published = session.execute(select(func.min(PublishedRow.month), func.max(PublishedRow.month))).one()
    firsts = [one for one in (first and month_at(first), published[0]) if one]
    lasts = [one for one in (last and month_at(last), published[1]) if one]
    return Months(min(firsts), max(lasts)) if firsts else None


def searched_people(session: Session, *, months: Months, now: datetime) -> Searched:
    """Return everybody who was searched in these months; not whoever was only in charge of a vehicle, or not searched after all."""
    films = _films(session, months, now)
    timings = film_timings(session, since=months.starts, until=months.ends)
    own = [_person(row, films, timings) for row in session.execute(_own(months))]
    imported = [_person(row, {}, {}) for row in session.execute(_imported(months))]
    return Searched(months, (*own, *imported), len(imported))


def how_shown(timings: Sequence[Timing]) -> tuple[bool | None, bool | None]:
    """Return whether the video begins late, and whether it is cut short; None where it cannot be told. Pure."""
    if not timings:
        return None, None
    lag = min(timing.activation_lag for timing in timings)
    gaps = uncovered(timings)
    if gaps is None:
        return lag >= LATE_SECONDS, None
    return lag >= LATE_SECONDS, total((max(start, lag), end) for start, end in gaps if end > lag) >= LATE_SECONDS


def month_of(written: str) -> str:
    """Return a month as it is written, checked.

    Raises:
        Invalid: it is no month such as 2026-11.

    """
    if not MONTH.fullmatch(written):
        message = f"“{written}” is not a month. Write it as in 2026-11."
        raise Invalid(message, {"month": message})
    return written


def _start(month: str) -> datetime:
    return datetime.fromisoformat(f"{month}-01T00:00:00").replace(tzinfo=UTC)


def month_at(moment: datetime) -> str:
    """Return the month of a moment, by UTC."""
    return f"{moment.astimezone(UTC):%Y-%m}"


def _people() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Encounter.id,
            Encounter.started_at,
            Team.unit,
            PersonSearched.self_defined_ethnicity,
            PersonSearched.officer_perceived_ethnicity,
            PersonSearched.age_band,
            PersonSearched.gender,
            Encounter.object_of_search,
            PersonSearched.outcome,
            PersonSearched.outcome_linked,
            PersonSearched.force_used,
            PersonSearched.more_than_outer_clothing,
        )
        .join(PersonSearched, PersonSearched.encounter_id == Encounter.id)
        .outerjoin(Team, Team.id == Encounter.team_id)
        .where(Encounter.kind.in_(SEARCHES), PersonSearched.part == PersonPart.SEARCHED)
        .where(func.coalesce(PersonSearched.search_not_carried_out_reason, "") == "")
        .order_by(Encounter.started_at, Encounter.id, PersonSearched.ordinal)
    )


def _own(months: Months) -> Select[*tuple[Any, ...]]:
    in_error = exists().where(Receipt.person_id == PersonSearched.id, Receipt.withdrawn_reason == WithdrawalReason.RECORDED_IN_ERROR)
    return _people().where(Encounter.source != EncounterSource.POLICE_UK, *_within(months), ~in_error)


def _imported(months: Months) -> Select[*tuple[Any, ...]]:
    return (
        _people()
        .add_columns(PublishedRow.month)
        .join(PublishedRow, PublishedRow.encounter_id == Encounter.id)
        .where(PublishedRow.month >= months.first, PublishedRow.month <= months.last)
    )


def _person(row: Row[*tuple[Any, ...]], films: Mapping[uuid.UUID, Film], timings: Mapping[uuid.UUID, Sequence[Timing]]) -> SearchedPerson:
    stop, started_at, unit, self_defined, perceived, age_band, gender, sought, outcome, linked, force_used, undressed, *month = row
    is_late, is_cut = how_shown(timings.get(stop, ()))
    return SearchedPerson(
        stop=stop,
        month=month[0] if month else month_at(started_at),
        week=iso_week(started_at),
        unit=unit,
        self_defined=self_defined,
        perceived=perceived,
        age_band=age_band,
        gender=gender,
        object_of_search=sought,
        outcome=outcome,
        outcome_linked=linked,
        force_used=tuple(force_used),
        more_than_outer=undressed,
        film=films.get(stop, Film.UNKNOWN),
        is_late=is_late,
        is_cut=is_cut,
    )


def _films(session: Session, months: Months, now: datetime) -> dict[uuid.UUID, Film]:
    """Return of every record of our own whether there is video, as `film_states.py` tells it of each."""
    of_stop = Encounter.id
    rows = session.execute(
        select(
            of_stop,
            Encounter.recorded_at,
            Encounter.camera_serial,
            Encounter.footage_absence_reason,
            exists().where(FootageOfEncounter.encounter_id == of_stop),
            exists().where(FootageInDoubt.encounter_id == of_stop),
            exists().where(FootageAbsence.encounter_id == of_stop),
        ).where(Encounter.source != EncounterSource.POLICE_UK, *_within(months))
    )
    return {
        stop: _film(
            film_state(
                is_filmed=is_filmed,
                is_in_doubt=is_in_doubt,
                has_reason=is_explained or reason is not None,
                names_camera=camera is not None,
                waited=now - recorded_at,
            )
        )
        for stop, recorded_at, camera, reason, is_filmed, is_in_doubt, is_explained in rows
    }


def _film(state: FilmState) -> Film:
    if state is FilmState.FILMED:
        return Film.FILMED
    return Film.MISSING if state in MISSING else Film.UNKNOWN


def _within(months: Months) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Encounter.started_at >= months.starts, Encounter.started_at < months.ends
