"""Redacting as jobs: proposals, the copy, its check on itself, and what happens when something is not as it must be."""

import uuid
from pathlib import Path

import av
import numpy as np
import pytest
from sqlalchemy import select

from services.worker import redaction_jobs
from services.worker.jobs import Ending
from services.worker.video.cover import FILL
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import NotFound
from stop_search.footage.records import Footage
from stop_search.installation import Installation
from stop_search.redactions.actions import put_sound, put_track
from stop_search.redactions.copies import ask_for_copy, release_copy
from stop_search.redactions.queries import copies_for_panels, served_copy
from stop_search.redactions.records import RedactionCopy
from stop_search.redactions.rules import RedactionState
from tests.support.builders import NOON
from tests.support.clips import clip
from tests.support.redactions import STILL, a_recording_of, a_redactor, opened, shown, worked_off


def asked(installation: Installation, redaction_id: uuid.UUID, viewer: Viewer) -> int:
    """Draw a box and a sound range, and ask for the copy."""
    with installation.writing() as session:
        put_track(session, redaction_id=redaction_id, track_id=uuid.uuid4(), kind="face", key_frames=STILL, viewer=viewer, now=NOON)
        put_sound(session, redaction_id=redaction_id, sound_id=uuid.uuid4(), start=2.0, end=4.0, cover="mute", viewer=viewer, now=NOON)
        put_sound(session, redaction_id=redaction_id, sound_id=uuid.uuid4(), start=6.0, end=8.0, cover="tone", viewer=viewer, now=NOON)
        return ask_for_copy(session, redaction_id=redaction_id, viewer=viewer, now=NOON)


def test_a_copy_is_made_checked_released_and_served_and_the_original_is_untouched(installation: Installation, tmp_path: Path) -> None:
    editor, checker = a_redactor(installation), a_redactor(installation)
    footage_id = a_recording_of(installation, clip("sound.mp4"), 12.0)
    redaction_id = opened(installation, footage_id, editor)
    assert worked_off(installation) == [Ending.DONE]
    proposed = shown(installation, redaction_id, editor)
    assert proposed.is_proposed
    assert proposed.proposal_failure is None
    assert len(proposed.loudness) == pytest.approx(120, abs=3)
    version = asked(installation, redaction_id, editor)
    assert worked_off(installation) == [Ending.DONE, Ending.DONE]
    verified = shown(installation, redaction_id, checker)
    assert (verified.state, verified.copy_version) == (RedactionState.VERIFIED, version), verified.refusal
    panel = Viewer(uuid.uuid4(), "A member", frozenset({Role.PANEL_MEMBER}))
    with installation.reading() as session, pytest.raises(NotFound):
        served_copy(session, redaction_id=redaction_id, viewer=panel)
    with installation.writing() as session:
        release_copy(session, redaction_id=redaction_id, version=version, viewer=checker, now=NOON)
    with installation.reading() as session:
        (served,) = copies_for_panels(session, viewer=panel)
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(installation.storage.read(served.storage_key))
    assert colour_at(copy, 6.0, 0.4, 0.4) == pytest.approx(FILL, abs=12)
    assert colour_at(copy, 6.0, 0.9, 0.4) != pytest.approx(FILL, abs=12)
    assert loudness(copy, 2.2, 3.8) < 0.003
    assert loudness(copy, 4.5, 5.5) > 0.02
    with av.open(str(copy)) as opened_copy:
        assert "creation_time" not in {**opened_copy.metadata, **opened_copy.streams.video[0].metadata}
    with installation.reading() as session:
        key = session.get_one(Footage, footage_id).storage_key
    assert installation.storage.read(str(key)) == clip("sound.mp4").read_bytes()


def test_a_box_that_changes_while_the_copy_is_made_leaves_no_copy(installation: Installation) -> None:
    editor = a_redactor(installation)
    redaction_id = opened(installation, a_recording_of(installation, clip("plain.mp4"), 12.0), editor)
    worked_off(installation)
    asked(installation, redaction_id, editor)
    worked_off(installation, only=1)
    with installation.writing() as session:
        put_track(session, redaction_id=redaction_id, track_id=uuid.uuid4(), kind="plate", key_frames=STILL, viewer=editor, now=NOON)
    with installation.reading() as session:
        key = session.scalars(select(RedactionCopy.storage_key)).one()
    assert installation.storage.exists(str(key))
    worked_off(installation)
    assert shown(installation, redaction_id, editor).state is RedactionState.EDITED
    assert not installation.storage.exists(str(key))


def test_a_copy_that_is_not_what_was_asked_for_is_refused_with_the_reason(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes that lie under the copy's key are those of the original, as a maker gone wrong would leave them."""
    editor = a_redactor(installation)
    redaction_id = opened(installation, a_recording_of(installation, clip("sound.mp4"), 12.0), editor)
    worked_off(installation)
    asked(installation, redaction_id, editor)
    monkeypatch.setattr(redaction_jobs, "believed_copy", lambda _: clip("sound.mp4"))
    worked_off(installation)
    refused = shown(installation, redaction_id, editor)
    assert refused.state is RedactionState.REFUSED
    assert refused.is_refused_by_machine
    assert "A box is not filled at" in str(refused.refusal)
    assert "can still be heard" in str(refused.refusal)


def test_without_the_detector_the_work_is_done_by_hand(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction_jobs, "_model", lambda: "")
    editor = a_redactor(installation)
    redaction_id = opened(installation, a_recording_of(installation, clip("plain.mp4"), 12.0), editor)
    worked_off(installation)
    assert shown(installation, redaction_id, editor).has_detector is False
    asked(installation, redaction_id, editor)
    worked_off(installation)
    done = shown(installation, redaction_id, editor)
    assert done.state is RedactionState.VERIFIED, done.refusal
    assert done.copy_findings["has_detector"] is False


def test_a_recording_that_changed_in_storage_is_not_copied(installation: Installation) -> None:
    editor = a_redactor(installation)
    footage_id = a_recording_of(installation, clip("plain.mp4"), 12.0, container="mov,mp4,m4a,3gp,3g2,mj2")
    redaction_id = opened(installation, footage_id, editor)
    worked_off(installation)
    key = next(iter(installation.storage.keys("footage")))
    installation.storage.delete(key)
    installation.storage.put_bytes(key, clip("sound.mp4").read_bytes())
    asked(installation, redaction_id, editor)
    worked_off(installation)
    refused = shown(installation, redaction_id, editor)
    assert refused.state is RedactionState.REFUSED
    assert "SHA-256 differs" in str(refused.refusal)


def colour_at(path: Path, seconds: float, x: float, y: float) -> tuple[int, int, int]:
    """Return brightness and the two colours of one point at a moment."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= seconds:
                planes = frame.to_ndarray(format="yuv444p")
                return tuple(int(plane[int(y * frame.height), int(x * frame.width)]) for plane in planes)  # type: ignore[return-value]
    message = "there is no such moment"
    raise AssertionError(message)


def loudness(path: Path, start: float, end: float) -> float:
    """Return the root mean square of the sound between two moments."""
    with av.open(str(path)) as container:
        frames = [frame for frame in container.decode(audio=0) if frame.time is not None and start <= frame.time < end]
        heard = [np.square(frame.to_ndarray()).mean() for frame in frames]
    return float(np.sqrt(np.mean(heard)))
