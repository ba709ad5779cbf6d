"""A draw beside what else is known: anchors.json from outside, the other draws of its scope, a receipt. Used by draw.py."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from draw_forms import ANCHOR, ANCHORS, LINK, STOP, canonical, days_of, document, path_holds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from draw import Published
    from draw_forms import Fields, Row

UNANCHORED = """OK as far as it goes: the files agree with one another.
Not checked: whether the manifests were known outside before chance decided. Without that, all could have been made anew together.
Take anchors.json from somebody outside the force, and give it with --anchors."""
PLACE = ("scope", "stream", "period_start", "period_end")
NO_PERIOD = "the period ends before it starts, or has a day that no calendar has."


def said(*found: tuple[object, str]) -> list[str]:
    """Return the sentences whose first is true."""
    return [sentence for is_wrong, sentence in found if is_wrong]


def read_anchors(text: str) -> tuple[Fields, list[str]]:
    """Return anchors.json and what is wrong with it."""
    anchors, problems = document("anchors.json", text, ANCHORS, by_hand=True)
    if problems:
        return {}, problems
    for one, patterns in [(one, ANCHOR) for one in anchors["anchors"]] + [(one, LINK) for one in anchors["outcomes"]]:
        problems = problems or document("anchors.json", canonical(one), patterns)[1]
        problems = problems or said((patterns is ANCHOR and not days_of(one), f"anchors.json: {NO_PERIOD}"))
    return anchors, problems


def verdict(bundles: dict[str, Published], anchors: str | None = None, stop: str | None = None) -> list[str]:
    """Return what is wrong with draws, `bundles` mapping a name to Published, and with them beside one another and beside anchors.json.

    `stop`: what is told of a stop that should be in the only one.
    """
    known, problems = ({}, []) if anchors is None else read_anchors(anchors)
    known = {} if problems else known
    for name, one in bundles.items():
        more = anchor_problems(one, known) if known and not one.problems else []
        problems += [f"{name}: {problem}" if len(bundles) > 1 else problem for problem in one.problems + more]
    problems = problems or order_problems(list(bundles.values()))
    return problems or ([] if stop is None else stop_problems(*bundles.values(), stop))


def is_redraw(one: Fields, other: Fields) -> bool:
    """Return whether two manifests, or what is known of them, draw days that are the same: a shifted period is no other period."""
    is_apart = one["period_end"] < other["period_start"] or other["period_end"] < one["period_start"]
    return all(one[name] == other[name] for name in ("scope", "stream")) and not is_apart


def anchor_problems(bundle: Published, anchors: Fields) -> list[str]:
    """Return what anchors.json, as read, says against one draw."""
    fixed, known, numbers = bundle.manifest, anchors["anchors"], {}
    ours = [one for one in known if one["manifest_sha256"] == bundle.digest and all(one[name] == fixed[name] for name in PLACE)]
    is_twice = any(one["manifest_sha256"] != bundle.digest and is_redraw(one, fixed) for one in known)
    for one in known:
        if one["scope"] == fixed["scope"]:
            numbers.setdefault(one["sequence"], set()).add(one["manifest_sha256"])
    earliest = min((one["anchored_at"] for one in ours), default="")
    gap = first_gap(numbers)
    links = {cells[0]: cells[-1] for cells in bundle.outcomes}
    changed = [one["n"] for one in anchors["outcomes"] if one["draw"] == fixed["draw"] and links.get(str(one["n"])) != one["hash"]]
    return said(
        (not earliest, "anchors.json: this manifest was not made known. Either it is another than the one that was, or nobody was told."),
        (is_twice, "anchors.json: another manifest was made known for days of this period."),
        (earliest >= bundle.known_at, f"anchors.json: it was made known at {earliest}; the chance was known at {bundle.known_at}."),
        (numbers.get(fixed["sequence"], {bundle.digest}) != {bundle.digest}, "anchors.json: another manifest has this one's number."),
        (
            numbers.get(fixed["sequence"] - 1, {fixed["previous"]}) != {fixed["previous"]},
            "anchors.json: another manifest came before this one.",
        ),
        (gap, f"anchors.json: number {gap} of this scope is missing."),
        (changed, f"outcomes.csv: outcome {changed[0] if changed else 0} is not the one that was known."),
    )


def first_gap(numbers: Iterable[int]) -> int | None:
    """Return the first number that is missing between the smallest and the largest, however far apart those are."""
    return next((before + 1 for before, after in pairwise(sorted(numbers)) if after != before + 1), None)


def order_problems(bundles: list[Published]) -> list[str]:
    """Return what is wrong between draws that are right by themselves: their order, stops in two frames, coverage beside the main draws."""
    problems, keys, homes = [], {}, {}
    order = sorted(bundles, key=lambda one: (one.manifest["scope"], one.manifest["sequence"]))
    for place, one in enumerate(order):
        fixed, twice = one.manifest, 0
        quarters = {(day[:4], (int(day[5:7]) - 1) // 3) for day in (fixed["period_start"], fixed["period_end"])}
        key = keys.setdefault((fixed["scope"], *quarters), fixed["key_digest"]) if len(quarters) == 1 else fixed["key_digest"]
        for row in one.rows:
            twice += homes.setdefault((fixed["scope"], fixed["stream"], row[0]), (one, row))[0] is not one
        problems += said(
            (any(is_redraw(other.manifest, fixed) for other in order[:place]), f"{name_of(one)}: days of its period were drawn before."),
            (key != fixed["key_digest"], f"{name_of(one)}: it has another key than a draw of the same quarter."),
            (twice, f"{name_of(one)}: {twice} of its stops are in another frame, too."),
        )
    for last, one in pairwise(order):
        before, fixed = last.manifest, one.manifest
        if before["scope"] == fixed["scope"]:
            problems += said(
                (fixed["sequence"] != before["sequence"] + 1, f"{name_of(one)}: it does not come next after draw {before['sequence']}."),
                (fixed["previous"] != last.digest, f"{name_of(one)}: the manifest that it names as the one before is not that draw's."),
                (fixed["committed_at"] < before["committed_at"], f"{name_of(one)}: it was fixed before the draw before it."),
                (fixed["register"]["n"] < before["register"]["n"], f"{name_of(one)}: the register of records has become shorter."),
            )
    for one in order:
        problems += coverage_problems(one, order, homes) if one.manifest["stream"] == "cover" else []
    return problems


def coverage_problems(cover: Published, bundles: list[Published], homes: dict[tuple[str, str, str], tuple[Published, Row]]) -> list[str]:
    """Return where a coverage frame differs from the main draws of its month; `homes` says in which draw a stop is, and its row there."""
    fixed, others, lost = cover.manifest, 0, 0
    numbers = {one.manifest["sequence"] for one in bundles if one.manifest["scope"] == fixed["scope"]}
    has_all = sum(0 < number < fixed["sequence"] for number in numbers) == fixed["sequence"] - 1
    for row in cover.rows:
        main, shown = homes.get((fixed["scope"], "main", row[0]), (None, row))
        lost += main is None
        if main is not None:
            same_month = main.manifest["period_end"][:7] == fixed["period_end"][:7]
            others += not same_month or shown != row[:4] or (row[0] in main.drawn) != (row[5] == "yes")
    return said(
        (others, f"{name_of(cover)}: {others} of its stops are not as the main draws of its month have them."),
        (lost and has_all, f"{name_of(cover)}: {lost} of its stops are in no main draw."),
    )


def name_of(bundle: Published) -> str:
    """Return how a draw is called in sentences."""
    return f"Draw {bundle.manifest['sequence']} of {bundle.manifest['scope']}"


def stop_problems(bundle: Published, text: str) -> list[str]:
    """Return why a stop, as the page of its receipt told it, is not in a draw's frame."""
    fixed = bundle.manifest
    stop, problems = document("stop.json", text, STOP, by_hand=True)
    if problems:
        return problems[:1]
    if (stop["draw"], stop["size"]) != (fixed["draw"], fixed["size"]):
        return ["stop.json: it is about another draw."]
    is_there = path_holds(stop["row"], stop["path"], stop["index"], stop["size"], fixed["root"])
    return said((not is_there, "stop.json: its path does not lead to the root of this draw's frame. The stop is not in it as it was told."))


