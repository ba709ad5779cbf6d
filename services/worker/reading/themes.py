"""Which themes a text may be about, each with a score from 0 to 1: heads trained on invented comments, over meaning and spelling.

Whatever is long speaks of several things: the score is the mean of the whole text's and of its best sentence's. A sentence is told
from the others by its spelling; its meaning is the whole text's, so that the language model runs once.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from services.worker.reading.sentences import SHA256, meanings
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
        return {name: kept[name].astype(np.float32) if kept[name].dtype == np.float16 else kept[name] for name in kept.files}


def codebook() -> int:
    """Return the version of the codebook whose themes are suggested."""
    return int(heads()["codebook"])


@cache
def digest() -> str:
    """Return what tells this model from any other: 16 hex digits over the language model's digest and the heads."""
    return hashlib.sha256(SHA256.encode() + HEADS.read_bytes()).hexdigest()[:16]


def suggested_themes(texts: Sequence[str]) -> list[tuple[Suggested, ...]]:
    """Return, for each text, the themes whose score reaches the threshold, the likeliest first."""
    known = heads()
    return [_suggested(scores, known) for scores in scored(texts, known)]


def _suggested(scores: np.ndarray, known: dict[str, np.ndarray]) -> tuple[Suggested, ...]:
    found = [Suggested(str(key), round(float(score), 4)) for key, score in zip(known["themes"], scores, strict=True)]
    return tuple(sorted((each for each in found if each.score >= known["threshold"]), key=lambda each: -each.score))


def scored(texts: Sequence[str], known: dict[str, np.ndarray]) -> list[np.ndarray]:
    """Return the score of each theme for each text, in the heads' order."""
    return [_scored(text, meant, known) for text, meant in zip(texts, meanings(texts), strict=True)]


def _scored(text: str, meant: np.ndarray, known: dict[str, np.ndarray]) -> np.ndarray:
    parts, share = [text, *(part for part in sentences(text) if part != text)], float(known["share"])
    features = np.array([np.concatenate([meant, spelt(part, known["rarity"]) * share]) for part in parts])
    likely = 1 / (1 + np.exp(-(features @ known["weights"] + known["biases"])))
    return (likely[0] + (likely[1:] if len(parts) > 1 else likely).max(axis=0)) / 2


def spelt(text: str, rarity: np.ndarray) -> np.ndarray:
    """Return a text's spelling weighted by the rarity of its groups of letters, of length 1 (0 where it has no letters)."""
    weighted = spelling(text) * rarity
    length = np.linalg.norm(weighted)
    return weighted / length if length else weighted


def sentences(text: str) -> tuple[str, ...]:
    """Return a text's sentences, or the text itself where it has but one."""
    found = (part.strip() for part in ENDS.split(text))
    return tuple(_first(part for part in found if len(part) >= SHORTEST_SENTENCE)) or (text,)


def _first(parts: Iterable[str]) -> list[str]:
    return list(parts)[:LONGEST_READ]
