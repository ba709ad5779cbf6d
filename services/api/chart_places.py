"""Where the points of a reader's chart stand on a drawing of 100 by 60 units, and its words for who cannot see it."""

from dataclasses import dataclass

from stop_search.reviews.drift import Chart

HEIGHT = 60.0
SHOWN = 60  # the newest; more would touch one another on a phone


@dataclass(frozen=True)
class Drawn:
    """A chart as places: `path` of the line, the limits' heights, and what it shows in words."""

    path: str
    end: tuple[float, float]
    above: float
    below: float
    words: str


def chart_of(chart: Chart) -> Drawn | None:
    """Return where everything stands, or None where it is too few to say. The scale reaches past the limit and the line."""
    if chart.limit is None or not chart.line:
        return None
    line = chart.line[-SHOWN:]
    reach = max(1.3 * chart.limit, *(abs(height) for height in line)) * 1.05

    def height(level: float) -> float:
        return round(HEIGHT / 2 * (1 - level / reach), 2)

    across = [round(100 * n / max(1, len(line) - 1), 2) for n in range(len(line))]
    places = [(x, height(level)) for x, level in zip(across, line, strict=True)]
    path = "M" + " L".join(f"{x} {y}" for x, y in places)
    words = (
        f"After {chart.comparisons} stops the weighted difference is {chart.line[-1]:+.2f} levels; it may be {chart.limit:.2f} either way."
    )
    return Drawn(path, places[-1], height(chart.limit), height(-chart.limit), words)
