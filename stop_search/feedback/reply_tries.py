"""What trying the four words of a reply code counts against, by the same counters and turns as receipt codes (`code_tries.py`).

Only well-formed words that open nothing count; a slip is told at once and costs nothing. A reply code has 42 bits and no locator, so
all tries together go slower: 14,400 a day against 100,000 sets of answers make one hit in about eight years of trying without a pause,
and what a hit opens has no name on it and says nothing of the stop.
"""

from datetime import datetime, timedelta

from stop_search.encounters.code_tries import Allowance, Tries, tries_from

KIND = "reply_network"
OF_ALL_REPLIES = Allowance(timedelta(seconds=6), 100)


def reply_tries(*, address: str, key: bytes, now: datetime) -> Tries:
    """Return what trying a reply code from this address counts against; `key` is that of TRIES_KEY_USE.

    For `waiting_time` before the words are looked up, and `count_try` after they opened nothing.
    """
    return tries_from(address, kind=KIND, key=key, now=now) | {"all_replies": OF_ALL_REPLIES}
