"""Check published draws with Python's standard library alone: python3 verify/draw.py FOLDER [FOLDER ...] [--anchors anchors.json].

A FOLDER holds manifest.json, frame.csv, draw.json, tickets.csv, outcomes.csv; beacon.py, draw_forms.py, draw_order.py lie beside this.
anchors.json is what was known outside before chance decided: never take it from the force. Several folders are checked against each other.
Is a stop in the frame? python3 verify/draw.py FOLDER --stop stop.json, which is what the page of its receipt gave.
Exit 0: nothing is wrong; 1: something is; 2: cannot read. docs/draws.md tells every rule; draw.html says the same sentences in a browser.
"""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import draw_forms as forms
from beacon import QUICKNET, beacon_problem
from draw_forms import added_by_coverage, below, canonical, chosen_of, digest, document, lines_of, root_of, ticket
from draw_order import NO_PERIOD, UNANCHORED, remarks, said, summary, verdict

MOST, MOST_SHARES, FEWEST = 20, 4, 10  # sentences at once; probabilities below 1 in a frame; stops that share one
YES = ("no", "yes")


class Published:
    """One published folder, a mapping of names to texts: what it says, who is drawn, and `problems`, what is wrong with it."""

    def __init__(self, files: dict[str, str]) -> None:
        """Read and check it; a later step is only made when those before found nothing."""
        self.files, self.rows, self.drawn, self.outcomes = files, [], set(), []
        self.manifest, wrong = document("manifest.json", files["manifest.json"], forms.MANIFEST)
        self.told, more = document("draw.json", files["draw.json"], forms.DRAW)
        self.problems = wrong + more
        for step in (self.frame, self.chance, self.selection, self.ends):
            self.problems = self.problems or step()

    def frame(self) -> list[str]:
        """Return what is wrong with the frame, or with the manifest as its cover."""
        fixed, is_main = self.manifest, self.manifest["stream"] == "main"
        self.digest = digest("stop-search/draw-manifest/v2\n", canonical(fixed)).hex()
        self.rows, problems = lines_of("frame.csv", self.files["frame.csv"], *forms.FRAME[fixed["stream"]])
        if problems:
            return problems
        tokens, design = [row[0] for row in self.rows], fixed["design"]
        pairs = Counter((int(row[1]), int(row[2])) for row in self.rows)
        shares = Counter(Fraction(int(row[1]), int(row[2])) for row in self.rows)
        stated = [tuple(pair) for pair in (*design["classes"].values(), design["second"], design["panel"])]
        shows_much = len(shares.keys() - {1}) > MOST_SHARES or any(n < FEWEST and share != max(shares) for share, n in shares.items())
        return said(
            (tokens != sorted(set(tokens)), "frame.csv: the tokens are not sorted, or one is there twice."),
            (any(n > den or not den for n, den in (*pairs, *stated)), "frame.csv, manifest.json: a probability is above 1, or is none."),
            (is_main and not pairs.keys() <= {*stated[:-2]}, "frame.csv: a probability is not one of the design's."),
            (fixed["size"] != len(tokens), f"manifest.json: the size is {fixed['size']}, but the frame has {len(tokens)} rows."),
            (fixed["counts"] != sorted([*pair, n] for pair, n in pairs.items()), "manifest.json: the counts are not those of the frame."),
            (fixed["root"] != root_of(",".join(row) for row in self.rows), "manifest.json: the root is not that of the frame."),
            (is_main and shows_much, "frame.csv: it shows too much: small classes go with others."),
            ("method" in design and any(num < den != n for (num, den), n in pairs.items()), "frame.csv: a stratum has another size."),
            ((fixed["sequence"] == 1) != (fixed["previous"] is None), "manifest.json: only draw 1 of a scope has none before it."),
            (not forms.days_of(fixed), f"manifest.json: {NO_PERIOD}"),
        )

    def chance(self) -> list[str]:
        """Return what is wrong with the source of chance; work out the seed and from when the chance was known."""
        named, given, fixed_at, self.known_at = self.manifest["randomness"], self.told["randomness"], self.manifest["committed_at"], None
        if named["kind"] != given["kind"]:
            return ["draw.json: the manifest names another source of chance."]
        if given["kind"] == "dice":
            self.known_at, text = self.told["drawn_at"], f"dice:{given['digits']}"
            problems = said((len(set(given["witnesses"])) < 2, "draw.json: two different witnesses are not named."))  # noqa: PLR2004
        else:
            made = datetime.fromtimestamp(QUICKNET.genesis + (named["round"] - 1) * QUICKNET.period, UTC)
            self.known_at, signature = f"{made:%Y-%m-%dT%H:%M:%SZ}", bytes.fromhex(given["signature"])
            text = f"drand:{QUICKNET.chain_hash}:{named['round']}:{digest(signature).hex()}"
            problems = said(
                (named["round"] != given["round"], "draw.json: it is not the round that the manifest names."),
                (named["round_at"] != self.known_at, f"manifest.json: round {named['round']} is made at {self.known_at}, not then."),
                (fixed_at >= self.known_at, f"manifest.json: it was fixed when round {named['round']} was known already."),
            )
            problems = problems or said((problem := beacon_problem(named["round"], signature), f"draw.json: {problem}"))
        self.seed = digest("stop-search/draw-seed/v2\n", bytes.fromhex(self.digest), "\n", text).hex()
        is_early = self.told["drawn_at"] < max(fixed_at, self.known_at)
        return problems + said((is_early, "draw.json: it was drawn before there was the chance."))

    def selection(self) -> list[str]:
        """Return where draw.json and tickets.csv differ from the draw made again."""
        is_cover, rows, lines = self.manifest["stream"] == "cover", self.rows, []
        stream, second = (digest(f"{self.seed}/{name}").hex() for name in ("cover" if is_cover else "review", "second"))
        tickets = {row[0]: ticket(stream, row[0]) for row in rows}
        self.drawn, panel = chosen_of(self.manifest, rows, tickets)
        again = {token for token in self.drawn if below(ticket(second, token), self.manifest["design"]["second"])}
        added = added_by_coverage(rows) if is_cover else {}
        for token, num, den, _, *more in rows:
            whole = Fraction(int(num), int(den)) + added[more[0]] if is_cover else 0
            last = f"{whole.numerator}/{whole.denominator}" if is_cover else YES[token in panel]
            lines.append(",".join((token, tickets[token], *(YES[token in some] for some in (self.drawn, again)), last)))
        expected = [f"token,ticket,drawn,second,{'probability' if is_cover else 'panel'}", *lines, ""]
        found = self.files["tickets.csv"].split("\n")
        told = {"format": "stop-search/draw/v2", "draw": self.manifest["draw"], "manifest_sha256": self.digest, "seed": self.seed}
        told |= {"drawn": len(self.drawn)}
        wrong = [n for n, (line, wanted) in enumerate(zip(found, expected, strict=False)) if line != wanted]
        return (
            [f"draw.json: {name} is not what follows from the rest." for name in sorted(told) if told[name] != self.told[name]]
            + said((len(found) != len(expected), f"tickets.csv: it has {len(found) - 1} lines where there should be {len(expected) - 1}."))
            + [f"tickets.csv, line {n + 1}: it should be {expected[n] or 'the end'}." for n in wrong[:3]]
        )

    def ends(self) -> list[str]:
        """Return what is wrong with the chain of outcomes."""
        self.outcomes, problems = lines_of("outcomes.csv", self.files["outcomes.csv"], *forms.OUTCOME)
        before, day, open_ones = self.digest, self.told["drawn_at"][:10], set(self.drawn)
        for n, (*cells, link) in enumerate(self.outcomes if not problems else (), start=1):
            follows = digest("stop-search/draw-outcome/v1\n", before, "\n", ",".join(cells)).hex()
            problems += said(
                (cells[0] != str(n) or link != follows, f"outcomes.csv, line {n + 1}: it does not follow from the line above."),
                (cells[1] not in open_ones, f"outcomes.csv, line {n + 1}: this stop was not drawn, or has an outcome already."),
                (cells[6] < day, f"outcomes.csv, line {n + 1}: its date is before the draw's or that of the line above."),
            )
            before, day = link, cells[6]
            open_ones.discard(cells[1])
        return problems


def main() -> int:
    """Check folders, say what was found, return the exit code."""
    asked = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    asked.add_argument("folders", nargs="+", metavar="FOLDER", type=Path)
    for option in ("--anchors", "--stop"):
        asked.add_argument(option, type=Path)
    given = asked.parse_args()
    try:
        texts = {str(folder): {name: (folder / name).read_bytes().decode("latin-1") for name in forms.FILES} for folder in given.folders}
        anchors, stop = (path and path.read_bytes().decode("latin-1") for path in (given.anchors, given.stop))
    except OSError as error:
        print(f"Cannot read: {error}")
        return 2
    if stop is not None and len(texts) > 1:
        asked.error("a stop is looked for in one folder")
    bundles = {folder: Published(files) for folder, files in texts.items()}
    problems = verdict(bundles, anchors, stop)
    if problems:
        print("\n".join([*problems[:MOST], f"FAILED: {len(problems)} problem(s)."]))
        return 1
    print("\n".join([*map(summary, bundles.values()), *remarks(bundles.values(), anchors)]))
    print("This stop is in the frame, as it was told.\n" * (stop is not None) + (UNANCHORED if anchors is None else "OK: all agrees."))
    return 0


if __name__ == "__main__":
    sys.exit(main())
