"""The month's coverage: a second draw by which no officer of whom there is a stop stays unseen in a quarter."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from stop_search.audit.actions import wait_for_log
from stop_search.audit.rules import Actor
from stop_search.codes.design import Coverage, Design
from stop_search.draws.chance import NamedChance
from stop_search.draws.committing import Committed, Terms, committed, fixed_draw, hold_frame, refuse_terms
from stop_search.draws.manifest import is_stratified
from stop_search.draws.periods import Month
from stop_search.draws.quarter_keys import quarter_key
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import DrawState, Stream
from stop_search.draws.selection import CoverRow
from stop_search.errors import Conflict, Invalid
from stop_search.wording import london

Columns = TypeVarTuple("Columns")


def commit_coverage(
    session: Session, *, scope: str, month: Month, design: Design, chance: NamedChance, actor: Actor, now: datetime
) -> Committed:
    """Fix the frame of a month's coverage: its main frames' stops by officers of whom nothing was drawn earlier in the quarter.

    Raises:
        Invalid: the month is not over, or the design has no coverage.
        Conflict: a main draw of the month waits to be run, there is none, the coverage of this month or a later one is drawn, or a month
            before in the quarter is not done.

    """
    terms = Terms(scope, Stream.COVER, month.first, month.last, design, chance)
    refuse_terms(terms, now=now)
    if month.last >= london(now).date():
        message = f"{month} is not over. Its coverage is drawn when its last main draw is run."
        raise Invalid(message, {"month": message})
    if design.coverage is not Coverage.MONTHLY:
        message = "The force's design has no coverage draw: it says coverage: none."
        raise Invalid(message, {"design": message})
    wait_for_log(session)
    _refuse_month(session, scope, month)
    entries = _uncovered_entries(session, scope, month)
    rows = [cover_row(entry) for entry in entries]
    key = quarter_key(session, quarter=month.quarter, actor=actor, now=now)
    draw = fixed_draw(session, terms=terms, rows=rows, key=key, actor=actor, now=now)
    for entry in entries:
        entry.cover_draw_id = draw.id
    session.flush()
    drawn_groups = {row.group for row in rows if row.drawn_before}
    open_ones = [entry.encounter_id for entry in entries if entry.officer_group not in drawn_groups]
    hold_frame(session, draw=draw, encounter_ids=open_ones, actor=actor, now=now)
    return committed(draw)


def cover_row(entry: FrameEntry) -> CoverRow:
    """Return an entry as a coverage frame shows it."""
    return CoverRow(
        token=entry.token,
        numerator=entry.probability_numerator,
        denominator=entry.probability_denominator,
        evidence=entry.evidence or "",
        group=entry.officer_group or "",
        drawn_before=entry.is_drawn and not entry.is_cover,
    )


def groups_seen(session: Session, *, scope: str, months: Sequence[Month]) -> set[str]:
    """Return the groups of officers of whom something was drawn, by either stream, in frames of these months of one quarter."""
    seen: set[str] = set()
    for month in months:
        drawn = _of_month(select(FrameEntry.officer_group), scope, month).where(FrameEntry.is_drawn, FrameEntry.officer_group.is_not(None))
        seen.update(group for group in session.scalars(drawn.distinct()) if group)
    return seen


def entries_of_groups(session: Session, *, scope: str, month: Month, groups: set[str]) -> list[FrameEntry]:
    """Return the entries of a month's main frames by officers of these groups, sorted by token."""
    entries = session.scalars(_of_month(select(FrameEntry), scope, month).order_by(FrameEntry.token)).all()
    return [entry for entry in entries if entry.officer_group in groups]


def _uncovered_entries(session: Session, scope: str, month: Month) -> list[FrameEntry]:
    before = groups_seen(session, scope=scope, months=month.up_to_here()[:-1])
    entries = session.scalars(_of_month(select(FrameEntry), scope, month).order_by(FrameEntry.token)).all()
    return [entry for entry in entries if entry.officer_group is not None and entry.officer_group not in before]


def _refuse_month(session: Session, scope: str, month: Month) -> None:
    of_scope = select(Draw).where(Draw.scope == scope)
    known = session.scalar(
        of_scope.where(Draw.stream == Stream.COVER, Draw.period_end >= month.last).order_by(Draw.period_end, Draw.id).limit(1)
    )
    if known is not None:
        drawn = f"The coverage of {known.period_end:%Y-%m} has been drawn already (draw {known.id})."
        message = f"{drawn} There is no redraw, and none of a month before."
        raise Conflict(message)
    for earlier in month.up_to_here()[:-1]:
        _refuse_unfinished(session, scope, earlier, month)
    main = _main_draws(session, scope, month)
    _refuse_waiting(main)
    if not main:
        message = f"No main draw ends in {month}, so there is nothing to cover."
        raise Conflict(message)
    if not _can_be_covered(main):
        message = f"A draw of {month} was not made stop by stop by the present protocol: its coverage has no known probability."
        raise Conflict(message)


def _refuse_unfinished(session: Session, scope: str, earlier: Month, month: Month) -> None:
    """Refuse a month's coverage while a month before has to be covered: afterwards it never can be, and its unseen officers stay unseen."""
    main = _main_draws(session, scope, earlier)
    if not main or not _can_be_covered(main):
        return
    after = f"Then draw the coverage of {month}: the months of a quarter are covered in their order."
    cover = session.scalar(select(Draw).where(Draw.scope == scope, Draw.stream == Stream.COVER, Draw.period_end == earlier.last))
    if cover is None:
        _refuse_waiting(main, f"and draw the coverage of {earlier}. {after}")
        message = f"The coverage of {earlier} is not drawn, and could not be any more. Draw it first. {after}"
        raise Conflict(message)
    if cover.state == DrawState.COMMITTED:
        message = f"The coverage of {earlier} is committed and not run. Run it first. {after}"
        raise Conflict(message)


def _refuse_waiting(main: Sequence[Draw], then: str = "") -> None:
    waiting = [draw for draw in main if draw.state == DrawState.COMMITTED]
    if waiting:
        run = f"Run it first{', ' + then if then else '.'}"
        message = f"The draw of {waiting[0].period_start} to {waiting[0].period_end} is committed and not run. {run}"
        raise Conflict(message)


def _can_be_covered(main: Sequence[Draw]) -> bool:
    return all(draw.manifest is not None and not is_stratified(draw.manifest) for draw in main)


def _main_draws(session: Session, scope: str, month: Month) -> Sequence[Draw]:
    wanted = _main_of(select(Draw).where(Draw.scope == scope), month)
    return session.scalars(wanted.order_by(Draw.period_end, Draw.id)).all()


def _main_of(wanted: Select[Draw], month: Month) -> Select[Draw]:
    return wanted.where(Draw.stream == Stream.MAIN, Draw.period_end >= month.first, Draw.period_end <= month.last)


def _of_month(wanted: Select[*Columns], scope: str, month: Month) -> Select[*Columns]:
    of_draw = wanted.join(Draw, Draw.id == FrameEntry.draw_id)
    return of_draw.where(Draw.scope == scope, Draw.stream == Stream.MAIN, Draw.period_end >= month.first, Draw.period_end <= month.last)
