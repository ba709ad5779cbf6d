"""Gold clips and calibration: what is asked of a new reviewer, which clip comes next, how far marks are from the agreed. Pure."""

import enum
import hashlib
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from string import ascii_uppercase

from stop_search.reviews.rules import MarkKind

USUAL_CLIPS = 3


class GoldState(enum.StrEnum):
    """Proposed by one person, agreed by another, retired when it is given to nobody any more."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    RETIRED = "retired"


class GoldBasis(enum.StrEnum):
    """Where the agreed marks come from: a third reading that settled what was apart, or the two people who agreed."""

    ADJUDICATED = "adjudicated"
    TWO_EXPERTS = "two_experts"


@dataclass(frozen=True)
class AgreedMark:
    """The agreed answer to one criterion: a level exactly where it is scored, and why it is that."""

    kind: MarkKind
    level: int | None
    rationale: str


@dataclass(frozen=True)
class Difference:
    """One criterion: own answer beside the agreed one. `apart`: own level less the agreed one; None where not both are levels."""

    criterion: str
    own_kind: MarkKind
    own_level: int | None
    agreed: AgreedMark

    @property
    def is_same(self) -> bool:
        """Whether both say the same."""
        return (self.own_kind, self.own_level) == (self.agreed.kind, self.agreed.level)

    @property
    def apart(self) -> int | None:
        """Own level less the agreed one."""
        return None if self.own_level is None or self.agreed.level is None else self.own_level - self.agreed.level


def clips_needed(*, wanted: int, readable: int) -> int:
    """Return how many gold clips somebody reads before the first review: fewer than wanted where no more may be given to that person.

    A force that has no gold clip yet can ask for none: reviewing has to begin for there to be any.
    """
    return max(0, min(wanted, readable))


def is_due(*, account_id: uuid.UUID, had: int, reviews_since: int, every: int) -> bool:
    """Return whether the next gold clip is due among the others: after half to one and a half times `every`, by lot.

    Were it every 25th exactly, one would count along. `had`: how many gold clips the reader has had.
    """
    if every < 1:
        return False
    lot = int.from_bytes(hashlib.sha256(f"{account_id}\n{had}".encode()).digest()[:8])
    return reviews_since >= max(1, every // 2 + lot % (every + 1))


def in_order_of_lot(clips: Iterable[uuid.UUID], *, account_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the clips in an order that is chance, another for each reader, and the same every time."""
    return sorted(clips, key=lambda clip: hashlib.sha256(f"{account_id}\n{clip}".encode()).digest())


def differences(
    own: Mapping[str, tuple[MarkKind, int | None]], agreed: Mapping[str, AgreedMark], *, order: Iterable[str]
) -> tuple[Difference, ...]:
    """Return own answers beside the agreed ones, in the rubric's order; criteria that either lacks are left out."""
    return tuple(Difference(name, *own[name], agreed[name]) for name in order if name in own and name in agreed)


def free_letter(taken: Collection[str], *, seed: str) -> str:
    """Return a letter that nobody has, by lot among those left: A to Z first, then two letters, and so on."""
    letters = list(ascii_uppercase)
    while not (free := [letter for letter in letters if letter not in taken]):
        letters = [first + rest for first in ascii_uppercase for rest in letters]
    return free[int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) % len(free)]
