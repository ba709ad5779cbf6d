"""A month of draws of one scope: main draws of its weeks, then the coverage, each naming the one before it."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.bundles import Bundle, a_bundle, anchors_of, moment, some_outcomes

FIRST = datetime(2026, 10, 8, 9, tzinfo=UTC)


def a_month(chance: random.Random, *, weeks: int = 3, size: int = 24) -> list[Bundle]:
    """Return the draws of October: `weeks` main draws, and the coverage of their stops."""
    made: list[Bundle] = []
    key = f"{chance.getrandbits(256):064x}"
    for week in range(weeks):
        drawn_at = FIRST + timedelta(weeks=week)
        period = {"period_start": f"{drawn_at - timedelta(days=7):%Y-%m-%d}", "period_end": f"{drawn_at - timedelta(days=1):%Y-%m-%d}"}
        made.append(_in_turn(chance, made, a_bundle(chance, size=size, **period, key_digest=key), drawn_at))
    officers = [f"{chance.getrandbits(64):016x}" for _ in range(size)]
    stops = [
        replace(stop, group=chance.choice(officers), before=stop.token in drawn)
        for one in made
        for drawn in [set(one.drawn)]
        for stop in one.stops
    ]
    cover = a_bundle(chance, stream="cover", size=0, period_start="2026-10-01", period_end="2026-10-31", key_digest=key)
    cover = replace(cover, stops=tuple(sorted(stops, key=lambda stop: stop.token)))
    return [*made, _in_turn(chance, made, cover, FIRST + timedelta(weeks=weeks))]


def _in_turn(chance: random.Random, before: list[Bundle], one: Bundle, drawn_at: datetime) -> Bundle:
    number = len(before) + 1
    fixed: dict[str, Any] = {
        "sequence": number,
        "previous": before[-1].digest if before else None,
        "register": one.fixed["register"] | {"n": 1000 * number},
        "committed_at": moment(drawn_at - timedelta(hours=4)),
    }
    placed = replace(one.with_fixed(**fixed), drawn_at=drawn_at)
    return replace(placed, outcomes=some_outcomes(chance, placed))


def again_in_turn(chance: random.Random, draws: list[Bundle]) -> list[Bundle]:
    """Return draws that were changed, each made to name the one before it as it is now."""
    made: list[Bundle] = []
    for one in draws:
        placed = one.with_fixed(previous=made[-1].digest if made else None)
        made.append(replace(placed, outcomes=some_outcomes(chance, placed)))
    return made


def far_away(chance: random.Random) -> tuple[list[Bundle], bytes]:
    """Return a draw and the coverage of another month with the highest number there is, and what is known of both."""
    first, *_, cover = a_month(chance)
    last = replace(cover.with_fixed(sequence=9_999_999_999, previous="0" * 64), outcomes=())
    return [first, last], anchors_of([first, last], outcomes=[])


def with_days_left_out(chance: random.Random) -> list[Bundle]:
    """Return the main draws of three weeks of which the second begins three days late and the third a day late."""
    first, second, third, _ = a_month(chance)
    late = [second.with_fixed(period_start="2026-10-11"), third.with_fixed(period_start="2026-10-16")]
    return again_in_turn(chance, [first, *late])
