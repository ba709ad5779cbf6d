"""Running a committed draw: chance is given, seed and tickets follow, and the footage of what is drawn is held in the same transaction."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.rules import Actor
from stop_search.codes.design import Coverage, Design
from stop_search.draws.chance import GivenChance, given_problem
from stop_search.draws.committing import draw_act
from stop_search.draws.covering import cover_row, entries_of_groups, groups_seen
from stop_search.draws.manifest import counts, frame_root
from stop_search.draws.periods import Month, month_of
from stop_search.draws.publication import selection_of
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import DrawState, FrameOutcome, Stream
from stop_search.draws.selection import Drawn, MainRow, Row
from stop_search.draws.tickets import manifest_digest
from stop_search.draws.tickets import seed as made_seed
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.footage.actions import place_hold
from stop_search.footage.pending_holds import HeldFor, causes_in_force, hold_all, release_all
from stop_search.footage.rules import HoldReason
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import Queue


@dataclass(frozen=True)
class DrawnSample:
    """What a draw came to: `seed` and `frame_digest` in hex, and how many of the frame are drawn."""

    draw_id: uuid.UUID
    frame_digest: str
    seed: str
    frame_size: int
    drawn: int


def run_draw(
    session: Session, *, draw_id: uuid.UUID, chance: GivenChance, design: Design, actor: Actor, now: datetime, in_words: str = ""
) -> DrawnSample:
    """Draw from a committed frame, hold what is drawn, release what is not, and ask for reviewers to be assigned.

    Of `design` only the coverage counts: with it, what a coverage draw may still need stays held. `in_words`: the chance as it was given.

    Raises:
        NotFound: there is no such draw.
        Conflict: it was run before, or its rows are not those that were fixed.
        Invalid: what is given is not the chance that was named, or is not that round's signature.

    """
    wait_for_log(session)
    draw = session.get(Draw, draw_id, populate_existing=True)
    if draw is None:
        message = "There is no such draw."
        raise NotFound(message)
    if draw.state != DrawState.COMMITTED or draw.manifest is None:
        message = f"This draw was run at {draw.drawn_at:%Y-%m-%d %H:%M} UTC. There is no redraw."
        raise Conflict(message)
    if problem := given_problem(chance, draw.manifest["randomness"], now=now):
        raise Invalid(problem, {"chance": problem})
    entries, rows = framed(session, draw)
    refuse_changed(draw, rows)
    draw.chance, draw.randomness = chance.document(), in_words or chance.text()
    seed = made_seed(draw.frame_digest, chance.text())
    draw.seed, draw.drawn_at, draw.state = seed, now, DrawState.RUN
    selection = selection_of(draw.manifest, rows, seed)
    _note_selection(session, draw, entries, selection)
    drawn = [entry.encounter_id for entry, one in zip(entries, selection, strict=True) if one.drawn]
    for encounter_id in drawn:
        place_hold(session, encounter_id=encounter_id, reason=HoldReason.DRAWN, cause_id=str(draw.id), actor=actor, now=now)
    _settle_pending(session, draw, design, actor, now)
    record_act(session, actor=actor, act=draw_act(draw, "sample_drawn", _told(draw, len(drawn))), now=now)
    request_job(
        session, name="assign_reviews", arguments={"draw_id": str(draw.id)}, dedupe_key=f"assign_reviews:{draw.id}", queue=Queue.UPKEEP
    )
    return DrawnSample(draw.id, draw.frame_digest, seed, draw.frame_size, len(drawn))


def framed(session: Session, draw: Draw) -> tuple[Sequence[FrameEntry], list[Row]]:
    """Return a draw's entries by token, and the rows that its frame shows of them."""
    of_draw = FrameEntry.cover_draw_id == draw.id if draw.stream == Stream.COVER else FrameEntry.draw_id == draw.id
    entries = session.scalars(select(FrameEntry).where(of_draw).order_by(FrameEntry.token)).all()
    if draw.stream == Stream.COVER:
        return entries, [cover_row(entry) for entry in entries]
    return entries, [MainRow(e.token, e.probability_numerator, e.probability_denominator, e.evidence or "") for e in entries]


