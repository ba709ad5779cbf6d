"""What `benchmarks/simulation/coverage.py` found, in words and as a picture: docs/coverage.md and docs/coverage.svg."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.simulated_forces import Population
from tests.support.simulated_samples import DESIGNS
from tests.support.simulated_scores import SHARES, Score, missed

ABOUT = {
    "P1": "an invented force's quarter: 9,000 stops, 400 officers, 12 units",
    "P2": "a small force's quarter: 3,250 stops, 250 officers, 6 units",
    "P3": "6,194 real schools of California as though they were stops, 757 districts as officers",
    "P4": "made to be hard: 6,000 stops, an event of 1 %, weights of 50, a fifth that cannot be told, footage missing where it matters",
}
GOAL = 4000  # quarters
FEWER = f" The goal is {GOAL:,}: this page was made with fewer, so that only large misses show; `make simulate` makes it anew."
PAGE = Path(__file__).parent / "page.txt"
WITHIN = 0.10  # of the planner


@dataclass(frozen=True)
class Result:
    """How one population fared. `seconds` of the processor; `planned`: the planner's half-widths by estimand, by what it went by."""

    population: Population
    repetitions: int
    seconds: float
    scores: list[Score]
    planned: dict[str, list[dict[str, float]]]


def page(results: Sequence[Result]) -> str:
    """Return docs/coverage.md."""
    numbers = sorted({one.repetitions for one in results})
    told = {
        "many": f"{numbers[0]:,}" if len(numbers) == 1 else f"{numbers[0]:,} to {numbers[-1]:,}",
        "minutes": f"{sum(one.seconds for one in results) / 60:.0f}",
        "error": f"{100 * math.sqrt(0.95 * 0.05 / numbers[0]):.1f}",
        "fewer": FEWER if numbers[0] < GOAL else "",
        "populations": "\n".join(f"- **{name}**: {about}." for name, about in ABOUT.items()),
        "summary": _table(SUMMARY, _rows(results)),
        "misses": _bullets(missed(one for result in results for one in result.scores)),
        "groups": _table(GROUPS, _compared_rows(results)),
        "planner": _table(PLANNER, _planner_rows(results)),
        "missing": "\n".join(_missing(result) for result in results),
        "everything": "\n\n".join(f"### {one.population.name}\n\n{_table(('what', *DESIGNS), _all_rows(one))}" for one in results),
    }
    return PAGE.read_text(encoding="utf-8").format(**told)


SUMMARY = ("population, design", "told", "coverage of shares told", "of those not told, lowest", "largest bias", "standard errors")
GROUPS = ("population, design", "ten events in each", "coverage", "fewer, lowest")
PLANNER = ("population, design", "planned by", "shares told", "planned over realised, lowest", "median", "highest", "within a tenth")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _bullets(found: Sequence[str]) -> str:
    return "\n".join(f"- {one}." for one in found) or "Nothing."


def _by_design(results: Iterable[Result]) -> Iterable[tuple[str, Result, list[Score]]]:
    for result in results:
        for design in DESIGNS:
            yield f"{result.population.name}, {design}", result, [one for one in result.scores if one.design == design and one.said]


def _percent(value: float) -> str:
    return f"{value * 100:.1f}"


def _range(values: Sequence[float]) -> str:
    return f"{_percent(min(values))} to {_percent(max(values))} %" if values else "none"


def _rows(results: Iterable[Result]) -> Iterable[Sequence[str]]:
    for name, _, scores in _by_design(results):
        shares = [one for one in scores if one.estimand.kind == "share"]
        told, rest = [one for one in shares if one.is_told], [one for one in shares if not one.is_told]
        biased = [one.bias_in_errors for one in scores if one.estimand.kind in {"share", "total", "mean"} and one.is_told]
        errors = [one.error_ratio for one in scores if one.estimand.kind in {"total", "mean", "ratio"} and one.n >= 100]  # noqa: PLR2004 -- the goal
        yield (
            name,
            f"{len(told)} of {len(shares)}",
            _range([one.coverage for one in told]),
            f"{_percent(min(one.coverage for one in rest))} %" if rest else "none",
            f"{max(biased, key=abs):+.1f}",
            f"{min(errors):.3f} to {max(errors):.3f}",
        )


def _compared_rows(results: Iterable[Result]) -> Iterable[Sequence[str]]:
    for name, _, scores in _by_design(results):
        pairs = [one for one in scores if one.estimand.kind == "compared"]
        told, rest = [one for one in pairs if one.is_told], [one for one in pairs if not one.is_told]
        yield (
            name,
            f"{len(told)} of {len(pairs)}",
            _range([one.coverage for one in told]),
            f"{_percent(min(one.coverage for one in rest))} %" if rest else "none",
        )


