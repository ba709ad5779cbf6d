"""Learn the heads that suggest themes, from the first two thirds of the labelled comments and the codebook's worked examples.

    .venv/bin/python benchmarks/themes/train.py

Writes `services/worker/reading/heads.npz`. What is chosen here (how much spelling counts, how smooth the heads are, from which score a
theme is suggested) is chosen by five-fold cross-validation over those two thirds. The last third is for `measure.py` alone.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from heads import macro_f1, trained
from labelled import UNSEEN, Labelled, comments, examples

from services.worker.reading.sentences import meanings
from services.worker.reading.spellings import spelling
from services.worker.reading.themes import HEADS, sentences
from stop_search.codes.themes import codebook_version, themes

SHARES, RIDGES = (0.0, 1.0, 1.4), (0.3,)
THRESHOLDS = np.arange(0.3, 0.8, 0.025)
FOLDS = 5
KEYS = tuple(theme.key for theme in themes())


@dataclass(frozen=True)
class Read:
    """A text's vectors: its meaning, and the spelling of the whole first, then of its sentences."""

    meaning: np.ndarray
    spellings: np.ndarray


@dataclass(frozen=True)
class Learned:
    """Heads over features: everything that `heads.npz` keeps but the threshold."""

    weights: np.ndarray
    biases: np.ndarray
    rarity: np.ndarray
    share: float
    uses_meaning: bool = True

    def scores(self, read: Read) -> np.ndarray:
        """Return each theme's score, as `services/worker/reading/themes.py` works it out."""
        spelt = rare(read.spellings, self.rarity) * self.share
        meant = np.tile(read.meaning * self.uses_meaning, (len(spelt), 1))
        logits = np.hstack([meant, spelt]) @ self.weights + self.biases
        likely = 1 / (1 + np.exp(-logits))
        return (likely[0] + likely[1:].max(axis=0)) / 2


def read(texts: tuple[Labelled, ...]) -> list[Read]:
    """Return the vectors of texts."""
    parts = [(one.text, *sentences(one.text)) for one in texts]
    meant = meanings([one.text for one in texts])
    return [Read(own, np.array([spelling(part) for part in each])) for own, each in zip(meant, parts, strict=True)]


def ticks(texts: tuple[Labelled, ...]) -> np.ndarray:
    """Return 1 where a text has a theme: a row for each text, a column for each theme."""
    return np.array([[key in one.themes for key in KEYS] for one in texts]).astype(int)


def rare(spellings: np.ndarray, rarity: np.ndarray) -> np.ndarray:
    """Return spellings weighted by the rarity of their groups of letters, of length 1."""
    weighted = spellings * rarity
    return weighted / np.maximum(np.linalg.norm(weighted, axis=1, keepdims=True), 1e-9)


def learn(given: list[Read], ticked: np.ndarray, *, share: float, ridge: float, uses_meaning: bool = True) -> Learned:
    """Return heads learned from whole texts."""
    meanings = np.array([one.meaning for one in given]) * uses_meaning
    spellings = np.array([one.spellings[0] for one in given])
    rarity = np.log((1 + len(spellings)) / (1 + (spellings > 0).sum(axis=0))) + 1
    features = np.hstack([meanings, rare(spellings, rarity) * share])
    alpha, biases = trained(features @ features.T, ticked, ridge=ridge)
    return Learned(features.T @ alpha, biases, rarity, share, uses_meaning)


def validated(
    seen: list[Read], ticked: np.ndarray, folds: np.ndarray, extra: tuple[list[Read], np.ndarray], **how: float | bool
) -> tuple[float, float]:
    """Return the best (macro-F1, threshold) over held-out folds."""
    scores = np.zeros(ticked.shape)
    for fold in range(FOLDS):
        kept, left = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        learned = learn([*(seen[i] for i in kept), *extra[0]], np.vstack([ticked[kept], extra[1]]), **how)
        scores[left] = [learned.scores(seen[i]) for i in left]
    return max((macro_f1(ticked, (scores >= limit).astype(int)), float(limit)) for limit in THRESHOLDS)


def folds_of(texts: tuple[Labelled, ...]) -> np.ndarray:
    """Return the fold of each text, by the text alone."""
    return np.array([int(hashlib.sha256(f"fold {one.text}".encode()).hexdigest(), 16) % FOLDS for one in texts])


def main() -> None:
    """Choose, learn, write."""
    seen, shown = tuple(one for one in comments() if one.third != UNSEEN), examples()
    vectors, extra = read(seen), (read(shown), ticks(shown))
    tried = []
    for share in SHARES:
        for ridge in RIDGES:
            found = validated(vectors, ticks(seen), folds_of(seen), extra, share=share, ridge=ridge)
            tried.append((*found, share, ridge))
            print(f"share {share} ridge {ridge}: macro-F1 {found[0]:.3f} at {found[1]:.3f}", flush=True)
    _, threshold, share, ridge = max(tried)
    heads = learn([*vectors, *extra[0]], np.vstack([ticks(seen), extra[1]]), share=share, ridge=ridge)
    kept = {"weights": heads.weights.astype(np.float16), "biases": heads.biases, "rarity": heads.rarity.astype(np.float16)}
    np.savez_compressed(HEADS, themes=np.array(KEYS), share=share, threshold=threshold, codebook=codebook_version(), **kept)
    print(f"learned from {len(seen)} comments and {len(shown)} examples; share {share}, ridge {ridge}, threshold {threshold:.3f}")


if __name__ == "__main__":
    main()
