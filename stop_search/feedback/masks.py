"""What a masking is: a function that covers what is personal in a text. It is given as an argument to whatever shows or releases texts."""

from collections.abc import Callable
from typing import Protocol


class Masked(Protocol):
    """A text with what is personal covered."""

    @property
    def text(self) -> str:
        """The text as it may be read."""
        ...


Mask = Callable[[str], Masked]
