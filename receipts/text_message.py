"""A receipt as one text message: 160 septets of the GSM alphabet, so that it is never cut in two and any telephone shows it."""

from receipts.content import ReceiptContent
from stop_search.errors import Invalid

LONGEST = 160
# GSM 03.38 (3GPP TS 23.038), 6.2.1: each counts once; those of the extension table take an escape and count twice.
ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")


def septets(text: str) -> int:
    """Return how much room a text takes in a message.

    Raises:
        ValueError: a character is not in the alphabet.

    """
    if strange := [c for c in text if c not in ALPHABET and c not in EXTENSION]:
        message = f"{strange[0]!r} is not in the GSM alphabet"
        raise ValueError(message)
    return sum(2 if c in EXTENSION else 1 for c in text)


def text_message(content: ReceiptContent) -> str:
    """Return what happened, the date, the reference, the address and the check words; where there is room, what it opens and who sends it.

    Raises:
        Invalid: the site's address alone leaves no room.

    """
    what, reference, opens, words_are = content.message
    must = f"{what} {reference}. {content.url} {content.check_words}"
    more = f"{what} {reference}. {opens} {content.url} {words_are} {content.check_words}"
    sender = f"{content.force_name}: {more}"
    for message in (sender, more, must):
        if _fits(message):
            return message
    sentence = f"The address {content.url} is too long for a text message. Shorten STOP_SEARCH_PUBLIC_URL."
    raise Invalid(sentence)


def _fits(message: str) -> bool:
    return all(c in ALPHABET or c in EXTENSION for c in message) and septets(message) <= LONGEST