def _planner_rows(results: Iterable[Result]) -> Iterable[Sequence[str]]:
    for name, result, scores in _by_design(results):
        if "coverage" not in name or name.startswith("P4"):
            continue
        realised = {one.estimand.name: one.half_width for one in scores if one.is_told}
        for how, plans in result.planned.items():
            ratios = [[width / realised[share] for share, width in plan.items() if share in realised] for plan in plans]
            close = [str(sum(abs(one - 1) <= WITHIN for one in plan)) for plan in ratios]
            every = sorted(one for plan in ratios for one in plan)
            middle = f"{every[len(every) // 2]:.2f}"
            yield name, how, str(len(ratios[0])), f"{every[0]:.2f}", middle, f"{every[-1]:.2f}", f"{', '.join(close)} of {len(ratios[0])}"


def _missing(result: Result) -> str:
    told = next(one.estimand.truth for one in result.scores if one.estimand.name == "met, all")
    name = result.population.name
    everything = _percent(result.population.with_all_footage)
    return f"- {name}: the estimators aim at {_percent(told)} %; of all stops, seen or not, {everything} % met the standard."


def _all_rows(result: Result) -> Iterable[Sequence[str]]:
    by_name: dict[str, dict[str, Score]] = {}
    for one in result.scores:
        by_name.setdefault(one.estimand.name, {})[one.design] = one
    for name, found in by_name.items():
        yield name, *(_cell(found[design]) for design in DESIGNS)


def _cell(score: Score) -> str:
    if not score.said:
        return "nothing said"
    star = " *" if score.is_told and score.estimand.kind in {"share", "compared"} else ""
    unit = "events" if score.estimand.kind == "compared" else "n"
    return f"{_percent(score.coverage)}{star} ({unit} {score.n:,.0f})"


WIDE, LEFT, RIGHT, TOP, ROW = 360, 96, 12, 34, 18
LOWEST, HIGHEST = 0.88, 1.0


def picture(results: Sequence[Result]) -> str:
    """Return docs/coverage.svg: a dot for each share, filled where it is told; the band is the goal."""
    lines = [(name, [one for one in scores if one.estimand.kind == "share"]) for name, _, scores in _by_design(results)]
    high = TOP + ROW * len(lines) + 44
    width = _x(SHARES[1]) - _x(SHARES[0])
    band = f'<rect x="{_x(SHARES[0]):.1f}" y="{TOP - 8}" width="{width:.1f}" height="{ROW * len(lines) + 4}" fill="#cce2d8"/>'
    parts = [band, *(_axis(tick / 100, len(lines)) for tick in (88, 90, 92, 94, 96, 98, 100))]
    for place, (name, scores) in enumerate(lines):
        y = TOP + ROW * place + 4
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{name}</text>')
        parts += [_dot(one, y) for one in sorted(scores, key=lambda one: one.is_told)]
    parts.append(f'<text x="{LEFT}" y="{high - 8}">filled: told; open: too few to say; band: the goal</text>')
    title = "Coverage of 95 % intervals, in per cent: a dot for each share"
    size = f'viewBox="0 0 {WIDE} {high}" width="{WIDE}" font-family="sans-serif" font-size="11"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{title}">'
    return "\n".join(
        [
            head,
            f"<title>{title}</title>",
            f'<rect width="{WIDE}" height="{high}" fill="#fff"/>',
            f'<text x="8" y="15">{title}</text>',
            *parts,
            "</svg>\n",
        ]
    )


def _x(coverage: float) -> float:
    return LEFT + (max(coverage, LOWEST) - LOWEST) / (HIGHEST - LOWEST) * (WIDE - LEFT - RIGHT)


def _axis(at: float, rows: int) -> str:
    x, low = _x(at), TOP + ROW * rows
    line = f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{low - 4}" stroke="#b1b4b6" stroke-width="0.5"/>'
    return f'{line}<text x="{x:.1f}" y="{low + 10}" text-anchor="middle">{at * 100:.0f}</text>'


def _dot(score: Score, y: float) -> str:
    fill = "#1d70b8" if score.is_told else "#fff"
    return f'<circle cx="{_x(score.coverage):.1f}" cy="{y}" r="3" fill="{fill}" fill-opacity="0.7" stroke="#1d70b8"/>'