def refuse_changed(draw: Draw, rows: Sequence[Row]) -> None:
    """Refuse a draw of which the manifest or the rows are not those that were fixed. Raises Conflict."""
    manifest: dict[str, Any] = draw.manifest or {}
    is_fixed = [manifest.get("size"), manifest.get("counts"), manifest.get("root")] == [len(rows), counts(rows), frame_root(rows)]
    if manifest_digest(manifest) != draw.frame_digest or not is_fixed:
        message = "What is stored of this draw was changed after it was made. Do not publish it; tell the auditor."
        raise Conflict(message)


def _note_selection(session: Session, draw: Draw, entries: Sequence[FrameEntry], selection: Sequence[Drawn]) -> None:
    note = _cover_note if draw.stream == Stream.COVER else _main_note
    told = [{"id": entry.id, **note(entry, one)} for entry, one in zip(entries, selection, strict=True)]
    if told:
        session.execute(update(FrameEntry), told)
        for entry in entries:
            session.expire(entry)
    session.flush()


def _main_note(_: FrameEntry, one: Drawn) -> dict[str, Any]:
    return {
        "ticket": one.ticket,
        "is_drawn": one.drawn,
        "is_second": one.second,
        "is_panel": one.panel,
        "inclusion_probability": float(one.probability),
        "outcome": FrameOutcome.DRAWN if one.drawn else None,
    }


def _cover_note(entry: FrameEntry, one: Drawn) -> dict[str, Any]:
    return {
        "cover_ticket": one.ticket,
        "is_drawn": entry.is_drawn or one.drawn,
        "is_second": entry.is_second or one.second,
        "is_cover": one.drawn,
        "inclusion_probability": float(one.probability),
        "outcome": FrameOutcome.DRAWN if one.drawn else entry.outcome,
    }


def _settle_pending(session: Session, draw: Draw, design: Design, actor: Actor, now: datetime) -> None:
    """Hold what the month's coverage may still need; release what no draw needs any more."""
    month, because = month_of(draw.period_end), "Chance has drawn, and not this one."
    if draw.stream == Stream.COVER:
        _let_go(session, draw.scope, month, because, actor, now)
    else:
        _settle_coverage(session, draw, month, design, actor, now)
    release_all(session, held_for=HeldFor(HoldReason.FRAMED, str(draw.id)), because=because, actor=actor, now=now)


def _settle_coverage(session: Session, draw: Draw, month: Month, design: Design, actor: Actor, now: datetime) -> None:
    """Hold for the coverage; an officer of whom something is drawn needs none, so his or her other stops of the month are let go."""
    if design.coverage is not Coverage.MONTHLY or draw.manifest is None:
        _let_go(session, draw.scope, month, "The force's design has no coverage any more.", actor, now)
        return
    seen = groups_seen(session, scope=draw.scope, months=month.up_to_here())
    entries, _ = framed(session, draw)
    open_ones = [e.encounter_id for e in entries if e.officer_group is not None and e.officer_group not in seen]
    hold_all(session, encounter_ids=open_ones, held_for=_coverage(draw.scope, month), actor=actor, now=now)
    now_seen = {e.officer_group for e in entries if e.is_drawn and e.officer_group is not None}
    let_go = [e.encounter_id for e in entries_of_groups(session, scope=draw.scope, month=month, groups=now_seen)]
    because = "Something of this officer is drawn in this month."
    release_all(session, held_for=_coverage(draw.scope, month), because=because, actor=actor, now=now, encounter_ids=let_go)


def _let_go(session: Session, scope: str, month: Month, because: str, actor: Actor, now: datetime) -> None:
    """Release what is held for the coverage of this month and of all before: after it, no coverage of a month before can be drawn."""
    for cause_id in causes_in_force(session, reason=HoldReason.COVERAGE, first=f"{scope}:", last=_coverage(scope, month).cause_id):
        release_all(session, held_for=HeldFor(HoldReason.COVERAGE, cause_id), because=because, actor=actor, now=now)


def _coverage(scope: str, month: Month) -> HeldFor:
    return HeldFor(HoldReason.COVERAGE, f"{scope}:{month}")


def _told(draw: Draw, drawn: int) -> str:
    return f"{drawn} of {draw.frame_size}; frame {draw.frame_digest}; seed {draw.seed}"
