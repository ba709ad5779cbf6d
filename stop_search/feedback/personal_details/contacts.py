"""How somebody can be reached, as patterns: phone, e-mail, social media, web and IP addresses. Pure.

Phone numbers are those of the National Telephone Numbering Plan (Ofcom): a nought and nine or ten digits, or +44 without the nought.
Every repeat has a limit, and does not give back where it need not (`{2,64}+`), so that time grows with the length of a text and no more.
"""

import re

from stop_search.feedback.personal_details.details import Kind
from stop_search.feedback.personal_details.patterns import Pattern, pattern

_GAP = r"[ .\-()]{0,3}"
_DIGIT = r"[0-9oO]"
_SPOKEN = r"(?:oh|o|zero|nought|one|two|three|four|five|six|seven|eight|nine|double|treble|triple|hundred|thousand|[0-9]{1,6})"
_CALL = r"\b(?:ring|call|phone|phoned|text|txt|tel|telephone|mobile|mob|cell|landline|whatsapp|ph|contact)\b"
_ENDINGS = r"(?:com|co\.uk|org\.uk|ac\.uk|gov\.uk|org|net|uk|io|tv|info|app|pl|ro|ie|eu)"
_AT = r"(?:[ ]?[(\[{][ ]?at[ ]?[)\]}][ ]?|[ ]at[ ])"
_DOT = r"(?:[ ]?[(\[{][ ]?dot[ ]?[)\]}][ ]?|[ ]dot[ ])"
_PROVIDERS = r"(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|live|protonmail|aol|btinternet|sky|msn)"
_NETWORKS = (
    r"(?:instagram|insta|ig|snapchat|snap|sc|tiktok|tik tok|twitter|facebook|fb|telegram|discord|kik|youtube|reddit|xbox|psn|gamertag|"
    r"username|handle)"
)

EMAILS: tuple[Pattern, ...] = (
    pattern(Kind.EMAIL, r"[\w.+\-'%&]{1,64}+@[\w\-]{1,63}(?:\.[\w\-]{1,63}){0,4}\.[a-z]{2,24}", needs="@"),
    pattern(Kind.EMAIL, r"[\w.+\-'%&]{1,64}+ ?@ [\w\-]{1,63}(?:(?: ?\. ?)[\w\-]{2,24}){1,4}", needs="@"),
    pattern(Kind.EMAIL, rf"[\w.+\-'%]{{2,64}}+ ?@ ?[\w\-]{{2,63}}(?:{_DOT}[\w\-]{{2,20}}){{1,3}}", needs="@"),
    pattern(Kind.EMAIL, rf"\b[\w.+\-'%]{{2,64}}+{_AT}[\w\-]{{2,63}}(?:{_DOT}[\w\-]{{2,20}}){{1,3}}"),
    pattern(Kind.EMAIL, rf"\b[\w.+\-'%]{{2,64}}+{_AT}{_PROVIDERS}(?: ?\. ?{_ENDINGS})?\b"),
    pattern(Kind.EMAIL, rf"\b[\w.+\-'%]{{2,64}}+ ?[(\[{{] ?at ?[)\]}}] ?[\w\-]{{2,63}} ?\. ?{_ENDINGS}\b"),
)
WEB_ADDRESSES: tuple[Pattern, ...] = (
    pattern(Kind.WEB, r"\b(?:https?://|www\.)[^\s<>\"]{1,300}(?<![.,;:!?)'])"),
    pattern(
        Kind.WEB,
        r"\b[\w\-]{2,63}(?:\.[\w\-]{2,63}){1,4}/[^\s<>\"]{1,300}(?<![.,;:!?)'])",
        accepts=lambda it: not it[0].isdigit(),
        needs=".",
    ),
    pattern(
        Kind.WEB, rf"\b[\w\-]{{2,63}}(?:\.[\w\-]{{2,63}}){{0,3}}\.{_ENDINGS}\b(?![\w@])", accepts=lambda it: not it[0].isdigit(), needs="."
    ),
    pattern(Kind.WEB, r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w.]?[0-9])"),
    pattern(Kind.WEB, r"(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b|(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}\b"),
)
HANDLES: tuple[Pattern, ...] = (
    pattern(Kind.HANDLE, r"(?<![\w@/.])@[A-Za-z_][\w.]{0,28}\w"),
    pattern(
        Kind.HANDLE,
        rf"\b{_NETWORKS}(?: (?:name|handle|user|username|account|page|tag))?(?: is| was| called| under| at| as|'s|s)?[ :=\-]{{1,3}}"
        r"(?P<it>[A-Za-z_][\w.]{1,28}\w)",
        accepts=lambda it: bool(re.search(r"[\d_.]", it)),
    ),
    pattern(
        Kind.HANDLE,
        rf"\b{_NETWORKS}(?: (?:name|handle|user|username|account|page|tag))?(?: is| was| called| under| at| as|'s|s)?[ :=\-]{{1,3}}"
        r"(?P<it>[A-Za-z]{6,30})\b",
        unless_word=True,
    ),
)
PHONES: tuple[Pattern, ...] = (
    pattern(Kind.PHONE, rf"(?<![\w+])(?:\+ ?44|0044|44)(?:{_GAP}0(?=\)))?{_GAP}[1-9o](?:{_GAP}{_DIGIT}){{8,9}}(?![0-9])"),
    pattern(Kind.PHONE, rf"(?<![\w+.])\(?0(?:{_GAP}{_DIGIT}){{10}}(?![0-9])", least_digits=8),
    pattern(Kind.PHONE, rf"(?<![\w+])\(?[0oO](?:{_GAP}{_DIGIT}){{9,10}}(?![0-9])", least_digits=7),
    pattern(Kind.PHONE, r"(?<![\w+])(?:\+[0-9]|0)(?:[ .\-]?[0-9]){8,13}(?!\w)"),
    pattern(Kind.PHONE, r"(?<![\w+])7[0-9]{3}[ \-]?[0-9]{3}[ \-]?[0-9]{3}(?!\w)"),
    pattern(Kind.PHONE, rf"\b(?:oh|o|zero|nought|0)(?:[ ,\-]{{1,2}}{_SPOKEN}\b){{5,12}}"),
    pattern(Kind.PHONE, rf"{_CALL}(?:[ :.\-]{{1,2}}[a-z]{{1,7}}){{0,3}}[ :.\-]{{1,2}}(?P<it>[0-9](?:[ .\-]?[0-9]){{5,13}})(?!\w)"),
)
