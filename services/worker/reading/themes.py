"""Which themes a text may be about, each with a score from 0 to 1: heads trained on invented comments, over meaning and spelling.

Whatever is long speaks of several things: the score is the mean of the whole text's and of its best sentence's.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np

from services.worker.reading.sentences import SHA256, meaning
from services.worker.reading.spellings import spelling
from stop_search.learning.theme_rules import Suggested

HEADS = Path(__file__).with_name("heads.npz")
ENDS = re.compile(r"(?<=[.!?])\s+|\s*;\s+|\s+but\s+", re.IGNORECASE)
SHORTEST_SENTENCE = 4  # characters
LONGEST_READ = 12  # sentences: a text of 4,000 characters must not take a minute


@cache
def heads() -> dict[str, np.ndarray]:
    """Return what `benchmarks/themes/train.py` learned: `themes`, `weights`, `biases`, `rarity`, `share`, `threshold`, `codebook`."""
    with np.load(HEADS, allow_pickle=False) as kept:
        return {name: kept[name] for name in kept.files}


def codebook() -> int:
    """Return the version of the codebook whose themes are suggested."""
    return int(heads()["codebook"])


@cache
def digest() -> str:
    """Return what tells this model from any other: 16 hex digits over the language model's digest and the heads."""
    return hashlib.sha256(SHA256.encode() + HEADS.read_bytes()).hexdigest()[:16]


def suggested_themes(text: str) -> tuple[Suggested, ...]:
    """Return the themes whose score reaches the threshold, the likeliest first."""
    known = heads()
    scores = scored(text, known)
    found = [Suggested(str(key), round(float(score), 4)) for key, score in zip(known["themes"], scores, strict=True)]
    return tuple(sorted((each for each in found if each.score >= known["threshold"]), key=lambda each: -each.score))


def scored(text: str, known: dict[str, np.ndarray]) -> np.ndarray:
    """Return the score of each theme, in the heads' order."""
    parts = [text, *(part for part in sentences(text) if part != text)]
    logits = np.array([features(part, known["rarity"], float(known["share"])) for part in parts]) @ known["weights"].astype(np.float32)
    likely = 1 / (1 + np.exp(-(logits + known["biases"])))
    return (likely[0] + (likely[1:] if len(parts) > 1 else likely).max(axis=0)) / 2


def features(text: str, rarity: np.ndarray, share: float) -> np.ndarray:
    """Return a text's features: its meaning, and its spelling weighted by the groups' rarity and by `share`."""
    spelt = spelling(text) * rarity
    length = np.linalg.norm(spelt)
    return np.concatenate([meaning(text), spelt / length * share if length else spelt])


def sentences(text: str) -> tuple[str, ...]:
    """Return a text's sentences, or the text itself where it has but one."""
    found = (part.strip() for part in ENDS.split(text))
    return tuple(_first(part for part in found if len(part) >= SHORTEST_SENTENCE)) or (text,)


def _first(parts: Iterable[str]) -> list[str]:
    return list(parts)[:LONGEST_READ]
