"""What the detectors propose: a real face through a whole recording, a number plate however it goes, nothing where nothing is."""

import subprocess
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame
from PIL import Image, ImageDraw, ImageFont

import receipts
from services.demo.clips import real_clips
from services.worker.video import propose
from services.worker.video.believe import believed_as
from services.worker.video.believe_redaction import ProposalTold
from services.worker.video.follow import Way
from services.worker.video.looks import tiles_of
from services.worker.video.models import face_model
from services.worker.video.pictures import Picture, picture_of
from services.worker.video.programs import media_programs
from services.worker.video.sandbox import Limits, open_sandbox
from services.worker.video.tracks import Box, KeyFrame, box_at, covered, key_frames

RATE, SECONDS = 25, 3
FONT = Path(receipts.__file__).parent / "fonts/NotoSans-Bold.ttf"


def proposed(recording: Path, folder: Path, length_seconds: float) -> ProposalTold:
    """Run the task in the sandbox, as a job does."""
    folder.mkdir()
    sandbox = open_sandbox("auto", media_programs(ffmpeg="", ffprobe=""))
    ask = {"model": str(face_model()), "length_seconds": length_seconds, "rotation": 0}
    ended = sandbox.run("propose", recording=recording, folder=folder, limits=Limits(300, 600), ask=ask)
    assert ended.report is not None, ended.trouble
    return believed_as(ProposalTold, ended.report)


def a_plate(wide: int, colour: tuple[int, int, int]) -> np.ndarray:
    """Draw an invented British plate, blue, green, red."""
    plate = Image.new("RGB", (520, 111), colour[::-1])
    font = ImageFont.truetype(str(FONT), 96)
    ImageDraw.Draw(plate).text((260, 55), "KD51 RVX", fill=(20, 20, 20), font=font, anchor="mm")
    return cv2.resize(np.asarray(plate)[:, :, ::-1], (wide, round(wide * 111 / 520)), interpolation=cv2.INTER_AREA)


def a_drive(path: Path, plate: np.ndarray, *, hidden: range) -> list[Box]:
    """Write a clip in which a plate goes over a real street and is hidden for a while; return where it is in each frame."""
    with av.open(str(real_clips()[0].path)) as container:
        street = [frame.to_ndarray(format="bgr24") for frame, _ in zip(container.decode(video=0), range(RATE * SECONDS), strict=False)]
    command = [str(media_programs(ffmpeg="", ffprobe="").ffmpeg), "-v", "error", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", "1280x544"]
    command += ["-r", str(RATE), "-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", "22", "-pix_fmt", "yuv420p", str(path)]
    high, wide = plate.shape[:2]
    truth, frames = list[Box](), list[bytes]()
    for number, picture in enumerate(street):
        shown = cv2.resize(picture, (1280, 544))
        left, top = 300 + 4 * number, 300 + number // 2
        if number not in hidden:
            shown[top - high : top + 2 * high, left - 20 : left + wide + 20] = (60, 50, 45)
            shown[top : top + high, left : left + wide] = plate
        truth.append(Box(left / 1280, top / 544, wide / 1280, high / 544))
        frames.append(shown.tobytes())
    subprocess.run(command, input=b"".join(frames), check=True)
    return truth


def test_a_real_face_is_covered_in_every_frame(tmp_path: Path) -> None:
    told = proposed(real_clips()[1].path, tmp_path / "out", 4.0)
    tracks = [key_frames(track.key_frames) for track in told.tracks if track.kind == "face"]
    middle = [Box(0.40, 0.35, 0.15, 0.2), Box(0.27, 0.35, 0.15, 0.2)]
    for number in range(118):
        face = middle[0] if number < 40 else middle[1]
        boxes = [box for track in tracks if (box := box_at(track, number / 29.97)) is not None]
        assert any(box.holds(*face.centre) for box in boxes), number


@pytest.mark.parametrize("colour", [(235, 235, 235), (30, 200, 245)], ids=["white", "yellow"])
def test_a_number_plate_is_covered_before_it_is_hidden_and_after(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    hidden = range(35, 50)
    truth = a_drive(tmp_path / "drive.mp4", a_plate(110, colour), hidden=hidden)
    told = proposed(tmp_path / "drive.mp4", tmp_path / "out", float(SECONDS))
    tracks = [key_frames(track.key_frames) for track in told.tracks if track.kind == "plate"]
    for number, plate in enumerate(truth):
        boxes = [box for track in tracks if (box := box_at(track, number / RATE)) is not None]
        assert number in hidden or covered(plate, boxes) > 0.9, number


def test_the_tiles_make_up_the_whole_picture() -> None:
    for width, height in ((1920, 1080), (1280, 720), (640, 272), (176, 144), (1080, 1920)):
        shown = np.zeros((height, width), np.uint8)
        colour = np.zeros((height // 2, width // 2), np.uint8)
        for left, top, wide, tall in tiles_of(Picture((shown, colour, colour))):
            shown[top : top + tall, left : left + wide] = 1
        assert shown.all(), (width, height)


def test_a_frame_that_is_as_it_must_be_is_copied_and_a_wide_one_is_shrunk() -> None:
    grey = np.random.default_rng(3).integers(16, 235, (144 * 3 // 2, 176), np.uint8)
    frame = VideoFrame.from_ndarray(grey, format="yuv420p")
    taken = picture_of(frame, 0)
    taken.planes[0][:] = 0
    assert np.array_equal(frame.to_ndarray(), grey)
    wide = picture_of(VideoFrame(3840, 2160, "yuv420p"), 0)
    assert (wide.width, wide.height) == (1920, 1080)
    turned = picture_of(VideoFrame(640, 360, "yuv420p"), 90)
    assert (turned.width, turned.height) == (360, 640)


def test_a_long_trembling_way_is_told_in_boxes_that_are_believed() -> None:
    chance = np.random.default_rng(5)
    shaken = [KeyFrame(n / 25, Box(*(float(side) for side in chance.uniform(0.1, 0.4, 2)), 0.1, 0.1)) for n in range(9000)]
    told: list[dict[str, Any]] = list(propose._tracks([Way("face", shaken, 0.9, list(range(9000)))], 360.0))
    assert len(told) > 1
    tracks = [key_frames(track["key_frames"]) for track in believed_tracks(told)]
    assert all(any(box_at(track, n / 10) for track in tracks) for n in range(3600))


def believed_tracks(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return tracks as they are after they were believed."""
    report = {"tracks": told, "loudness": [], "loudness_seconds": 0.1, "has_detector": True, "failure": None}
    return believed_as(ProposalTold, report).model_dump()["tracks"]
