"""What somebody outside holds of a draw: anchors.json. What it shows stands in `verification.py`. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from stop_search.draws.protocol import ANCHORS_FORMAT, moment_text
from stop_search.draws.tickets import manifest_digest

PLACE = ("scope", "stream", "period_start", "period_end")
LONGEST_PLACE = 300


def anchor_line(manifest: Mapping[str, Any], *, anchored_at: datetime, where: str) -> dict[str, Any]:
    """Return what whoever is told of a manifest keeps of it."""
    told = {name: manifest[name] for name in (*PLACE, "sequence")}
    return told | {"manifest_sha256": manifest_digest(manifest), "anchored_at": moment_text(anchored_at), "where": where}


def anchors_document(lines: Sequence[Mapping[str, Any]], outcomes: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return anchors.json: `outcomes` has {draw, n, hash} of a line of outcomes that was known at some time."""
    return {"format": ANCHORS_FORMAT, "anchors": list(lines), "outcomes": list(outcomes)}
