"""What `stop-search retention …` prints, line by line."""

from collections import Counter
from collections.abc import Iterator

from stop_search.footage.certificates import Certificate
from stop_search.footage.clock_rules import IN_DOUBT, Change
from stop_search.footage.plan import ClocksCompared, Plan, PlanLine
from stop_search.footage.retention import RetentionRun
from stop_search.footage.rules import HoldReason
from stop_search.reviews.retention_night import Night


def plan_lines(plan: Plan) -> Iterator[str]:
    """Say what would go and what stays, each recording on a line, with why."""
    yield "last run: never" if plan.last_run is None else f"last run: {plan.last_run:%Y-%m-%d %H:%M} UTC"
    yield f"would be erased: {len(plan.going)}, new since the last run: {sum(line.is_new for line in plan.going)}"
    yield from (f"  {_recording(line)}" for line in plan.going)
    yield f"past their time and held: {len(plan.held)}, new since the last run: {sum(line.is_new for line in plan.held)}"
    for reason, number in sorted(Counter(reason for line in plan.held for reason in {one.reason for one in line.keeps}).items()):
        yield f"  held for {reason}: {number}"
    for line in plan.held:
        keeps = "; ".join(f"{one.reason} of {one.reference} since {one.placed_at:%Y-%m-%d}, {one.owner}" for one in line.keeps)
        yield f"  {_recording(line)}: {keeps}"


def night_lines(night: Night) -> Iterator[str]:
    """Say what a run did."""
    if night.seen.doubt >= IN_DOUBT:
        yield f"The clock may be ahead by {night.seen.doubt}: nothing that became due in that time was erased."
        yield "Compare it with another clock, then: stop-search retention confirm-clock"
    yield f"holds that were over: {night.released}"
    yield from run_lines(night.run)
    if night.at_risk:
        yield f"DRAWN, NOT REVIEWED AND HELD BY NOTHING, going within 7 days: {night.at_risk} (stop-search footage doctor)"


def run_lines(run: RetentionRun) -> Iterator[str]:
    """Say how many were erased and how many are held, by reason."""
    yield f"erased: {run.erased}"
    yield f"past their time and held: {run.held}"
    yield from (f"  held for {reason}: {number}" for reason, number in sorted(run.reasons.items()))


def too_late_lines(late: Counter[HoldReason], gone: int) -> Iterator[str]:
    """Say how many holds ever came too late, and how many drawn stops lost their footage before anybody reviewed it."""
    yield f"holds that came too late, ever: {late.total()}"
    yield from (f"  {reason}: {number}" for reason, number in sorted(late.items()))
    yield f"drawn stops whose footage was gone before review, ever: {gone}"


def compared_lines(found: ClocksCompared) -> Iterator[str]:
    """Say what other clocks would change."""
    yield from (f"would go {change}: {found.changes[change]}" for change in Change if change is not Change.SAME)
    yield f"would go on the same day: {found.changes[Change.SAME]}"
    yield f"would be past their time at once: {found.would_be_due}"
    yield f"are past their time now and would not be: {found.no_longer_due}"


def certificate_lines(found: Certificate) -> Iterator[str]:
    """Say what a certificate says."""
    confirmed = f"{found.confirmed_at:%Y-%m-%d %H:%M:%S} UTC" if found.confirmed_at else "not yet: a worker has still to remove it"
    rows: list[tuple[str, object]] = [
        ("footage", found.footage_id),
        ("sha256", found.sha256),
        ("size_bytes", found.size_bytes),
        ("recorded", found.recorded_at or "not known"),
        ("received", found.received_at),
        ("showed", ", ".join(found.references) or "no stop"),
        ("class", found.retention_class),
        ("clocks", f"version {found.clocks_version}" if found.clocks_version else "of before there were versions"),
        ("last day", found.last_day),
        ("erased", f"{found.erased_at:%Y-%m-%d %H:%M:%S} UTC by {found.erased_by}"),
        ("nothing left", confirmed),
        ("audit entry", f"{found.erased_entry.number} {found.erased_entry.hash}"),
        *([("confirmed by entry", f"{found.confirmed_entry.number} {found.confirmed_entry.hash}")] if found.confirmed_entry else []),
    ]
    yield from (f"{name:<20} {value}" for name, value in rows)
    yield from (f"removed {sha256 or 'nothing lay there any more':<64} {key}" for key, sha256 in found.removed.items())


def _recording(line: PlanLine) -> str:
    new = ", new" if line.is_new else ""
    return f"{line.footage_id} last day {line.last_day}, {line.retention_class}, {' '.join(line.references) or 'no stop'}{new}"
