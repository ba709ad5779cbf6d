"""Check a published draw with Python's standard library alone: python3 verify/draw.py FOLDER [DIGEST].

FOLDER holds manifest.json, draw.json and tickets.csv. DIGEST is the manifest's SHA-256 as it was known before the randomness was:
without it, this shows only that the files agree with one another. Exit 0: everything agrees; 1: something does not; 2: cannot read.
"""

import csv
import hashlib
import json
import sys
from pathlib import Path

HEX_64 = 64
MANIFEST_FIELDS = {"format", "draw", "scope", "period_start", "period_end", "design", "period_key_digest", "size", "frame"}
DRAW_FIELDS = {"format", "draw", "manifest_sha256", "randomness", "seed", "drawn"}


def sha256(*parts: bytes) -> "hashlib._Hash":
    """Return the SHA-256 of the parts, one behind the other."""
    return hashlib.sha256(b"".join(parts))


def is_hex(text: object) -> bool:
    """Return whether this is 64 lower-case hex digits."""
    return isinstance(text, str) and len(text) == HEX_64 and set(text) <= set("0123456789abcdef")


def is_probability(pair: object) -> bool:
    """Return whether this is [numerator, denominator] in whole numbers, above 0 and at most 1."""
    return isinstance(pair, list) and len(pair) == 2 and all(type(n) is int for n in pair) and 0 < pair[0] <= pair[1]  # noqa: PLR2004


def manifest_problems(manifest: dict) -> list[str]:
    """Return what is wrong with the frame as such."""
    if set(manifest) != MANIFEST_FIELDS or manifest["format"] != "stop-search/draw-manifest/v1":
        return ["manifest.json: fields are missing or do not belong there"]
    if not isinstance(manifest["design"], dict) or not all(map(is_probability, manifest["design"].values())):
        return ["manifest.json: the design is not a probability for each class"]
    frame = manifest["frame"]
    if not all(isinstance(row, list) and len(row) == 3 and is_hex(row[0]) and is_probability(row[1:]) for row in frame):  # noqa: PLR2004
        return ["manifest.json: a row of the frame is not [token, numerator, denominator]"]
    problems = []
    tokens = [row[0] for row in frame]
    if tokens != sorted(set(tokens)):
        problems.append("manifest.json: the tokens are not sorted, or one is there twice")
    if any(row[1:] not in manifest["design"].values() for row in frame):
        problems.append("manifest.json: a probability in the frame is not one of the design's")
    if type(manifest["size"]) is not int or manifest["size"] != len(frame):
        problems.append(f"manifest.json: the size says {manifest['size']}, the frame has {len(frame)} rows")
    return problems


def drawn_again(manifest: dict, randomness: str) -> tuple[str, str, list[list[str]]]:
    """Return the manifest's digest, the seed, and for each row of the frame its ticket and whether it is drawn."""
    canonical = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    digest = sha256(b"stop-search/draw-manifest/v1\n", canonical)
    seed = sha256(b"stop-search/draw-seed/v1\n", digest.digest(), b"\n", randomness.encode())
    rows = []
    for token, numerator, denominator in manifest["frame"]:
        ticket = sha256(seed.digest(), token.encode()).hexdigest()
        drawn = int(ticket, 16) * denominator < numerator * 2**256
        rows.append([token, str(numerator), str(denominator), ticket, "yes" if drawn else "no"])
    return digest.hexdigest(), seed.hexdigest(), rows


def draw_problems(manifest: dict, draw: dict, tickets: list[list[str]]) -> list[str]:
    """Return what does not agree with the draw made again."""
    if set(draw) != DRAW_FIELDS or draw["format"] != "stop-search/draw/v1" or not isinstance(draw["randomness"], str):
        return ["draw.json: fields are missing or do not belong there"]
    digest, seed, rows = drawn_again(manifest, draw["randomness"])
    problems = []
    if draw["draw"] != manifest["draw"]:
        problems.append("draw.json: it names another draw than the manifest")
    if draw["manifest_sha256"] != digest:
        problems.append(f"draw.json: the manifest's digest is {digest}; the manifest was changed, or belongs to another draw")
    if draw["seed"] != seed:
        problems.append(f"draw.json: the seed from this manifest and this randomness is {seed}")
    if draw["drawn"] != [row[0] for row in rows if row[4] == "yes"]:
        problems.append("draw.json: the tokens drawn are not those that the seed draws")
    expected = [["token", "numerator", "denominator", "ticket", "drawn"], *rows]
    if len(tickets) != len(expected):
        problems.append(f"tickets.csv: {len(tickets)} lines where there should be {len(expected)}")
    for number, (found, wanted) in enumerate(zip(tickets, expected, strict=False), start=1):
        if found != wanted:
            problems.append(f"tickets.csv, line {number}: {','.join(found)} should be {','.join(wanted)}")
    return problems


def read(folder: Path) -> tuple[dict, dict, list[list[str]]]:
    """Return manifest, draw and tickets. Raises OSError and ValueError."""
    with (folder / "tickets.csv").open(encoding="ascii", newline="") as file:
        tickets = list(csv.reader(file))
    manifest = json.loads((folder / "manifest.json").read_text("ascii"))
    draw = json.loads((folder / "draw.json").read_text("ascii"))
    if not isinstance(manifest, dict) or not isinstance(draw, dict) or not isinstance(manifest.get("frame"), list):
        message = "manifest.json or draw.json is not what it should be"
        raise ValueError(message)  # noqa: TRY004 -- the file's fault, not a caller's
    return manifest, draw, tickets


def main(arguments: list[str]) -> int:
    """Check one folder, print what was found, return the exit code."""
    if len(arguments) not in {1, 2}:
        print(__doc__)
        return 2
    try:
        manifest, draw, tickets = read(Path(arguments[0]))
    except (OSError, ValueError, RecursionError) as error:
        print(f"Cannot read the folder: {error}")
        return 2
    problems = manifest_problems(manifest) or draw_problems(manifest, draw, tickets)
    anchored = len(arguments) == 2  # noqa: PLR2004
    if anchored and not problems and draw["manifest_sha256"] != arguments[1].strip().lower():
        problems = ["manifest.json: it is not the manifest whose digest was known before the draw"]
    for problem in problems[:20]:
        print(problem)
    if problems:
        print(f"FAILED: {len(problems)} problem(s).")
        return 1
    print(f"OK: {len(draw['drawn'])} of {len(manifest['frame'])} drawn, as the seed says. Manifest SHA-256 {draw['manifest_sha256']}")
    if not anchored:
        print("Not checked: whether this manifest was fixed before the randomness was known. Give its digest of that time to check it.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
