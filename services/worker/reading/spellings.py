"""How a text is spelt, as counts of its groups of letters: what the language model overlooks in dialect, slang and rare words."""

import re
import zlib

import numpy as np

WIDTH = 4096  # groups share places: few enough to keep beside the code, enough that sharing costs next to nothing
SHORTEST, LONGEST = 3, 5
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def spelling(text: str) -> np.ndarray:
    """Return the logarithmic counts of a text's groups of 3 to 5 letters, by place, of length 1 (0 where it has no letters)."""
    counts = np.zeros(WIDTH, dtype=np.float32)
    for word in WORD.findall(text.lower()):
        edged = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            for start in range(max(1, len(edged) - size + 1)):
                counts[zlib.crc32(edged[start : start + size].encode()) % WIDTH] += 1
    told = np.log1p(counts)
    length = np.linalg.norm(told)
    return told / length if length else told
