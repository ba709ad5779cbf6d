"""What docs/odd-media.md says of odd files: the lines of its tables, as the worker's own reports give them."""

from functools import cache
from pathlib import Path

from services.worker.video.believe import Facts, Report

PAGE = Path(__file__).parents[2] / "docs" / "odd-media.md"
NOT_SAID = {"no_sound", "not_playable_in_browser", "cut_off"}  # told of nearly all, or by the reason


def line(name: str, what: str, report: Report) -> str:
    """Return the table's line of a file: its name, what is odd about it (may be empty), what is said of it."""
    shown = f"`{name.encode('unicode_escape').decode()}`".replace("|", "\\|")
    said = report.failure.reason.removesuffix(".") if report.failure else ""
    if report.facts is not None and report.pictures is not None:
        said = "; ".join([*([said] if said else []), _facts_in_words(report.facts)])
    return " | ".join([f"| {shown}", *([what] if what else []), f"{said} |"])


@cache
def lines() -> frozenset[str]:
    """Return the lines of the page."""
    return frozenset(PAGE.read_text(encoding="utf-8").splitlines())


def _facts_in_words(facts: Facts) -> str:
    turned = f", turned by {facts.rotation_degrees}°" if facts.rotation_degrees else ""
    flags = [flag.replace("_", " ") for flag in facts.flags if flag not in NOT_SAID]
    gaps = [f"{facts.gaps} gap" + "s" * (facts.gaps > 1)] if facts.gaps else []
    size = f"{facts.shown_width_pixels} by {facts.shown_height_pixels}"
    return "; ".join([f"{facts.length_seconds:.1f} s of {facts.video_codec}, {size}{turned}", *flags, *gaps])
