"""The one walk over a recording's packets: the picture's times and sizes are noted, its sound is heard. Runs in the sandboxed child."""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from av.container import InputContainer  # imported late: ffprobe must be started while the child may still fork
    from av.packet import Packet
    from av.video.stream import VideoStream

    from services.worker.video.sound import Ear

READ_ERRORS = 50  # after so many unreadable places the rest is left
VARIABLE_SHARE, VARIABLE_BY = 0.02, 0.25  # variable: more than 2 % of the gaps differ by more than a quarter from the median
GAP_SECONDS, GAP_TIMES = 1.0, 5  # a gap: no frame for longer than a second and than five usual distances


@dataclass
class Timeline:
    """The picture's frames as the packets tell them: times in ticks of `tick` seconds, sorted; which of them are keyframes.

    `sizes` gives the bytes of each frame's packet; `broken` from which to which time packets could not be read. `hidden` are keyframes
    that an edit list leaves out and that are needed to decode what follows; `decoding` says when a keyframe is decoded, by its time.
    """

    tick: Fraction
    times: list[int] = field(default_factory=list)
    keyframes: list[int] = field(default_factory=list)
    last_duration: int = 0
    unreadable: int = 0
    sizes: dict[int, int] = field(default_factory=dict)
    broken: list[tuple[int, int]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    decoding: dict[int, int] = field(default_factory=dict)

    @property
    def length_seconds(self) -> float:
        """Return the time from the first frame to the end of the last one that can be read."""
        if not self.times:
            return 0.0
        return float((self.times[-1] - self.times[0] + (self.last_duration or self.usual_gap)) * self.tick)

    @property
    def is_variable(self) -> bool:
        """True where the frames do not come evenly: a count of frames says nothing about the time then."""
        usual, gaps = self.usual_gap, self._gaps
        odd = int(np.count_nonzero(np.abs(gaps - usual) > max(1, usual * VARIABLE_BY)))
        return len(gaps) > 0 and odd > VARIABLE_SHARE * len(gaps)

    @property
    def frame_rate_hz(self) -> float | None:
        """Return the mean number of frames a second, None for a single frame."""
        span = float((self.times[-1] - self.times[0]) * self.tick) if self.times else 0.0
        return (len(self.times) - 1) / span if span > 0 else None

    @property
    def longest_keyframe_gap_seconds(self) -> float:
        """Return the longest way to decode from a keyframe before a frame can be shown."""
        marks = [*self.starts, self.times[-1]] if self.times else [0]
        return max((float((b - a) * self.tick) for a, b in pairwise(marks)), default=0.0)

    @property
    def gaps(self) -> list[tuple[float, float]]:
        """Return from when to when, in seconds from the first frame, there are no frames where there should be."""
        longest = max(int(GAP_SECONDS / self.tick), GAP_TIMES * self.usual_gap)
        places = np.flatnonzero(self._gaps > longest).tolist()
        return [(self.seconds(self.times[place]), self.seconds(self.times[place + 1])) for place in places]

    @property
    def zero_seconds(self) -> float:
        """Return where on the container's clock the first frame stands, in seconds."""
        return float(self.times[0] * self.tick) if self.times else 0.0

    def seconds(self, time: int) -> float:
        """Return ticks as seconds from the first frame."""
        return float((time - self.times[0]) * self.tick)

    @cached_property
    def _gaps(self) -> np.ndarray:
        return np.diff(np.array(self.times, dtype=np.int64))

    @cached_property
    def starts(self) -> list[int]:
        """Return the times of all keyframes, shown or hidden: where decoding may begin; asked for when the walk is done."""
        return sorted({*self.keyframes, *self.hidden})

    @cached_property
    def usual_gap(self) -> int:
        """Return the usual distance between frames in ticks; asked for when the walk is done."""
        return int(np.median(self._gaps)) if len(self._gaps) else 0


def read_timeline(container: "InputContainer", stream: "VideoStream", ear: "Ear | None" = None) -> Timeline:
    """Go over all packets of an open PyAV container once; decode sound alone. Unreadable places are noted and passed over."""
    from av.error import FFmpegError

    timeline = Timeline(Fraction(stream.time_base or Fraction(1, 1000)))
    walk = _Walk(timeline, stream.index, ear)
    streams = [stream] if ear is None else [stream, ear.stream]
    while timeline.unreadable < READ_ERRORS:
        try:
            for packet in container.demux(streams):
                walk.pass_by(packet)
            break
        except FFmpegError:
            walk.stumble()
        except IndexError:  # PyAV's own flush at the end trips over streams that turned up on the way (MPEG-TS)
            break
    walk.finish()
    return timeline


@dataclass
class _Walk:
    """The state of one walk: the last picture's time, and since when packets could not be read (None: they can)."""

    timeline: Timeline
    picture: int
    ear: "Ear | None"
    last: int = 0
    broken_since: int | None = None
    latest: int = -(1 << 63)
    first: int = 1 << 63

    def pass_by(self, packet: "Packet") -> None:
        if packet.stream_index != self.picture:
            if self.ear is not None:
                self.ear.hear(packet)
            return
        time, size, timeline = self._time_of(packet), packet.size, self.timeline
        if time is None or size == 0:
            return
        self._note_decoding(packet, time)
        if packet.is_discard:  # an edit list leaves it out
            timeline.hidden += [time] if packet.is_keyframe else []
            return
        if self.broken_since is not None:
            timeline.broken.append((self.broken_since, time))
            self.broken_since = None
        if packet.is_corrupt:
            timeline.unreadable += 1
            timeline.broken.append((time, time + (packet.duration or 0)))
        timeline.times.append(time)
        timeline.sizes[time] = size
        if packet.is_keyframe:
            timeline.keyframes.append(time)
        if time >= self.latest:
            self.latest, timeline.last_duration = time, packet.duration or 0
        self.last = time

    def _time_of(self, packet: "Packet") -> int | None:
        time = packet.pts if packet.pts is not None else packet.dts
        if time is None and packet.duration and self.timeline.times:  # programme streams may give a time to few frames
            return self.last + packet.duration
        return time

    def _note_decoding(self, packet: "Packet", time: int) -> None:
        decoded = packet.dts if packet.dts is not None else time
        self.first = min(self.first, decoded)
        if packet.is_keyframe:
            self.timeline.decoding[time] = decoded

    def stumble(self) -> None:
        self.timeline.unreadable += 1
        if self.broken_since is None:
            self.broken_since = self.last

    def finish(self) -> None:
        timeline = self.timeline
        timeline.times = sorted(set(timeline.times))
        timeline.keyframes = sorted(set(timeline.keyframes))
        if timeline.times:
            timeline.decoding[timeline.times[0]] = min(self.first, timeline.times[0])
        if timeline.times and self.broken_since is not None:
            timeline.broken.append((self.broken_since, timeline.times[-1] + timeline.last_duration))
