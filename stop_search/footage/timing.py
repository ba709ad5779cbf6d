"""When a camera ran, against when the record says that the encounter began and ended. Pure: facts for a person, never a score.

Code A wants the words before the search on film too, and HMICFRS (2021, recommendation 3) the entirety of every stop search. What is
worked out here helps a reviewer to say whether that was so (criterion C12); it marks nothing by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

Span = tuple[float, float]  # seconds from the beginning of a recording, the end not included

ON_TIME = 1.0  # seconds: what the two clocks are compared to
RECORD, CAMERA, SOUND = "the record", "the camera's clock", "the sound of the recording"


@dataclass(frozen=True)
class Clip:
    """What of one recording is compared: when it began by the camera's clock, how long it is, what is known of its sound.

    `silent_lead_in_seconds`: what a camera keeps from before it was switched on, without sound; None where nobody measured it.
    `muted`: stretches of digital zero. `clock_ahead_seconds`: how far the camera's clock is ahead of the true time (behind: below 0),
    None where nobody knows; `clock_doubt_seconds`: by how much that may be wrong. It must come from other recordings of the device: what
    is read from this one and its own encounter would explain away every late start.
    """

    started_at: datetime
    length_seconds: float
    silent_lead_in_seconds: float | None = None
    muted: tuple[Span, ...] = ()
    has_sound: bool = True
    clock_ahead_seconds: float | None = None
    clock_doubt_seconds: float = 0.0


@dataclass(frozen=True)
class Timing:
    """How one recording lies against one encounter, all in seconds.

    `contact_at`, `end_at`: where in the recording the declared first contact and end lie, below 0 or beyond the length where it does not
    show them; `end_at` is None where the record says no end. `activation_lag`: how long after first contact the camera came on, 0 where
    it ran by then; `run_up`: how long it ran before. `early_stop`: how long before the end it went off; `run_on`: how long it ran after.
    `muted`: where the sound is digital zero inside the encounter, the silent lead-in included; `muted_seconds`: their sum.
    """

    contact_at: float
    end_at: float | None
    length: float
    activation_lag: float
    run_up: float
    early_stop: float | None
    run_on: float | None
    silent_lead_in: float | None
    muted: tuple[Span, ...]
    has_sound: bool
    is_clock_known: bool
    clock_doubt: float

    @property
    def muted_seconds(self) -> float:
        """Return how long the encounter is shown without any sound."""
        return total(self.muted)

    @property
    def shown(self) -> Span | None:
        """Return the part of the recording that shows the encounter, or None; without a declared end, up to the recording's own."""
        end = self.length if self.end_at is None else self.end_at
        return _clipped((self.contact_at, end), (0.0, self.length))


@dataclass(frozen=True)
class TimingFact:
    """One fact in words: `seconds` is its size, None where it cannot be said; `source`: what was compared or measured."""

    name: str
    words: str
    seconds: float | None
    source: str


def timing_of(clip: Clip, *, first_contact: datetime, ended_at: datetime | None) -> Timing:
    """Return how a recording lies against the encounter that the record declares. The times are aware; no clock but theirs is asked.

    The camera's clock is put right by what is known of it: a camera that is 30 s ahead began 30 s earlier than it says.
    """
    began = clip.started_at.timestamp() - (clip.clock_ahead_seconds or 0.0)
    contact_at = first_contact.timestamp() - began
    end_at = None if ended_at is None else max(ended_at, first_contact).timestamp() - began
    length, lead_in = clip.length_seconds, clip.silent_lead_in_seconds
    encounter = (contact_at, length if end_at is None else end_at)
    without_sound = merged([*clip.muted, *([(0.0, min(lead_in, length))] if lead_in else [])])
    return Timing(
        contact_at=contact_at,
        end_at=end_at,
        length=length,
        activation_lag=max(0.0, -contact_at),
        run_up=max(0.0, min(contact_at, length)),
        early_stop=None if end_at is None else max(0.0, end_at - length),
        run_on=None if end_at is None else max(0.0, min(length - end_at, length)),
        silent_lead_in=lead_in,
        muted=tuple(part for span in without_sound if (part := _clipped(span, encounter))),
        has_sound=clip.has_sound,
        is_clock_known=clip.clock_ahead_seconds is not None,
        clock_doubt=clip.clock_doubt_seconds,
    )


