"""A phone's photograph of a piece of paper, in eight classes of trouble. Equal seeds give equal trouble, whatever is on the paper."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.snapshots.paper import PER_MM, SQUARE, TABLE, WINDOW, Paper

Photograph = npt.NDArray[np.uint8]

FINER = 3  # the picture is computed this much finer than it is kept, so that a pixel sees its whole area
DOT = 2  # pixels of paper, a sixth of a mm, that one dot of a receipt printer blackens
FRAME = 914  # pixels per mm times mm of distance: 1,280 pixels across 70 degrees


@dataclass(frozen=True)
class Shot:
    """How the picture is taken. Lengths are mm on the paper, angles degrees, light and noise parts of white."""

    distance: float
    rotation: float
    tilt: float
    tilt_axis: float
    defocus: float  # standard deviation of the blur
    motion: float = 0.0
    motion_direction: float = 0.0
    white: float = 0.85
    black: float = 0.15
    shade: float = 0.2  # how much darker one side is than the other
    shade_direction: float = 0.0
    noise: float = 0.012  # standard deviation


Trouble = Callable[[Paper, Shot, float, np.random.Generator], tuple[Paper, Shot]]


def usual_shot(chance: np.random.Generator) -> Shot:
    """Return a picture as somebody takes it who holds the paper in one hand and the phone in the other."""
    return Shot(
        distance=chance.uniform(180, 340),
        rotation=chance.uniform(-6, 6),
        tilt=chance.uniform(0, 15),
        tilt_axis=chance.uniform(0, 360),
        defocus=chance.uniform(0.05, 0.2),
        white=chance.uniform(0.65, 0.95),
        black=chance.uniform(0.05, 0.2),
        shade=chance.uniform(0, 0.35),
        shade_direction=chance.uniform(0, 360),
        noise=chance.uniform(0.008, 0.02),
    )


def photograph(paper: Paper, trouble: Trouble, severity: float, seed: list[int]) -> Photograph:
    """Return the picture of a paper in some trouble; severity is 0 to 1."""
    chance = np.random.default_rng(seed)
    paper, shot = trouble(paper, usual_shot(chance), severity, chance)
    return _taken(paper, shot, chance)


def blur(paper: Paper, shot: Shot, severity: float, _chance: np.random.Generator) -> tuple[Paper, Shot]:
    """Take it out of focus."""
    return paper, replace(shot, defocus=0.15 + 0.65 * severity)


def low_resolution(paper: Paper, shot: Shot, severity: float, _chance: np.random.Generator) -> tuple[Paper, Shot]:
    """Take it from too far away: 75 down to 30 pixels for the whole square."""
    return paper, replace(shot, distance=FRAME * SQUARE / (75 - 45 * severity), defocus=0.1)


def thermal_fade(paper: Paper, shot: Shot, severity: float, chance: np.random.Generator) -> tuple[Paper, Shot]:
    """Let thermal paper lie in a pocket or the sun: pale in clouds, grey, with lines where a dot of the printer is dead."""
    clouds = _clouds(chance, 8)
    strength = np.clip(0.7 - 0.55 * severity + 0.3 * clouds, 0.04, 1)
    dead = chance.random(WINDOW * PER_MM // DOT) < 0.01 + 0.04 * severity
    strength *= 1 - np.repeat(dead, DOT).astype(np.float32)
    grey = 1 - 0.25 * severity * (0.5 + 0.5 * _clouds(chance, 5))
    return ((1 - (1 - paper) * strength) * grey).astype(np.float32), shot


def crease(paper: Paper, shot: Shot, severity: float, chance: np.random.Generator) -> tuple[Paper, Shot]:
    """Fold and unfold it: along each fold the ink has flaked off, and beyond it the paper stands at an angle, in other light."""
    y, x = _coordinates()
    for _ in range(1 + int(2.5 * severity)):
        direction, offset = chance.uniform(0, np.pi), chance.uniform(-11, 11)
        beyond = x * np.cos(direction) + y * np.sin(direction) - offset
        flaked = np.abs(beyond) + 0.4 * _clouds(chance, 30) < 0.1 + 0.8 * severity * chance.uniform(0.4, 1)
        paper = np.where(flaked, 0.95, paper).astype(np.float32)
        turned = chance.uniform(0, 0.25) * severity * np.maximum(beyond, 0)
        columns, rows = (x + turned * np.cos(direction) + WINDOW / 2) * PER_MM, (y + turned * np.sin(direction) + WINDOW / 2) * PER_MM
        paper = cv2.remap(paper, columns.astype(np.float32), rows.astype(np.float32), cv2.INTER_LINEAR, borderValue=TABLE)
        paper *= np.where(beyond > 0, 1 - 0.3 * chance.random(), 1).astype(np.float32)
    return paper, shot


def occlusion(paper: Paper, shot: Shot, severity: float, chance: np.random.Generator) -> tuple[Paper, Shot]:
    """Cover a tenth of the square, by a finger, a stain or a hole, in one piece up to seven."""
    y, x = _coordinates()
    centres = chance.uniform(-SQUARE / 2, SQUARE / 2, (1 + int(6 * severity), 2))
    nearest = np.min([np.hypot(x - across, y - down) for across, down in centres], axis=0) + 0.5 * _clouds(chance, 12)
    inside = (np.abs(x) < SQUARE / 2) & (np.abs(y) < SQUARE / 2)
    covered = nearest <= np.quantile(nearest[inside], 0.1)
    return np.where(covered, chance.choice([0.05, 0.5, 0.95]), paper).astype(np.float32), shot


def perspective(paper: Paper, shot: Shot, severity: float, _chance: np.random.Generator) -> tuple[Paper, Shot]:
    """Take it from the side: 35 to 75 degrees off the vertical."""
    return paper, replace(shot, tilt=35 + 40 * severity)


def rotation(paper: Paper, shot: Shot, severity: float, chance: np.random.Generator) -> tuple[Paper, Shot]:
    """Turn it by 5 to 25 degrees either way, in a hand that is too far away and a little out of focus."""
    turned = (5 + 20 * severity) * chance.choice([-1, 1])
    return paper, replace(shot, rotation=turned, distance=chance.uniform(350, 650), defocus=chance.uniform(0.15, 0.4))


def motion(paper: Paper, shot: Shot, severity: float, chance: np.random.Generator) -> tuple[Paper, Shot]:
    """Move the phone while its shutter is open."""
    return paper, replace(shot, motion=0.5 + 2 * severity, motion_direction=chance.uniform(0, 180))


TROUBLES: dict[str, Trouble] = {
    "blur": blur,
    "low resolution": low_resolution,
    "thermal fade": thermal_fade,
    "crease": crease,
    "10 % occlusion": occlusion,
    "perspective": perspective,
    "rotation": rotation,
    "motion": motion,
}


def _taken(paper: Paper, shot: Shot, chance: np.random.Generator) -> Photograph:
    seen = _blurred(paper, shot)
    per_mm = FRAME / shot.distance
    side = round(WINDOW * per_mm)
    finer = cv2.warpPerspective(seen, _view(shot, side * FINER), (side * FINER, side * FINER), flags=cv2.INTER_LINEAR, borderValue=TABLE)
    small = cv2.resize(finer, (side, side), interpolation=cv2.INTER_AREA)
    light = shot.black + (shot.white - shot.black) * small
    y, x = np.mgrid[-0.5 : 0.5 : side * 1j, -0.5 : 0.5 : side * 1j]
    angle = np.radians(shot.shade_direction)
    light *= 1 - shot.shade * (0.5 + x * np.cos(angle) + y * np.sin(angle))
    light += chance.normal(0, shot.noise, light.shape)
    return (np.clip(light, 0, 1) * 255).round().astype(np.uint8)


def _blurred(paper: Paper, shot: Shot) -> Paper:
    """Blur by defocus, by motion, and by as much as the coarser grid of the picture needs."""
    grid = shot.distance / FRAME / FINER * 0.4  # mm
    seen = cv2.GaussianBlur(paper, (0, 0), float(np.hypot(shot.defocus, grid)) * PER_MM)
    if not shot.motion:
        return seen
    length = max(1, round(shot.motion * PER_MM))
    trace = np.zeros((length, length), np.float32)
    trace[length // 2] = 1
    turn = cv2.getRotationMatrix2D(((length - 1) / 2, (length - 1) / 2), shot.motion_direction, 1)
    trace = cv2.warpAffine(trace, turn, (length, length))
    return cv2.filter2D(seen, -1, trace / trace.sum(), borderType=cv2.BORDER_REPLICATE)


def _view(shot: Shot, side: int) -> npt.NDArray[np.float64]:
    """Return the homography from pixels of paper to `side` pixels of picture: a pinhole above the middle of the paper."""
    turn, axis, tilt = np.radians([shot.rotation, shot.tilt_axis, shot.tilt])
    half = WINDOW / 2
    corners = np.array([[-half, -half], [half, -half], [half, half], [-half, half]])
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    along = np.array([np.cos(axis), np.sin(axis)])
    across = np.array([-np.sin(axis), np.cos(axis)])
    flat = corners @ spin.T
    u, v = flat @ along, flat @ across
    nearer = 1 + v * np.sin(tilt) / shot.distance
    seen = (np.outer(u, along) + np.outer(v * np.cos(tilt), across)) / nearer[:, None]
    to = (seen / WINDOW + 0.5) * side
    return cv2.getPerspectiveTransform(((corners + half) * PER_MM).astype(np.float32), to.astype(np.float32))


def _coordinates() -> tuple[Paper, Paper]:
    """Return y and x of every pixel of paper in mm from the middle of the square."""
    y, x = np.mgrid[0 : WINDOW * PER_MM, 0 : WINDOW * PER_MM].astype(np.float32) / PER_MM - WINDOW / 2
    return y, x


def _clouds(chance: np.random.Generator, cells: int) -> Paper:
    """Return a smooth field from -1 to 1 with so many hills and dales across the window."""
    side = WINDOW * PER_MM
    return cv2.resize(chance.uniform(-1, 1, (cells, cells)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
