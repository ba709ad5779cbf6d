"""The form of themes and flags as it was typed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from services.api.sent_forms import Sent
from services.api.supervisors.typed import TypedMoment, moment_as_typed, read_moment
from stop_search.errors import Invalid
from stop_search.reviews.drafts import Picked
from stop_search.reviews.queries import ReviewShown
from stop_search.reviews.rules import Rubric


@dataclass(frozen=True)
class TypedPicks:
    """What is ticked, and when each flag was seen; a flag with a time counts as ticked."""

    themes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    times: Mapping[str, TypedMoment] = field(default_factory=dict[str, TypedMoment])

    def given(self) -> Picked:
        """Return what was picked. Raises Invalid where a time is none; `fields` says which."""
        problems: dict[str, str] = {}
        read = {flag: read_moment(one, (f"flag_{flag}_from", f"flag_{flag}_to"), problems) for flag, one in self.times.items()}
        if problems:
            message = "A time is not readable."
            raise Invalid(message, problems)
        moments = {flag: (moment,) for flag, moment in read.items() if moment is not None}
        return Picked(frozenset(self.themes), frozenset(self.flags), moments)


def typed_picks(sent: Sent, rubric: Rubric) -> TypedPicks:
    """Return the form as it was sent."""
    times = {flag.id: _time(sent, flag.id) for flag in (*rubric.injustice_flags, *rubric.commendation_flags)}
    timed = {flag: one for flag, one in times.items() if not one.is_empty}
    return TypedPicks(tuple(sorted(sent.all_of("theme"))), tuple(sorted(sent.all_of("flag") | set(timed))), timed)


def _time(sent: Sent, flag: str) -> TypedMoment:
    return TypedMoment(*(sent.one(f"flag_{flag}_{end}") for end in ("camera", "from", "to")))


def picks_of(review: ReviewShown) -> TypedPicks:
    """Return what is stored as its form shows it."""
    times = {flag: moment_as_typed(moments[0]) for flag, moments in review.flag_moments.items() if moments}
    return TypedPicks(tuple(sorted(review.themes)), tuple(sorted(review.flags)), times)


def picks_as_content(typed: TypedPicks) -> dict[str, Any]:
    """Return the form as it is kept."""
    times = {flag: asdict(one) for flag, one in sorted(typed.times.items())}
    return {"themes": list(typed.themes), "flags": list(typed.flags), "times": times}


def picks_from_content(content: Mapping[str, Any]) -> TypedPicks:
    """Return a kept form as its page shows it."""
    times = {flag: TypedMoment(**one) for flag, one in content["times"].items()}
    return TypedPicks(tuple(content["themes"]), tuple(content["flags"]), times)
