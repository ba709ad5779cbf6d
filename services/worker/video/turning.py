"""How a picture is to be turned and in which shape it is shown, by what ffprobe tells of its stream. Pure."""

import math
from typing import Any

WHOLE_TURN = 360
MOST_ASKEW_DEGREES = 0.4  # ffmpeg counts whole degrees, and turns by what is not within one of a right angle


def odd_turn(stream: dict[str, Any]) -> str | None:
    """Return in words why a picture cannot be shown as it is stored: turned over, or by no right angle; None where it can."""
    right_x, right_y, down_x, down_y = _matrix(stream)
    if right_x * down_y < right_y * down_x:  # a negative determinant
        return "Its picture is stored mirrored, as no camera does it: programs show it each in another way, so it cannot be judged."
    turn = math.degrees(math.atan2(right_y, right_x))
    askew = abs(turn - round(turn / 90) * 90)
    if askew > MOST_ASKEW_DEGREES:
        return f"Its picture is stored askew, {askew:.2g} degrees from upright, as no camera does it: it cannot be shown as it was."
    return None


def rotation_of(stream: dict[str, Any]) -> int:
    """Return by how many degrees counter-clockwise the picture must be turned to be shown, one of 0, 90, 180, 270."""
    for side in stream.get("side_data_list", []):
        turn = float(side.get("rotation", math.inf))
        if abs(turn) <= WHOLE_TURN:  # of a matrix of zeros ffprobe tells a turn of millions
            return round(turn / 90) * 90 % WHOLE_TURN
    return 0


def _matrix(stream: dict[str, Any]) -> tuple[int, int, int, int]:
    """Return how the display matrix turns the picture: where one step to the right leads, and one step down; as it is without one."""
    for side in stream.get("side_data_list", []):
        rows = [line.partition(":")[2].split() for line in str(side.get("displaymatrix", "")).strip().splitlines()]
        if [len(row) for row in rows] == [3, 3, 3] and all(part.lstrip("-").isdigit() for row in rows for part in row):
            return int(rows[0][0]), int(rows[0][1]), int(rows[1][0]), int(rows[1][1])
    return 1, 0, 0, 1


def shape_of(stream: dict[str, Any]) -> tuple[int, int]:
    """Return the width and height that the picture is shown with: square pixels, the right way up."""
    width, height = int(stream["width"]), int(stream["height"])
    across, _, down = str(stream.get("sample_aspect_ratio") or "1:1").partition(":")
    if across.isdigit() and down.isdigit() and int(across) and int(down):
        width = max(1, round(width * int(across) / int(down)))
    return (height, width) if rotation_of(stream) in (90, 270) else (width, height)
