"""What can go wrong, in the domain's words. Holds no HTTP numbers: services/api/errors.py alone turns these into answers."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Self


class StopSearchError(Exception):
    """The root of every error that a person can be told about; `str(error)` is a sentence for that person, in English.

    `words`: where the pages find the same sentence in the reader's language, "errors.code_length"; `filled` is what stands in it.
    """

    words = ""
    filled: Mapping[str, object] = MappingProxyType({})

    def worded(self, words: str, **filled: object) -> Self:
        """Return this error with its place among the pages' words: `raise Invalid(…).worded("errors.code_length", typed=4)`."""
        self.words, self.filled = words, filled
        return self


class NotFound(StopSearchError):
    """There is no such thing, or the viewer may not know that there is."""


class NotAllowed(StopSearchError):
    """The viewer may know of it but may not do this."""


class Conflict(StopSearchError):
    """It contradicts what is already stored."""


class NoLongerOpen(StopSearchError):
    """It was possible once and is not any more: withdrawn, expired, submitted, erased."""


class Invalid(StopSearchError):
    """What was given cannot be right. `fields` maps a field's path to a sentence that says what to do."""

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class TooLarge(Invalid):
    """It is more than is accepted at once; the message says how much is."""


class Unavailable(StopSearchError):
    """Something that we depend on (queue, storage, sandbox) cannot be reached just now; try again."""


class TooBusy(Unavailable):
    """Too much was asked in a short time; whoever asked waits. `wait` says how long."""

    def __init__(self, message: str, wait: timedelta) -> None:
        super().__init__(message)
        self.wait = wait


class StorageFull(Unavailable):
    """There is no room left where files are stored; the message names the place."""


class SettingMissing(StopSearchError):
    """A setting without a safe default is not set; the message says which one and how."""
