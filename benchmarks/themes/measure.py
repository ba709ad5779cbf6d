"""How well themes are suggested, on the third of the labelled comments that nothing was learned from or chosen by.

    .venv/bin/python benchmarks/themes/measure.py

Beside it TF-IDF: the same heads over words (one and two) and groups of letters, with its own threshold by the same cross-validation,
once learned from the same texts and once from the labelled comments alone. Then the two readings, near-copies, and the time.
"""

import re
import socket
import sys
import time
from collections import Counter
from itertools import pairwise
from typing import NoReturn

import numpy as np
from heads import f1_each, macro_f1, trained
from labelled import UNSEEN, Labelled, comments, examples
from train import FOLDS, KEYS, THRESHOLDS, folds_of, ticks

from services.worker.reading.sentences import meanings
from services.worker.reading.themes import digest, heads, scored, suggested_themes
from stop_search.learning.theme_rules import agreement, looks_english

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
NEAR = 0.5  # share of groups of letters in common from which two texts are near-copies
RIDGES = (0.3, 1.0)


def terms(text: str) -> Counter[str]:
    """Return a text's words, pairs of words, and groups of 2 to 5 letters, each as often as it occurs."""
    words = WORD.findall(text.lower())
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    letters = [f"_{w}_"[at : at + size] for w in (f" {each} " for each in words) for size in range(2, 6) for at in range(len(w) - size + 1)]
    return Counter([*words, *pairs, *letters])


class TfIdf:
    """Sublinear TF-IDF over whatever terms were learned from, rows of length 1."""

    def __init__(self, texts: list[str]) -> None:
        """Learn terms and their rarity."""
        counted = [terms(text) for text in texts]
        spread = Counter(term for counts in counted for term in counts)
        self.place = {term: at for at, term in enumerate(sorted(spread))}
        self.rarity = {term: np.log((1 + len(texts)) / (1 + spread[term])) + 1 for term in self.place}

    def rows(self, texts: list[str]) -> np.ndarray:
        """Return a row for each text."""
        found = np.zeros((len(texts), len(self.place)), dtype=np.float32)
        for row, text in zip(found, texts, strict=True):
            for term, count in terms(text).items():
                if term in self.place:
                    row[self.place[term]] = (1 + np.log(count)) * self.rarity[term]
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def by_tf_idf(given: tuple[Labelled, ...], asked: tuple[Labelled, ...], ridge: float) -> np.ndarray:
    """Return scores of `asked` by heads learned from `given`."""
    known = TfIdf([one.text for one in given])
    rows = known.rows([one.text for one in given])
    alpha, biases = trained(rows @ rows.T, ticks(given), ridge=ridge)
    return 1 / (1 + np.exp(-(known.rows([one.text for one in asked]) @ (rows.T @ alpha) + biases)))


def baseline(seen: tuple[Labelled, ...], extra: tuple[Labelled, ...], unseen: tuple[Labelled, ...]) -> tuple[np.ndarray, float]:
    """Return (said of the unseen, its macro-F1 in cross-validation): ridge and threshold are chosen as ours are."""
    folds, best = folds_of(seen), (0.0, 0.0, 0.0)
    for ridge in RIDGES:
        scores = np.zeros((len(seen), len(KEYS)))
        for fold in range(FOLDS):
            kept = tuple(one for one, each in zip(seen, folds, strict=True) if each != fold)
            scores[folds == fold] = by_tf_idf((*kept, *extra), tuple(np.array(seen, dtype=object)[folds == fold]), ridge)
        best = max(best, *((macro_f1(ticks(seen), (scores >= limit).astype(int)), ridge, float(limit)) for limit in THRESHOLDS))
    found, ridge, limit = best
    return (by_tf_idf((*seen, *extra), unseen, ridge) >= limit).astype(int), found


def near_copies(texts: tuple[Labelled, ...], extra: tuple[Labelled, ...]) -> list[tuple[float, str, str]]:
    """Return pairs of a text of the unseen third and one of the others that share more than half of their groups of five letters."""
    groups = {one.text: {one.text.lower()[at : at + 5] for at in range(max(1, len(one.text) - 4))} for one in (*texts, *extra)}
    unseen = [one.text for one in texts if one.third == UNSEEN]
    others = [one.text for one in (*texts, *extra) if one.third != UNSEEN or one in extra]
    alike = ((len(groups[a] & groups[b]) / len(groups[a] | groups[b]), a, b) for a in unseen for b in others)
    return sorted(pair for pair in alike if pair[0] >= NEAR)


def no_network(*_: object) -> NoReturn:
    """Refuse every connection: what is measured must not make one."""
    message = "a connection was opened"
    raise RuntimeError(message)


def timed(texts: list[str]) -> tuple[float, float, float]:
    """Return milliseconds for each text: the language model alone, all of it by the clock, all of it by the processor."""
    began = time.perf_counter()
    meanings(texts)
    alone, began, used = time.perf_counter() - began, time.perf_counter(), time.process_time()
    suggested_themes(texts)
    each = 1000 / len(texts)
    return alone * each, (time.perf_counter() - began) * each, (time.process_time() - used) * each


def main() -> int:
    """Measure and print."""
    socket.socket.connect = no_network  # type: ignore[method-assign]
    everything, extra = comments(), examples()
    seen, unseen = tuple(c for c in everything if c.third != UNSEEN), tuple(c for c in everything if c.third == UNSEEN)
    known, truth = heads(), ticks(unseen)
    said = (np.array(scored([one.text for one in unseen], known)) >= known["threshold"]).astype(int)
    print(f"{len(everything)} comments, {len(seen)} seen, {len(unseen)} unseen; {len(extra)} examples; model {digest()}")
    same, same_cv = baseline(seen, extra, unseen)
    alone, alone_cv = baseline(seen, (), unseen)
    print(f"macro-F1 on the unseen third: suggested {macro_f1(truth, said):.3f}")
    right = (truth & said).sum()
    print(f"  of what is suggested {right / said.sum():.2f} is right, of what is there {right / truth.sum():.2f} is suggested")
    print(f"  TF-IDF, learned from the same texts {macro_f1(truth, same):.3f} (cross-validated {same_cv:.3f})")
    print(f"  TF-IDF, learned from the labelled comments alone {macro_f1(truth, alone):.3f} (cross-validated {alone_cv:.3f})")
    twice = [(one.themes, one.second) for one in everything if one.second is not None]
    print(f"| theme | n | suggested F1 | TF-IDF F1 | alpha of two readings ({len(twice)}) |\n|---|---|---|---|---|")
    for place, (ours, theirs) in enumerate(zip(f1_each(truth, said), f1_each(truth, same), strict=True)):
        alpha = agreement(twice, KEYS[place]).alpha
        print(f"| {KEYS[place]} | {truth[:, place].sum()} | {ours:.2f} | {theirs:.2f} | {'-' if alpha is None else f'{alpha:.2f}'} |")
    copies = near_copies(everything, extra)
    print(f"near-copies across the thirds: {len(copies)}", *(f"\n  {share:.2f} {a!r} {b!r}" for share, a, b in copies))
    english = [looks_english(one.text) for one in everything]
    print(
        f"taken as English: {sum(english)} of {len(english)}",
        *(f"\n  {one.text!r}" for one, is_it in zip(everything, english, strict=True) if not is_it),
    )
    print(
        "ms a text: model alone {:.1f}, all {:.1f} by the clock, {:.1f} by the processor; connections: 0".format(
            *timed([c.text for c in unseen])
        )
    )
    return 1 if copies else 0


if __name__ == "__main__":
    sys.exit(main())