def summary(one: Published) -> str:
    """Return what is said of a draw that nothing is wrong with."""
    fixed, given = one.manifest, one.told["randomness"]
    chance = f"dice; witnesses: {'; '.join(given['witnesses'])}" if "digits" in given else f"drand round {given['round']}, {one.known_at}"
    return (
        f"Draw {fixed['sequence']} of {fixed['scope']} ({fixed['stream']}), {fixed['period_start']} to {fixed['period_end']}: "
        f"{len(one.drawn)} of {len(one.rows)} drawn, {len(one.drawn) - len(one.outcomes)} without an outcome yet.\n"
        f"  Chance: {chance}.\n  Manifest: {one.digest}"
    )


def remarks(bundles: Iterable[Published], anchors: str | None = None) -> list[str]:
    """Return what is not wrong, and to be asked about: days between main draws, given or known by anchors.json, that are in none."""
    known = [one.manifest for one in bundles] + ([] if anchors is None else read_anchors(anchors)[0]["anchors"])
    periods = sorted((days[0], days[-1]) for one in known if one["stream"] == "main" and (days := days_of(one)))
    left_out, last = [], periods[0][1] if periods else 0
    for start, end in periods:
        if start > last + 1:
            left_out.append(" to ".join(date.fromordinal(day).isoformat() for day in sorted({last + 1, start - 1})))
        last = max(last, end)
    asked = "Unless another draw holds them, chance could choose none of their stops: ask the force why."
    return [f"In no main draw that is given or known: {'; '.join(left_out)}. {asked}"] * bool(left_out)
