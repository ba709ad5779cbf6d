"""The sampling design of a force's YAML: how likely each risk class is to be drawn, and what of the drawn is read twice or shown to panels.

Read and checked in form only; which classes there are is the draw's own question (`stop_search/draws/design.py`).
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

Probability = tuple[int, int]
NEVER: Probability = (0, 1)
CERTAIN: Probability = (1, 1)
WHOLE = "all"


class Method(enum.StrEnum):
    """How a class is drawn: each stop by its own ticket, or so many of each class, those with the smallest tickets."""

    POISSON = "poisson"
    STRATIFIED = "stratified"


class Coverage(enum.StrEnum):
    """Whether each officer has at least one stop drawn in a quarter, by a second draw each month."""

    MONTHLY = "monthly"
    NONE = "none"


@dataclass(frozen=True)
class Design:
    """One design. `classes` maps a risk class to (num, den); by `Method.STRATIFIED`, `sizes` maps it to how many, None for all.

    `second` and `panel` are shares of what is drawn.
    """

    classes: Mapping[str, Probability] = field(default_factory=dict[str, Probability])
    sizes: Mapping[str, int | None] = field(default_factory=dict[str, int | None])
    method: Method = Method.POISSON
    second: Probability = NEVER
    panel: Probability = NEVER
    coverage: Coverage = Coverage.NONE


def design_from(read: Mapping[str, Any]) -> Design:
    """Return the design that a force's YAML states.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: a part is missing or is something else.

    """
    method = Method(read.get("method", Method.POISSON))
    stated = cast("dict[str, Any]", read["classes"])
    is_poisson = method is Method.POISSON
    return Design(
        classes={name: _probability(name, value) for name, value in stated.items()} if is_poisson else {},
        sizes={} if is_poisson else {name: _size(name, value) for name, value in stated.items()},
        method=method,
        second=_probability("second", read.get("second", NEVER)),
        panel=_probability("panel", read.get("panel", NEVER)),
        coverage=Coverage(read.get("coverage", Coverage.NONE)),
    )


def _probability(name: str, value: object) -> Probability:
    if not isinstance(value, list | tuple) or [type(part) for part in cast("list[object]", value)] != [int, int]:
        message = f"design: {name} must be [numerator, denominator] in whole numbers, not {value!r}"
        raise ValueError(message)
    numerator, denominator = cast("list[int]", value)
    return numerator, denominator


def _size(name: str, value: object) -> int | None:
    if value == WHOLE:
        return None
    if type(value) is not int:
        message = f"design: {name} must be a whole number, or {WHOLE!r}, where the method is {Method.STRATIFIED}; not {value!r}"
        raise ValueError(message)
    return value
