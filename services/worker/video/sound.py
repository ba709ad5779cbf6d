"""What can be heard and when: how loud, silence, clipping, digital zero, speech. Runs in the sandboxed child.

Sound is measured as it is decoded, in windows of a tenth of a second, and never kept: about ten seconds of it are held at a time.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import _webrtcvad  # webrtcvad itself asks importlib for its version, which takes a fifth of the time that all imports take
import av
import cv2
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.packet import Packet

WINDOWS_A_SECOND = 10
BLOCK_SAMPLES = 480_000  # so many of a channel are measured at once: ten seconds at 48 kHz
MOST_WAITING, SAMPLES_WAITING = 64, 65_536  # so many frames, or samples, wait to be copied together, which costs less than one by one
FASTEST_HZ = 384_000
MOST_WINDOWS = 24 * 3600 * WINDOWS_A_SECOND  # a day; what comes later is not measured
MOST_CHANNELS = 8
FULL, FULL_SAMPLES = 0.99, 0.001  # clipped: so great a share of a window's samples reach so much of full scale,
LOUD, FLAT, FLAT_SAMPLES = 0.9, 0.97, 0.02  # or reach so much of a peak that is so loud: a cut-off wave that was packed since (AAC)
NOTHING = 0.5 / 32768  # below half a step of 16 bits: digital zero
SPEECH_RATE, SPEECH_FRAME = 8000, 160  # what the detector hears: 20 ms at 8 kHz
FRAMES_A_WINDOW = SPEECH_RATE // WINDOWS_A_SECOND // SPEECH_FRAME
JUMP_SECONDS = 0.15  # sound that comes so much later than it should is preceded by a hole


@dataclass(frozen=True)
class Heard:
    """The sound of a recording in windows of `step` seconds from second `starts` of the container's clock on.

    Arrays of one value a window: mean square and peak (1.0 is full scale), whether it clips, the share of it that is voice (0 to 1),
    whether there was sound at all. `damaged`: from when to when sound could not be decoded, on the same clock.
    """

    starts: float
    step: float
    square: np.ndarray
    peak: np.ndarray
    clips: np.ndarray
    voice: np.ndarray
    is_there: np.ndarray
    damaged: list[tuple[float, float]]

    @property
    def ends(self) -> float:
        """Return the second of the container's clock at which it ends."""
        return self.starts + len(self.square) * self.step


@dataclass
class _Block:
    """What was measured of one block."""

    square: np.ndarray
    peak: np.ndarray
    clips: np.ndarray
    voice: np.ndarray
    is_there: np.ndarray


def _voice_detector() -> Any:  # noqa: ANN401 -- a capsule of the C library
    detector = _webrtcvad.create()
    _webrtcvad.init(detector)
    _webrtcvad.set_mode(detector, 2)  # of 0 to 3: the higher, the rarer is noise taken for speech
    return detector


