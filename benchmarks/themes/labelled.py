"""The labelled comments, in thirds that never change: two to learn from, one that is looked at only when everything is decided."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
NONE = "none"
UNSEEN = 2


@dataclass(frozen=True)
class Labelled:
    """One comment with its themes; `second`: those of the second reading, None where there was none."""

    text: str
    voice: str
    themes: frozenset[str]
    second: frozenset[str] | None

    @property
    def third(self) -> int:
        """0, 1 or 2, by the text alone: whoever adds a comment cannot choose where it goes."""
        return int(hashlib.sha256(self.text.encode()).hexdigest(), 16) % 3


def comments() -> tuple[Labelled, ...]:
    """Return all comments."""
    with (FOLDER / "comments.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Labelled(row["text"], row["voice"], themes(row["themes"]), themes(row["second_reading"]) if row["second_reading"] else None)
            for row in csv.DictReader(file)
        )


def examples() -> tuple[Labelled, ...]:
    """Return the codebook's worked examples: short sentences to learn from, and never measured on."""
    with (FOLDER / "examples.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Labelled(row["text"], "example", themes(row["themes"]), None) for row in csv.DictReader(file))


def themes(written: str) -> frozenset[str]:
    """Return the themes of a cell."""
    return frozenset(written.split()) - {NONE}
