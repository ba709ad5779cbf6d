"""From measured windows of sound to the levels and lanes of timeline.json, on the picture's clock. Runs in the sandboxed child."""

from typing import Any

import numpy as np

from services.worker.video.lanes import Lane, Span, runs
from services.worker.video.sound import FLAT_SAMPLES, FULL, LOUD, NOTHING, Heard

FLOOR_DBFS = -90.0
STEP_SECONDS, MOST_STEPS = 0.1, 12_000
SILENT_DBFS, SILENT_SECONDS = -60.0, 2.0  # as ffmpeg's silencedetect has them
MUTED_SECONDS = 0.5
CLIPPING_BRIDGE_SECONDS = 0.5
VOICE_WINDOWS, VOICE_SHARE = 7, 0.5  # speech: more than half of the 0.7 s around a window is voice
SYLLABLES_DECIBELS = 3.0  # speech goes up and down with its syllables; an engine or rain does not
SPEECH_SECONDS, SPEECH_BRIDGE_SECONDS = 0.6, 1.0  # shorter is a knock; a shorter pause is breath
LEAD_IN_SECONDS = 1.0  # shorter silence at the start is an encoder's, not a camera's


def levels(heard: Heard, zero: float, length: float) -> dict[str, Any]:
    """Return {step_seconds, rms_dbfs, peak_dbfs} from second `zero` of the container's clock on, one value a step for `length` seconds."""
    step = max(STEP_SECONDS, np.ceil(length / MOST_STEPS / STEP_SECONDS) * STEP_SECONDS)
    edges = np.arange(max(1, int(np.ceil(length / step - 1e-9))) + 1) * step + zero - heard.starts
    places = np.rint(edges / heard.step).astype(np.int64).clip(0, len(heard.square))
    counts = np.diff(places)
    sums = np.diff(np.concatenate(([0.0], np.cumsum(heard.square, dtype=np.float64)))[places])
    rms = np.sqrt(np.maximum(sums, 0.0) / np.maximum(counts, 1))
    peak = np.where(counts > 0, np.maximum.reduceat(np.append(heard.peak, 0.0), places)[:-1], 0.0)
    return {"step_seconds": round(float(step), 3), "rms_dbfs": _decibels(rms), "peak_dbfs": _decibels(peak)}


def sound_lanes(heard: Heard, zero: float) -> list[Lane]:
    """Return where there is speech, silence, clipping and digital zero, in seconds from second `zero` of the container's clock on."""
    decibels = 10 * np.log10(np.maximum(heard.square, 1e-9))
    around = np.lib.stride_tricks.sliding_window_view(np.pad(decibels, VOICE_WINDOWS // 2, mode="edge"), VOICE_WINDOWS)
    wavers = around.max(axis=1) - around.min(axis=1) >= SYLLABLES_DECIBELS
    is_muted = heard.is_there & (heard.peak <= NOTHING)
    is_silent = heard.is_there & (heard.square < 10 ** (SILENT_DBFS / 10))
    voice = np.convolve(heard.voice, np.ones(VOICE_WINDOWS) / VOICE_WINDOWS, mode="full")[VOICE_WINDOWS // 2 :][: len(heard.voice)]
    speech = runs((voice > VOICE_SHARE) & wavers, heard.step, at_least=SPEECH_SECONDS, bridge=SPEECH_BRIDGE_SECONDS)
    clipping = runs(heard.clips, heard.step, bridge=CLIPPING_BRIDGE_SECONDS)

    def lane(name: str, source: str, spans: list[Span]) -> Lane:
        later = heard.starts - zero
        return Lane(name, source, tuple((start + later, end + later) for start, end in spans))

    return [
        lane(
            "speech",
            f"WebRTC voice detector, mode 2, in most of 0.7 s whose loudness wavers by {SYLLABLES_DECIBELS:.0f} dB; it errs both ways",
            speech,
        ),
        lane(
            "silence", f"RMS below {SILENT_DBFS:.0f} dBFS for {SILENT_SECONDS:.0f} s", runs(is_silent, heard.step, at_least=SILENT_SECONDS)
        ),
        lane(
            "clipping",
            f"in 0.1 s a thousandth of samples at {FULL:.0%} of full scale, or a flat top ({FLAT_SAMPLES:.0%} near a peak over {LOUD:.0%})",
            clipping,
        ),
        lane("muted", f"every sample zero for {MUTED_SECONDS} s", runs(is_muted, heard.step, at_least=MUTED_SECONDS)),
    ]


def sound_facts(heard: Heard | None, zero: float, length: float, *, has_sound: bool) -> dict[str, float | None]:
    """Return sound_starts_at_seconds (the first that is not digital zero) and silent_lead_in_seconds (how long there is none before)."""
    if not has_sound or heard is None:
        return {"sound_starts_at_seconds": None, "silent_lead_in_seconds": None}
    loud = np.flatnonzero(heard.peak > NOTHING)
    if not len(loud):
        return {"sound_starts_at_seconds": None, "silent_lead_in_seconds": round(length, 3)}
    starts = min(length, max(0.0, heard.starts - zero + float(loud[0]) * heard.step))
    return {"sound_starts_at_seconds": round(starts, 3), "silent_lead_in_seconds": round(starts, 3) if starts >= LEAD_IN_SECONDS else 0.0}


def _decibels(amplitude: np.ndarray) -> list[float]:
    lowest = 10 ** (FLOOR_DBFS / 20)
    return [round(float(level), 1) for level in 20 * np.log10(np.clip(amplitude, lowest, 1.0))]
