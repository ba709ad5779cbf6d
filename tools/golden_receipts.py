"""Writes a layout's golden files anew: `python tools/golden_receipts.py LAYOUT`.

Only for a layout that nobody holds yet, or after the renderer itself changed and the pages of both were looked at.
A layout that was issued keeps its words for good: other words are another layout (docs/decisions/0012).
"""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.golden_receipts import GOLDEN, golden_files


def main(layout: int) -> None:
    """Draw everything, then replace the layout's folder."""
    files, folder = golden_files(layout), GOLDEN / f"v{layout}"
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    print(f"{folder}: {len(files)} files")


if __name__ == "__main__":
    main(int(sys.argv[1]))
