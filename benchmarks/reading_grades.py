"""How hard the English of the public's pages and forms is to read: a table for docs/reading-grades.md.

.venv/bin/python benchmarks/reading_grades.py
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.reading import WORD, counted, longest_sentence, texts_for_the_public


def main() -> None:
    """Print one line for each file."""
    print("| file | words | words a sentence | syllables a word | longest sentence | grade |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, lines in texts_for_the_public().items():
        found, longest = counted(lines), len(WORD.findall(longest_sentence(lines)))
        per_sentence, per_word = found.words / found.sentences, found.syllables / found.words
        print(f"| {name} | {found.words} | {per_sentence:.1f} | {per_word:.2f} | {longest} | {found.grade:.1f} |")


if __name__ == "__main__":
    main()
