"""Whether a design can be used, and the probability that each class gets in one draw: small classes go with the next. Pure."""

import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from stop_search.codes.design import CERTAIN, Coverage, Design, Method, Probability
from stop_search.draws.rules import RiskClass

MOST = 10**9  # the largest denominator: both numbers fit a column of 32 bits
FEWEST_ROWS = 10  # a class of fewer rows would tell of single stops
MOST_PROBABILITIES = 4  # that the public frame shows, besides 1/1


def design_problems(design: Design) -> list[str]:
    """Return what is wrong with a sampling design: every class needs a probability above 0 and at most 1, or a size."""
    stated: Mapping[str, object] = design.classes if design.method is Method.POISSON else design.sizes
    problems = [f"the class {name.value!r} has no {_what(design)}" for name in RiskClass if name not in stated]
    problems += [f"the class {name!r} is unknown" for name in stated if name not in set(RiskClass)]
    problems += [
        f"the probability of the class {name!r} is {num}/{den}; it must be above 0 and at most 1, of at most {MOST}"
        for name, (num, den) in design.classes.items()
        if not 0 < num <= den <= MOST
    ]
    problems += [
        f"the size of the class {name!r} is {size}; it must be at least 1"
        for name, size in design.sizes.items()
        if size is not None and size < 1
    ]
    problems += [
        f"the share {name!r} is {num}/{den}; it must be from 0 to 1, of at most {MOST}"
        for name, (num, den) in (("second", design.second), ("panel", design.panel))
        if not 0 <= num <= den <= MOST or den == 0
    ]
    if design.method is Method.STRATIFIED and design.coverage is Coverage.MONTHLY:
        problems.append("coverage needs the method 'poisson': with so many of each class, its probability has no closed form")
    return problems


def _what(design: Design) -> str:
    return "inclusion probability" if design.method is Method.POISSON else "size"


def fitted(design: Design, counts: Mapping[str, int]) -> Design:
    """Return the design as one draw uses it, `classes` filled for either method; `counts` says how many rows each class has.

    By `Method.STRATIFIED` a class of N rows of which n are drawn gets (n, N), unreduced: all rows with this pair are one stratum.
    """
    classes = _merged(design.classes, counts) if design.method is Method.POISSON else _strata(design.sizes, counts)
    return replace(design, classes=classes)


def _merged(classes: Mapping[str, Probability], counts: Mapping[str, int]) -> dict[str, Probability]:
    """Give a class of few rows the next higher probability, and so too the smallest where there would be too many different ones."""
    merged = dict(classes)
    while (low := _too_telling(merged, counts)) is not None:
        following = min((chance for chance in merged.values() if Fraction(*chance) > low), key=lambda chance: Fraction(*chance))
        merged = {name: following if Fraction(*chance) == low else chance for name, chance in merged.items()}
    return merged


def _too_telling(classes: Mapping[str, Probability], counts: Mapping[str, int]) -> Fraction | None:
    rows = Counter[Fraction]()
    for name, chance in classes.items():
        rows[Fraction(*chance)] += counts.get(name, 0)
    shown = {chance: n for chance, n in rows.items() if n and chance < 1}
    mergeable = [chance for chance in sorted(shown) if chance < max(rows)]  # the highest has none above it
    small = [chance for chance in mergeable if shown[chance] < FEWEST_ROWS]
    if small:
        return small[0]
    return min(mergeable, key=lambda chance: (shown[chance], chance)) if len(shown) > MOST_PROBABILITIES else None


def _strata(sizes: Mapping[str, int | None], counts: Mapping[str, int]) -> dict[str, Probability]:
    """Draw small classes whole; classes that would show the same pair are one stratum, and so are the two smallest of too many."""
    strata: dict[frozenset[str], Probability] = {}
    for name, size in sizes.items():
        rows = counts.get(name, 0)
        is_whole = size is None or size >= rows or rows < FEWEST_ROWS
        strata[frozenset({name})] = CERTAIN if size is None or is_whole else (size, rows)
    while (pair := _one_stratum(strata)) is not None:
        one, other = pair
        (n, rows), (m, more) = strata.pop(one), strata.pop(other)
        strata[one | other] = (n + m, rows + more)
    return {name: chance for names, chance in strata.items() for name in names}


def _one_stratum(strata: Mapping[frozenset[str], Probability]) -> tuple[frozenset[str], frozenset[str]] | None:
    shown = sorted((rows, n, sorted(names)) for names, (n, rows) in strata.items() if n < rows)
    for first, second in itertools.pairwise(shown):
        if first[:2] == second[:2]:
            return frozenset(first[2]), frozenset(second[2])
    return (frozenset(shown[0][2]), frozenset(shown[1][2])) if len(shown) > MOST_PROBABILITIES else None
