"""Check published draws with Python's standard library alone: python3 verify/draw.py FOLDER [FOLDER ...] [--anchors anchors.json].

A FOLDER holds manifest.json, frame.csv, draw.json, tickets.csv, outcomes.csv; beacon.py, draw_forms.py, draw_order.py lie beside this.
anchors.json is what was known outside before chance decided: never take it from the force. Several folders are checked against each other.
Is a stop in the frame? python3 verify/draw.py FOLDER --stop stop.json, which is what the page of its receipt gave.
Exit 0: nothing is wrong; 1: something is; 2: cannot read. docs/draws.md tells every rule; draw.html says the same sentences in a browser.
"""

import sys
from datetime import UTC, datetime
from fractions import Fraction
from math import prod
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import draw_forms as forms
from beacon import QUICKNET, beacon_problem
from draw_forms import below, canonical, digest, document, lines_of, path_holds, root_of, ticket
from draw_order import anchor_problems, order_problems, said

MOST = 20  # sentences at once
YES = ("no", "yes")
UNANCHORED = """OK as far as it goes: the files agree with one another.
Not checked: whether the manifests were known outside before chance decided. Without that, all could have been made anew together.
Take anchors.json from somebody outside the force, and give it with --anchors."""


def chosen_of(manifest: forms.Fields, rows: list[forms.Row], tickets: dict[str, str]) -> tuple[set[str], set[str]]:
    """Return the tokens that are drawn, and those for the panel."""
    panel, drawn, shown, strata = manifest["design"]["panel"], set(), set(), {}
    if manifest["stream"] == "cover":
        groups = {}
        for row in rows:
            groups.setdefault(row[4], []).append((tickets[row[0]], row[0], row[5]))
        return {min(group)[1] for group in groups.values() if all(before == "no" for _, _, before in group)}, set()
    for token, num, den, _ in rows:
        pair = (int(num), int(den))
        strata.setdefault(pair, []).append((tickets[token], token))
        drawn |= {token} if below(tickets[token], pair) else set()
        shown |= {token} if below(tickets[token], panel, pair) else set()
    if "method" in manifest["design"]:  # so many of each stratum: those with the smallest tickets
        for (num, den), ranked in strata.items():
            if num < den:
                names = [token for _, token in sorted(ranked)]
                drawn, shown = drawn - {*names} | {*names[:num]}, shown - {*names} | {*names[: num * panel[0] // panel[1]]}
    return drawn, shown & drawn


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
        tokens, pairs, shares, design = [row[0] for row in self.rows], {}, {}, fixed["design"]
        for _, num, den, *_ in self.rows:
            pairs[int(num), int(den)] = pairs.get((int(num), int(den)), 0) + 1
        for (num, den), n in pairs.items():
            shares[Fraction(num, den)] = shares.get(Fraction(num, den), 0) + n
        stated = [tuple(pair) for pair in (*design["classes"].values(), design["second"], design["panel"])]
        small = [share for share, n in shares.items() if n < 10 and share != max(shares)]  # noqa: PLR2004 -- the protocol's number
        return said(
            (tokens != sorted(set(tokens)), "frame.csv: the tokens are not sorted, or one is there twice."),
            (
                any(num > den for num, den in pairs) or any(num > den or not den for num, den in stated),
                "frame.csv, manifest.json: a probability is above 1, or is none.",
            ),
            (is_main and not pairs.keys() <= {*stated[:-2]}, "frame.csv: a probability is not one of the design's."),
            (fixed["size"] != len(tokens), f"manifest.json: the size is {fixed['size']}, but the frame has {len(tokens)} rows."),
            (fixed["counts"] != sorted([*pair, n] for pair, n in pairs.items()), "manifest.json: the counts are not those of the frame."),
            (fixed["root"] != root_of(",".join(row) for row in self.rows), "manifest.json: the root is not that of the frame."),
            (is_main and (small or len(shares.keys() - {1}) > 4), "frame.csv: it shows too much: small classes go with others."),  # noqa: PLR2004
            ("method" in design and any(num < den != n for (num, den), n in pairs.items()), "frame.csv: a stratum has another size."),
            ((fixed["sequence"] == 1) != (fixed["previous"] is None), "manifest.json: only draw 1 of a scope has none before it."),
            (fixed["period_start"] > fixed["period_end"], "manifest.json: the period ends before it starts."),
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
            problems += [
                f"draw.json: {problem}" for problem in ([] if problems else [beacon_problem(named["round"], signature)]) if problem
            ]
        self.seed = digest("stop-search/draw-seed/v2\n", bytes.fromhex(self.digest), "\n", text).hex()
        return problems + said(
            (self.told["drawn_at"] < max(fixed_at, self.known_at), "draw.json: it was drawn before there was the chance.")
        )

    def selection(self) -> list[str]:
        """Return where draw.json and tickets.csv differ from the draw made again."""
        is_cover, rows, lines = self.manifest["stream"] == "cover", self.rows, []
        stream, second = (digest(f"{self.seed}/{name}").hex() for name in ("cover" if is_cover else "review", "second"))
        tickets = {row[0]: ticket(stream, row[0]) for row in rows}
        self.drawn, panel = chosen_of(self.manifest, rows, tickets)
        again = {token for token in self.drawn if below(ticket(second, token), self.manifest["design"]["second"])}
        groups = {}
        for row in rows if is_cover else ():
            groups.setdefault(row[4], []).append(Fraction(int(row[1]), int(row[2])))
        added = {group: Fraction(1, len(chances)) * prod(1 - chance for chance in chances) for group, chances in groups.items()}
        for token, num, den, _, *more in rows:
            whole = Fraction(int(num), int(den)) + added[more[0]] if is_cover else 0
            last = f"{whole.numerator}/{whole.denominator}" if is_cover else YES[token in panel]
            lines.append(",".join((token, tickets[token], *(YES[token in some] for some in (self.drawn, again)), last)))
        expected = [f"token,ticket,drawn,second,{'probability' if is_cover else 'panel'}", *lines, ""]
        found = self.files["tickets.csv"].split("\n")
        told = {"format": "stop-search/draw/v2", "draw": self.manifest["draw"], "manifest_sha256": self.digest, "seed": self.seed}
        told["drawn"] = len(self.drawn)
        wrong = [n for n, (line, wanted) in enumerate(zip(found, expected, strict=False)) if line != wanted]
        return (
            [f"draw.json: {name} is not what follows from the rest." for name in sorted(told) if told[name] != self.told[name]]
            + said((len(found) != len(expected), f"tickets.csv: it has {len(found) - 1} lines where there should be {len(expected) - 1}."))
            + [f"tickets.csv, line {n + 1}: it should be {expected[n] or 'the end'}." for n in wrong[:3]]
        )

    def ends(self) -> list[str]:
        """Return what is wrong with the chain of outcomes."""
        head = "n,token,outcome,reason,rank,review,at,hash"
        self.outcomes, problems = lines_of("outcomes.csv", self.files["outcomes.csv"], head, forms.OUTCOME)
        before, day, open_ones = self.digest, self.told["drawn_at"][:10], set(self.drawn)
        for n, (*cells, link) in enumerate(self.outcomes if not problems else (), start=1):
            follows = digest("stop-search/draw-outcome/v1\n", before, "\n", ",".join(cells)).hex()
            problems += said(
                (cells[0] != str(n) or link != follows, f"outcomes.csv, line {n + 1}: it does not follow from the line above."),
                (cells[1] not in open_ones, f"outcomes.csv, line {n + 1}: this stop was not drawn, or has an outcome already."),
                (cells[6] < day, f"outcomes.csv, line {n + 1}: its date is before the draw's or that of the line above."),
            )
            before, day, open_ones = link, cells[6], open_ones - {cells[1]}
        return problems


def read_anchors(text: str) -> tuple[forms.Fields, list[str]]:
    """Return anchors.json and what is wrong with it."""
    anchors, problems = document("anchors.json", text, forms.ANCHORS, by_hand=True)
    if problems:
        return {}, problems
    for one, patterns in [(one, forms.ANCHOR) for one in anchors["anchors"]] + [(one, forms.LINK) for one in anchors["outcomes"]]:
        problems = problems or document("anchors.json", canonical(one), patterns)[1]
    return anchors, problems


def verdict(bundles: dict[str, Published], anchors: str | None = None) -> list[str]:
    """Return what is wrong with draws, `bundles` mapping a name to Published, and with them beside one another and beside anchors.json."""
    known, problems = ({}, []) if anchors is None else read_anchors(anchors)
    known = {} if problems else known
    for name, one in bundles.items():
        more = anchor_problems(one, known) if known and not one.problems else []
        problems += [f"{name}: {problem}" if len(bundles) > 1 else problem for problem in one.problems + more]
    return problems or order_problems(list(bundles.values()))


def summary(one: Published) -> str:
    """Return what is said of a draw that nothing is wrong with."""
    fixed, given = one.manifest, one.told["randomness"]
    chance = f"dice; witnesses: {'; '.join(given['witnesses'])}" if "digits" in given else f"drand round {given['round']}, {one.known_at}"
    return (
        f"Draw {fixed['sequence']} of {fixed['scope']} ({fixed['stream']}), {fixed['period_start']} to {fixed['period_end']}: "
        f"{len(one.drawn)} of {len(one.rows)} drawn, {len(one.drawn) - len(one.outcomes)} without an outcome yet.\n"
        f"  Chance: {chance}.\n  Manifest: {one.digest}"
    )


def stop_problem(bundle: Published, text: str) -> str | None:
    """Return why a stop, as the page of its receipt told it, is not in a draw's frame, or None where it is."""
    fixed = bundle.manifest
    stop, problems = document("stop.json", text, forms.STOP, by_hand=True)
    if problems:
        return problems[0]
    if (stop["draw"], stop["size"]) != (fixed["draw"], fixed["size"]):
        return "stop.json: it is about another draw."
    if not path_holds(stop["row"], stop["path"], stop["index"], stop["size"], fixed["root"]):
        return "stop.json: its path does not lead to the root of this draw's frame. The stop is not in it as it was told."
    return None


def main(arguments: list[str]) -> int:
    """Check folders, say what was found, return the exit code."""
    given: dict[str, str | None] = {"--anchors": None, "--stop": None}
    try:
        for option in given:
            if option in arguments:
                at = arguments.index(option)
                given[option] = Path(arguments[at + 1]).read_bytes().decode("latin-1")
                arguments = arguments[:at] + arguments[at + 2 :]
        texts = {folder: {name: (Path(folder) / name).read_bytes().decode("latin-1") for name in forms.FILES} for folder in arguments}
    except (OSError, IndexError) as error:
        print(f"Cannot read: {error}")
        return 2
    if not texts or (given["--stop"] and len(texts) > 1):
        print(__doc__)
        return 2
    bundles, stop = {folder: Published(files) for folder, files in texts.items()}, given["--stop"]
    problems = verdict(bundles, given["--anchors"])
    problems += [problem] if stop and not problems and (problem := stop_problem(*bundles.values(), stop)) else []
    if problems:
        print("\n".join([*problems[:MOST], f"FAILED: {len(problems)} problem(s)."]))
        return 1
    print("\n".join(summary(one) for one in bundles.values()))
    print("This stop is in the frame, as it was told.\n" * bool(stop) + (UNANCHORED if given["--anchors"] is None else "OK: all agrees."))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
