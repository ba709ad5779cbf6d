"""The sheet of thumbnails and the WebVTT index that tells a player which of them belongs to which moment. Runs in the sandboxed child."""

import numpy as np

COLUMNS = 10


def sheet(pictures: list[np.ndarray]) -> np.ndarray:
    """Return equally large pictures (height, width, 3) in rows of COLUMNS, in order."""
    height, width, depth = pictures[0].shape
    columns = min(COLUMNS, len(pictures))
    rows = -(-len(pictures) // columns)
    whole = np.zeros((rows * height, columns * width, depth), dtype=np.uint8)
    for place, picture in enumerate(pictures):
        top, left = place // columns * height, place % columns * width
        whole[top : top + height, left : left + width] = picture
    return whole


def index(cues: list[str]) -> str:
    """Return the WebVTT with these cues."""
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def cues(sheet_name: str, spans: list[tuple[float, float]], size: tuple[int, int]) -> list[str]:
    """Return one cue for each picture of a sheet, from second to second, with its place there (`#xywh=`)."""
    width, height = size
    columns = min(COLUMNS, len(spans))
    told = []
    for place, (start, end) in enumerate(spans):
        left, top = place % columns * width, place // columns * height
        told.append(f"{clock(start)} --> {clock(end)}\n{sheet_name}#xywh={left},{top},{width},{height}")
    return told


def clock(seconds: float) -> str:
    """Return seconds as WebVTT writes them.

    >>> clock(3725.5)
    '01:02:05.500'
    """
    thousandths = round(seconds * 1000)
    minutes, thousandths = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{thousandths // 1000:02d}.{thousandths % 1000:03d}"