def uncovered(timings: Sequence[Timing]) -> tuple[Span, ...] | None:
    """Return which parts of the encounter no camera shows, all cameras together, in seconds from the first contact.

    The timings are of one encounter. None where the record says no end, and without any recording, which is no question of time.
    What is shorter than ON_TIME is left out: the clocks say nothing so fine.
    """
    ends = [timing.end_at for timing in timings]
    if not timings or ends[0] is None:
        return None
    whole = ends[0] - timings[0].contact_at
    shown = [(part[0] - timing.contact_at, part[1] - timing.contact_at) for timing in timings if (part := timing.shown)]
    edges = [(0.0, 0.0), *merged(shown), (whole, whole)]
    gaps = [(before[1], after[0]) for before, after in pairwise(edges)]
    return tuple(gap for gap in gaps if gap[1] - gap[0] >= ON_TIME)


def facts_in_words(timing: Timing) -> tuple[TimingFact, ...]:
    """Return what there is to say, in the order of time: on, silent lead-in, without sound, off."""
    clocks = f"{RECORD} and {CAMERA}, {_standing(timing)}"
    if timing.shown is None:
        words = "By its clock the camera did not run during the encounter that the record states. One of the two clocks may be wrong."
        return (TimingFact("not_shown", words, None, clocks), *_lead_in(timing))
    return (_on(timing, clocks), *_lead_in(timing), *_without_sound(timing), _off(timing, clocks))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans sorted, with those that touch or overlap made one.

    >>> merged([(4.0, 6.0), (0.0, 2.0), (1.0, 3.0)])
    [(0.0, 3.0), (4.0, 6.0)]
    """
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def total(spans: Iterable[Span]) -> float:
    """Return how long spans that do not overlap are together, in seconds."""
    return sum(end - start for start, end in spans)


def length_in_words(seconds: float) -> str:
    """Return a length as people say it, to the second: "1 second", "48 seconds", "2 minutes 5 seconds", "1 hour 3 minutes".

    >>> length_in_words(125.2), length_in_words(60), length_in_words(3780)
    ('2 minutes 5 seconds', '1 minute', '1 hour 3 minutes')
    """
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    parts = [(hours, "hour"), (minutes, "minute"), (0 if hours else rest, "second")]
    return " ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in parts if number) or "0 seconds"


def _standing(timing: Timing) -> str:
    if not timing.is_clock_known:
        return "which nobody has checked"
    doubt = f", give or take {length_in_words(timing.clock_doubt)}" if timing.clock_doubt >= ON_TIME else ""
    return f"put right by what is known of it{doubt}"


def _on(timing: Timing, source: str) -> TimingFact:
    if timing.activation_lag >= ON_TIME:
        return TimingFact("activation_lag", f"The camera came on {length_in_words(timing.activation_lag)} after the first contact.",
                          timing.activation_lag, source)  # fmt: skip
    ran = f"{length_in_words(timing.run_up)} before the first contact" if timing.run_up >= ON_TIME else "at the first contact"
    return TimingFact("activation_lag", f"The camera came on {ran}.", timing.activation_lag, source)


def _lead_in(timing: Timing) -> tuple[TimingFact, ...]:
    if timing.silent_lead_in is None or timing.silent_lead_in < ON_TIME:
        return ()
    words = f"The first {length_in_words(timing.silent_lead_in)} have no sound: many cameras keep them from before they are switched on."
    return (TimingFact("silent_lead_in", words, timing.silent_lead_in, SOUND),)


def _without_sound(timing: Timing) -> tuple[TimingFact, ...]:
    if not timing.has_sound:
        return (TimingFact("no_sound", "This recording has no sound.", None, SOUND),)
    if timing.muted_seconds < ON_TIME:
        return ()
    stretches = "in one stretch" if len(timing.muted) == 1 else f"in {len(timing.muted)} stretches"
    words = f"{length_in_words(timing.muted_seconds)} of the encounter have no sound at all, {stretches}."
    return (TimingFact("muted", words[:1].upper() + words[1:], timing.muted_seconds, f"{SOUND} (digital zero)"),)


def _off(timing: Timing, source: str) -> TimingFact:
    if timing.early_stop is None or timing.run_on is None:
        words = "The record does not say when the encounter ended, so nobody can say whether the camera ran to its end."
        return TimingFact("early_stop", words, None, RECORD)
    if timing.early_stop >= ON_TIME:
        return TimingFact(
            "early_stop", f"The camera went off {length_in_words(timing.early_stop)} before the end.", timing.early_stop, source
        )
    ran = f"{length_in_words(timing.run_on)} after the end" if timing.run_on >= ON_TIME else "at the end"
    return TimingFact("early_stop", f"The camera went off {ran}.", timing.early_stop, source)


def _clipped(span: Span, limits: Span) -> Span | None:
    start, end = max(span[0], limits[0]), min(span[1], limits[1])
    return (start, end) if end > start else None
