"""Finds personal details in English free text about a stop: patterns for numbers and addresses, word lists and context for names. Pure.

It finds most, never all: a person reads before anything is shown to others. What it misses stands in docs/performance.md.
"""

from collections.abc import Iterable, Iterator

from stop_search.feedback.personal_details.addresses import ADDRESSES, POSTCODES
from stop_search.feedback.personal_details.contacts import EMAILS, HANDLES, PHONES, WEB_ADDRESSES
from stop_search.feedback.personal_details.details import Detail, Kind
from stop_search.feedback.personal_details.names import found_names
from stop_search.feedback.personal_details.officer_numbers import OFFICER_NUMBERS
from stop_search.feedback.personal_details.papers import PAPERS
from stop_search.feedback.personal_details.plain_text import plain_text
from stop_search.feedback.personal_details.vehicles import NUMBER_PLATES

PATTERNS = (*EMAILS, *WEB_ADDRESSES, *HANDLES, *PAPERS, *PHONES, *ADDRESSES, *POSTCODES, *OFFICER_NUMBERS, *NUMBER_PLATES)
_RANK = {kind: rank for rank, kind in enumerate(Kind)}


def find_details(text: str) -> tuple[Detail, ...]:
    """Return the personal details of a text, in order, none over another. The same text always gives the same details.

    Takes any Unicode; time grows with the length of the text. Names are found last, beside what is known to be something else.
    """
    plain = plain_text(text)
    taken = bytearray(len(plain.text))
    numbers = [detail for one in PATTERNS for detail in one.found(plain.text)]
    kept = list(_free(sorted(numbers, key=lambda each: (_RANK[each.kind], each.start)), taken))
    kept += _free(found_names(plain.text), taken)
    return tuple(Detail(*plain.typed(each.start, each.end), each.kind) for each in sorted(kept, key=lambda each: each.start))


def _free(details: Iterable[Detail], taken: bytearray) -> Iterator[Detail]:
    """Give the details whose characters no earlier one has, and take their characters."""
    for each in details:
        if not any(taken[each.start : each.end]):
            taken[each.start : each.end] = b"\1" * (each.end - each.start)
            yield each
