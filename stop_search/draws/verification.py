"""Drawing again from published files, and saying what does not agree. Pure; `verify/draw.py` makes the same check and shares nothing.

What is published is made anew from what cannot be worked out (the manifest's terms, the rows, the chance) and compared as text.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from math import prod
from typing import Any, cast

from stop_search.draws.beacon import QUICKNET, beacon_problem, round_time
from stop_search.draws.periods import days_in_words, days_left_out
from stop_search.draws.tickets import (
    COVER,
    REVIEW,
    SECOND,
    Probability,
    canonical,
    dice_text,
    drand_text,
    is_below,
    manifest_digest,
    merkle_root,
    outcome_hash,
    seed,
    stream_seed,
    ticket,
    ticket_order,
)

Fields = dict[str, Any]
FRAME = {"main": "token,numerator,denominator,evidence", "cover": "token,numerator,denominator,evidence,group,drawn_before"}
TICKETS = {"main": "token,ticket,drawn,second,panel", "cover": "token,ticket,drawn,second,probability"}
OUTCOMES = "n,token,outcome,reason,rank,review,at,hash"
TERMS = {  # what a manifest says besides the frame: the form of each
    "draw": "[0-9a-f-]{36}",
    "scope": "force",
    "stream": "main|cover",
    "sequence": "[1-9][0-9]*",
    "previous": "None|[0-9a-f]{64}",
    "size": r"\d+",
    "format": "stop-search/draw-manifest/v2",
    "key_digest": "[0-9a-f]{64}",
    "root": "[0-9a-f]{64}",
    "code_version": ".*",
    "counts": r"\[.*\]",
    "design": ".*",
    "register": ".*",
    "randomness": ".*",
    "period_start": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "period_end": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "committed_at": ".*",
}
PLACE = ("scope", "stream", "period_start", "period_end")
FEW, MANY = 10, 4


def draw_problems(files: Mapping[str, bytes], *, anchors: bytes | None = None) -> list[str]:
    """Draw again from published files and return what does not agree; empty where everything does.

    `anchors`: anchors.json from outside. Without it, files that were all made anew together agree with one another.
    """
    try:
        return _Again(files).problems(None if anchors is None else _object(anchors))
    except KeyError as error:
        return [f"{error} is missing"]
    except (ValueError, TypeError, AttributeError, IndexError, ArithmeticError, RecursionError) as error:
        return [f"the files cannot be read: {error}"]


def draw_remarks(files: Mapping[str, bytes], *, anchors: bytes | None = None) -> list[str]:
    """Return what is not wrong with a draw that was found right, and to be asked about: days between main draws that are in none."""
    told = [_object(files["manifest.json"]), *cast("list[Fields]", [] if anchors is None else _object(anchors)["anchors"])]
    left_out = days_left_out(_period(one) for one in told if one["stream"] == "main")
    return [f"In no main draw that is given or known: {days_in_words(left_out)}. Ask the force why."] if left_out else []


def _object(content: bytes) -> Fields:
    read: object = json.loads(content)
    if not isinstance(read, dict):
        message = "a JSON file holds no object"
        raise TypeError(message)
    return cast("Fields", read)


def _moment(written: str) -> datetime:
    return datetime.strptime(written, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _period(told: Fields) -> tuple[date, date]:
    return date.fromisoformat(told["period_start"]), date.fromisoformat(told["period_end"])


def _table(content: bytes, head: str) -> list[list[str]]:
    first, *lines = content.decode("ascii").split("\n")
    if first != head or lines[-1:] != [""]:
        message = f"a file does not begin with {head}, or its last line has no end"
        raise ValueError(message)
    return [line.split(",") for line in lines[:-1]]


class _Again:
    """One draw, made again."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files, self.fixed, self.told = files, _object(files["manifest.json"]), _object(files["draw.json"])
        self.stream: str = self.fixed["stream"]
        self.rows = _table(files["frame.csv"], FRAME[self.stream])
        self.outcomes = _table(files["outcomes.csv"], OUTCOMES)
        self.pairs = [(int(row[1]), int(row[2])) for row in self.rows]
        self.digest = manifest_digest(self.fixed)
        self.named, self.given = cast("Fields", self.fixed["randomness"]), cast("Fields", self.told["randomness"])
        self.drawn_at, self.fixed_at = _moment(self.told["drawn_at"]), _moment(self.fixed["committed_at"])
        is_drand = self.named["kind"] == "drand"
        self.known_at = round_time(self.named["round"]) if is_drand else self.drawn_at
        text = drand_text(QUICKNET.chain_hash, self.named["round"], bytes.fromhex(self.given["signature"])) if is_drand else ""
        self.drawn = set[str]()
        self.seed = seed(self.digest, text or dice_text(self.given["digits"]))

    def problems(self, anchors: Fields | None) -> list[str]:
        steps: list[Callable[[], list[str]]] = [self._terms, self._frame, self._chance, self._selection, self._chain]
        found = next((problems for step in steps if (problems := step())), list[str]())
        return found or ([] if anchors is None else self._outside(anchors))

    def _terms(self) -> list[str]:
        fixed, odd = self.fixed, set[str](self.fixed.keys() ^ TERMS.keys())
        odd |= {name for name, form in TERMS.items() if name in fixed and not re.fullmatch(form, str(fixed[name]))}
        odd |= {"register"} if not re.fullmatch(r'\{"hash":"[0-9a-f]{64}","n":\d+\}', canonical(fixed["register"]).decode()) else set()
        start, end = _period(fixed)
        odd |= {"period_end"} if start > end else set()
        odd |= {"previous"} if (fixed["sequence"] == 1) != (fixed["previous"] is None) else set()
        design = cast("Fields", fixed["design"])
        shares = [*cast("Fields", design["classes"]).values(), design["second"], design["panel"]]
        right = design.keys() - {"method"} == {"classes", "second", "panel"} and design.get("method", "stratified") == "stratified"
        odd |= {"design"} if not right or any(not 0 <= num <= den or den < 1 for num, den in shares) else set()
        return [f"manifest.json: {name} is not what it should be" for name in sorted(odd)] + [
            f"{name}: it is not canonical JSON" for name in ("manifest.json", "draw.json") if not self._is_canonical(name)
        ]

    def _is_canonical(self, name: str) -> bool:
        blanks = str.maketrans("", "", " \t\r\n")
        return self.files[name].decode("ascii").translate(blanks) == canonical(_object(self.files[name])).decode().translate(blanks)

    def _frame(self) -> list[str]:
        tokens, counted, shares = [row[0] for row in self.rows], Counter(self.pairs), Counter(Fraction(*pair) for pair in self.pairs)
        classes = {tuple(pair) for pair in self.fixed["design"]["classes"].values()}
        form = "[0-9a-f]{64},[1-9][0-9]*,[1-9][0-9]*,[0-9a-f]{64}" + (",[0-9a-f]{16},(yes|no)" if self.stream == "cover" else "")
        frame = [len(self.rows), [[*pair, n] for pair, n in sorted(counted.items())], merkle_root([",".join(row) for row in self.rows])]
        wrong = {
            "a row is not what it should be": any(not re.fullmatch(form, ",".join(row)) for row in self.rows),
            "the tokens are not sorted, or one is there twice": tokens != sorted(set(tokens)),
            "a probability is above 1": any(num > den for num, den in self.pairs),
            "it is not the frame that the manifest fixes": _text(frame) != _text([self.fixed[name] for name in ("size", "counts", "root")]),
        }
        if self.stream == "main":
            small = [share for share, n in shares.items() if n < FEW and share != max(shares)]
            wrong["a probability is not one of the design's"] = not counted.keys() <= classes
            wrong["a class can be told apart"] = bool(small) or len(shares.keys() - {Fraction(1)}) > MANY
            is_off = any(num < den != n for (num, den), n in counted.items())
            wrong["a stratum has another size"] = "method" in self.fixed["design"] and is_off
        return [f"frame.csv: {words}" for words, is_wrong in wrong.items() if is_wrong]

    def _chance(self) -> list[str]:
        if self.named["kind"] == "drand":
            number = int(self.named["round"])
            named = {"kind": "drand", "chain": QUICKNET.chain_hash, "round": number, "round_at": f"{self.known_at:%Y-%m-%dT%H:%M:%SZ}"}
            given = {"kind": "drand", "round": number, "signature": self.given["signature"]}
            problem = beacon_problem(number, bytes.fromhex(self.given["signature"]))
        else:
            named, names = {"kind": "dice", "count": 20, "sides": 10}, [str(name) for name in self.given["witnesses"]]
            given = {"kind": "dice", "digits": self.given["digits"], "witnesses": names}
            is_right = re.fullmatch("[0-9]{20}", self.given["digits"]) and len(set(names)) > 1
            problem = None if is_right else "twenty dice before two witnesses are not told"
        wrong = {
            "draw.json: it is not the chance that the manifest names": _text([self.named, self.given]) != _text([named, given]),
            f"draw.json: {problem}": problem is not None,
            "manifest.json: it was fixed when the chance was known": self.named["kind"] == "drand" and self.fixed_at >= self.known_at,
            "draw.json: it was drawn before the chance was known": self.drawn_at < max(self.fixed_at, self.known_at),
        }
        return [words for words, is_wrong in wrong.items() if is_wrong]

    def _selection(self) -> list[str]:
        design, is_cover, again = self.fixed["design"], self.stream == "cover", stream_seed(self.seed, SECOND)
        stream = stream_seed(self.seed, COVER if is_cover else REVIEW)
        tickets = {row[0]: ticket(stream, row[0]) for row in self.rows}
        drawn, panel = self._covered(tickets) if is_cover else self._drawn(tickets)
        chances = self._either() if is_cover else {}
        lines = [TICKETS[self.stream]]
        for token, *_ in self.rows:
            second = token in drawn and is_below(ticket(again, token), design["second"])
            last = chances[token] if is_cover else _yes(token in panel)
            lines.append(",".join((token, tickets[token], _yes(token in drawn), _yes(second), last)))
        told = {"format": "stop-search/draw/v2", "draw": self.fixed["draw"], "manifest_sha256": self.digest, "seed": self.seed}
        told |= {"drawn": len(drawn), "randomness": self.given, "drawn_at": self.told["drawn_at"]}
        problems = [
            f"draw.json: {name} does not agree" for name in {**told, **self.told} if _text(told.get(name)) != _text(self.told.get(name))
        ]
        differs = "".join(f"{line}\n" for line in lines).encode() != self.files["tickets.csv"]
        self.drawn = drawn
        return problems + ["tickets.csv: it does not agree with the draw made again"] * differs

    def _drawn(self, tickets: Mapping[str, str]) -> tuple[set[str], set[str]]:
        design, strata = self.fixed["design"], dict[Probability, list[str]]()
        for row, pair in zip(self.rows, self.pairs, strict=True):
            strata.setdefault(pair, []).append(row[0])
        drawn, panel = set[str](), set[str]()
        for pair, tokens in strata.items():
            if "method" in design and pair[0] < pair[1]:
                ranked = sorted(tokens, key=lambda token: ticket_order(tickets[token], token))
                drawn.update(ranked[: pair[0]])
                panel.update(ranked[: pair[0] * design["panel"][0] // design["panel"][1]])
            else:
                drawn.update(token for token in tokens if is_below(tickets[token], pair))
                panel.update(token for token in tokens if is_below(tickets[token], pair, design["panel"]))
        return drawn, panel & drawn

    def _covered(self, tickets: Mapping[str, str]) -> tuple[set[str], set[str]]:
        seen, groups = {row[4] for row in self.rows if row[5] == "yes"}, dict[str, list[str]]()
        for row in self.rows:
            groups.setdefault(row[4], []).append(row[0])
        open_ones = (tokens for group, tokens in groups.items() if group not in seen)
        return {min(tokens, key=lambda token: ticket_order(tickets[token], token)) for tokens in open_ones}, set()

    def _either(self) -> dict[str, str]:
        groups = dict[str, list[Fraction]]()
        for row, pair in zip(self.rows, self.pairs, strict=True):
            groups.setdefault(row[4], []).append(Fraction(*pair))
        added = {group: prod((1 - one for one in chances), start=Fraction(1)) / len(chances) for group, chances in groups.items()}
        either = [(row[0], Fraction(*pair) + added[row[4]]) for row, pair in zip(self.rows, self.pairs, strict=True)]
        return {token: f"{whole.numerator}/{whole.denominator}" for token, whole in either}

    def _chain(self) -> list[str]:
        ends = "(reviewed,,,[0-9a-f]{64}|no_footage,[a-z0-9_]+,,|refused,[a-z0-9_]+,[a-z0-9_]+,)"
        before, day, waiting, problems = self.digest, self.drawn_at.date(), set(self.drawn), list[str]()
        for n, (number, token, *rest, at, link) in enumerate(self.outcomes, start=1):
            before = outcome_hash(before, ",".join((number, token, *rest, at)))
            is_right = number == str(n) and re.fullmatch(ends, ",".join(rest)) and date.fromisoformat(at) >= day
            if not is_right or link != before or token not in waiting:
                problems.append(f"outcomes.csv: outcome {n} does not follow from what was before it")
            before, day = link, date.fromisoformat(at)
            waiting.discard(token)
        return problems

    def _outside(self, anchors: Fields) -> list[str]:
        fixed, numbers = self.fixed, dict[int, set[str]]()
        known = cast("list[Fields]", anchors["anchors"])
        ours = [one for one in known if one["manifest_sha256"] == self.digest and all(one[name] == fixed[name] for name in PLACE)]
        for one in known:
            numbers.setdefault(one["sequence"], set()).add(one["manifest_sha256"])
        told_at = [_moment(one["anchored_at"]) for one in ours]
        links = {line[0]: line[-1] for line in self.outcomes}
        changed = [one for one in anchors["outcomes"] if one["draw"] == fixed["draw"] and links.get(str(one["n"])) != one["hash"]]
        previous = {fixed["previous"]}
        wrong = {
            "anchors.json: it is of another protocol": anchors["format"] != "stop-search/draw-anchors/v1",
            "anchors.json: this manifest was not made known": not told_at,
            "anchors.json: there is a scope besides the force's": any(one["scope"] != fixed["scope"] for one in known),
            "anchors.json: a period ends before it starts": any(start > end for start, end in map(_period, known)),
            "anchors.json: there are two manifests of days of this period": any(self._is_redraw(one) for one in known),
            "anchors.json: it was made known only when the chance was": bool(told_at) and min(told_at) >= self.known_at,
            "anchors.json: another manifest has this number": numbers.get(fixed["sequence"], {self.digest}) != {self.digest},
            "anchors.json: another manifest came before": numbers.get(fixed["sequence"] - 1, previous) != previous,
            "anchors.json: a number is missing": bool(numbers) and len(numbers) <= max(numbers) - min(numbers),
            "outcomes.csv: an outcome is not the one that was known": bool(changed),
        }
        return [words for words, is_wrong in wrong.items() if is_wrong]

    def _is_redraw(self, told: Fields) -> bool:
        """Return whether another manifest of this stream has a day of this period."""
        (start, end), (other_start, other_end) = _period(self.fixed), _period(told)
        is_other = told["manifest_sha256"] != self.digest and told["stream"] == self.stream
        return is_other and other_start <= end and other_end >= start


def _text(value: object) -> bytes:
    """Return a value as text: 1, 1.0 and true are equal otherwise."""
    return canonical({"value": value})


def _yes(answer: bool) -> str:  # noqa: FBT001 -- private, one argument
    return "yes" if answer else "no"