@dataclass
class Ear:
    """Hears one stream packet by packet."""

    stream: AudioStream
    damaged: list[tuple[float, float]] = field(default_factory=list)
    _starts: float | None = None
    _reached: float = 0.0  # where on the container's clock the next sample is expected
    _tick: float = 1.0  # seconds
    _rate: int = 0
    _window: int = 0
    _buffer: np.ndarray = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))
    _filled: int = 0
    _waiting: list[AudioFrame] = field(default_factory=list)
    _samples_waiting: int = 0
    _layout: str = ""
    _windows: int = 0  # measured already
    _blocks: list[_Block] = field(default_factory=list)
    _even: av.AudioResampler | None = None
    _vad: Any = field(default_factory=_voice_detector)

    def hear(self, packet: "Packet[AudioStream]") -> None:
        """Decode one packet and measure it; what cannot be decoded is noted with its time."""
        try:
            frames = packet.decode()
        except FFmpegError:
            self._note_damage(packet)
            return
        for frame in frames:
            for even in (frame,) if self._is_even(frame) else self._evened(frame):
                self._take(even)

    def heard(self) -> Heard | None:
        """Return all that was measured; None where nothing could be decoded."""
        if self._starts is None:
            return None
        self._flush()
        joined = {
            name: np.concatenate([getattr(block, name) for block in self._blocks])
            for name in ("square", "peak", "clips", "voice", "is_there")
        }
        return Heard(starts=self._starts, step=self._window / self._rate, damaged=self.damaged, **joined)

    def _note_damage(self, packet: "Packet[AudioStream]") -> None:
        time = packet.pts if packet.pts is not None else packet.dts
        if time is None or packet.time_base is None:
            return
        start = float(time * packet.time_base)
        self.damaged.append((start, start + max(0.02, float((packet.duration or 0) * packet.time_base))))

    def _is_even(self, frame: AudioFrame) -> bool:
        """Return whether a frame is planar floats at the rate and of the width that this sound began with."""
        begun = self._rate
        is_as_wide = not begun or min(MOST_CHANNELS, frame.layout.nb_channels) == len(self._buffer)
        return frame.format.name == "fltp" and (not begun or frame.sample_rate == begun) and is_as_wide

    def _evened(self, frame: AudioFrame) -> list[AudioFrame]:
        if self._even is None:
            self._even = av.AudioResampler(format="fltp", layout=self._layout or frame.layout.name, rate=self._rate or frame.sample_rate)
        try:
            return self._even.resample(frame)
        except ValueError:  # the sound changed its form midway
            self._even = None
            return []

    def _take(self, even: AudioFrame) -> None:
        if self._starts is None:
            self._begin(even)
        if even.pts is not None and even.pts * self._tick - self._reached > JUMP_SECONDS:
            self._jump_to(even.pts * self._tick)
        count = even.samples
        self._reached += count / self._rate
        self._samples_waiting += count
        self._waiting.append(even)
        if len(self._waiting) >= MOST_WAITING or self._samples_waiting >= SAMPLES_WAITING:
            self._keep_waiting()

    def _begin(self, frame: AudioFrame) -> None:
        self._rate, self._layout = min(frame.sample_rate, FASTEST_HZ), frame.layout.name
        self._tick = float(frame.time_base or Fraction(1, self._rate))
        self._window = max(1, round(self._rate / WINDOWS_A_SECOND))
        self._starts = self._reached = (frame.pts or 0) * self._tick
        self._buffer = np.zeros(
            (min(MOST_CHANNELS, frame.layout.nb_channels), max(1, BLOCK_SAMPLES // self._window) * self._window), dtype=np.float32
        )

    def _keep_waiting(self) -> None:
        """Put the samples of the frames that wait behind the others; measure whenever a block is full."""
        planes = [(frame.planes, frame.samples) for frame in self._waiting]
        joined = [
            np.concatenate([np.frombuffer(memoryview(own[channel]), dtype=np.float32, count=count) for own, count in planes])
            for channel in range(len(self._buffer) if planes else 0)
        ]
        self._waiting, self._samples_waiting = [], 0
        start, count = 0, len(joined[0]) if joined else 0
        while start < count and self._windows < MOST_WINDOWS:
            some = min(count - start, self._buffer.shape[1] - self._filled)
            for channel, samples in zip(self._buffer, joined, strict=True):
                channel[self._filled : self._filled + some] = samples[start : start + some]
            self._filled += some
            start += some
            if self._filled == self._buffer.shape[1]:
                self._measure()

    def _jump_to(self, time: float) -> None:
        """Leave a hole where sound comes later than it should."""
        self._flush()
        reached = (self._starts or 0.0) + self._windows * self._window / self._rate
        hole = min(MOST_WINDOWS - self._windows, round((time - reached) * WINDOWS_A_SECOND))
        if hole > 0:
            zeros, none = np.zeros(hole, dtype=np.float32), np.zeros(hole, dtype=bool)
            self._blocks.append(_Block(zeros, zeros, none, zeros, none))
            self._windows += hole
        self._reached = time

    def _flush(self) -> None:
        self._keep_waiting()
        self._measure()

    def _measure(self) -> None:
        count = -(-self._filled // self._window)
        if not count:
            return
        self._buffer[:, self._filled : count * self._window] = 0
        self._blocks.append(self._measured(self._buffer[:, : count * self._window], count))
        self._windows += count
        self._filled = 0

    def _measured(self, samples: np.ndarray, count: int) -> _Block:
        windows = samples.reshape(len(samples), count, self._window)
        square = self._square(windows)
        if not np.isfinite(square).all():
            np.nan_to_num(samples, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
            square = self._square(windows)
        peak = np.maximum(windows.max(axis=2), -windows.min(axis=2)).max(axis=0)
        clips = np.zeros(count, dtype=bool)
        for place in np.flatnonzero(peak >= LOUD):
            amplitude = np.abs(windows[:, place])
            full = np.count_nonzero(amplitude >= FULL, axis=1).max()
            flat = np.count_nonzero(amplitude >= FLAT * peak[place], axis=1).max()
            clips[place] = full >= max(3, FULL_SAMPLES * self._window) or flat >= FLAT_SAMPLES * self._window
        return _Block(square, peak, clips, self._voice(samples, count, peak), np.ones(count, dtype=bool))

    def _square(self, windows: np.ndarray) -> np.ndarray:
        return np.einsum("ckn,ckn->k", windows, windows) / (len(windows) * self._window)

    def _voice(self, samples: np.ndarray, count: int, peak: np.ndarray) -> np.ndarray:
        """Return which share of each window the detector takes for voice."""
        length = count * FRAMES_A_WINDOW * SPEECH_FRAME
        half = 32767 / min(2, len(samples))
        mono = cv2.addWeighted(samples[:1], half, samples[:2][-1:], half if len(samples) > 1 else 0.0, 0.0)
        heard = cv2.resize(mono, (length, 1), interpolation=cv2.INTER_AREA)[0].clip(-32768, 32767).astype("<i2").tobytes()
        size, voice = SPEECH_FRAME * 2, np.zeros(count, dtype=np.float32)
        detect, detector = _webrtcvad.process, self._vad
        for place in np.flatnonzero(peak > NOTHING).tolist():
            first = place * FRAMES_A_WINDOW * size
            is_voice = [
                detect(detector, SPEECH_RATE, heard[at : at + size], SPEECH_FRAME)
                for at in range(first, first + FRAMES_A_WINDOW * size, size)
            ]
            voice[place] = sum(is_voice) / FRAMES_A_WINDOW
        return voice
