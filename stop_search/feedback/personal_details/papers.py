"""Numbers that stand on papers and cards, and dates of birth, as patterns. Pure.

National Insurance numbers have two letters, six digits and A to D (HMRC, NIM39110); driving licences five symbols of the surname,
six digits, two of the initials and three more (DVLA); cards 13 to 19 digits (ISO/IEC 7812).
"""

import re

from stop_search.feedback.personal_details.details import Kind
from stop_search.feedback.personal_details.patterns import Pattern, pattern

_GAP = r"[ .\-/]{0,2}"
_FILLERS = r"no|num|numbers?|is|was|are|in|to|the|with|ref|it|be|i was given|they gave me|they sent me|i got|you gave me|of|for me"
_FILL = rf"(?: (?:{_FILLERS})\b\.?){{0,4}}"
_SIGN = r"[ :=#.,(\-]{0,3}"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"[0-3]?[0-9](?: ?(?:st|nd|rd|th))?"
_YEAR = r"(?:(?:19|20)[0-9]{2}|'?[0-9]{2})"
_IN_NUMBERS = rf"[0-3]?[0-9] ?[/.\- ] ?[01]?[0-9] ?[/.\- ] ?{_YEAR}"
_DAY_FIRST = rf"{_DAY}(?: day)?(?: of)? {_MONTH}(?:[ ,]{{1,2}}{_YEAR})?"
_MONTH_FIRST = rf"{_MONTH}[ ,]{{1,2}}(?:the )?{_DAY}(?:[ ,]{{1,2}}{_YEAR})?|{_MONTH}[ ,]{{1,2}}(?:19|20)[0-9]{{2}}"
_IN_WORDS = rf"{_DAY_FIRST}|{_MONTH_FIRST}"
_DATE = rf"(?:{_IN_WORDS}|(?:19|20)[0-9]{{2}}[\-/.][01][0-9][\-/.][0-3][0-9]|{_IN_NUMBERS})(?![0-9])"
_LONG_AGO = r"(?:19[2-9][0-9]|200[0-9]|201[0-5])"  # the year of a birth, not of a stop

_BORN = r"(?:\bd\.? ?o\.? ?b\b\.?|\bdate of birth|\bbirth ?da(?:te|y)|\bborn)"
_CASE = r"\b(?:crime|incident|log|cad|urn|ref|reference|case|custody|occurrence|niche|storm)"

NATIONAL_INSURANCE = (
    pattern(Kind.NINO, rf"\b[a-z]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[a-d]\b"),
    pattern(
        Kind.NINO, rf"\b(?:ni|nino|n\.i\.|national insurance|insurance){_FILL}{_SIGN} ?(?P<it>[a-z]{{2}}{_GAP}(?:[0-9]{_GAP}){{5}}[0-9])\b"
    ),
)
LICENCES = (
    pattern(
        Kind.LICENCE,
        r"\b(?:[a-z9]{5}|[a-z]{3,4}9{1,2})[ \-]?[0-9]{6}[ \-]?[a-z][a-z9][ \-]?[a-z0-9]{3}\b",
    ),
    pattern(Kind.LICENCE, rf"\blicen[cs]e{_FILL}{_SIGN} ?(?P<it>[a-z0-9]{{4,18}}(?: [a-z0-9]{{2,10}}){{0,2}})\b", least_digits=5),
    pattern(Kind.LICENCE, rf"\blicen[cs]e{_FILL}{_SIGN} ?(?P<it>[a-z0-9]{{6,18}})\b", least_digits=4),
)
PASSPORTS = (pattern(Kind.PASSPORT, rf"\bpassport{_FILL}{_SIGN} ?(?P<it>[a-z]{{0,2}} ?[0-9]{{6,9}})\b"),)
BANKS = (
    pattern(Kind.BANK, r"(?<![\w+])[1-9](?:[ \-]?[0-9]){12,18}(?!\w)"),
    pattern(Kind.BANK, rf"\bsort ?code{_FILL}{_SIGN} ?(?P<it>[0-9]{{2}}[ \-]?[0-9]{{2}}[ \-]?[0-9]{{2}})\b"),
    pattern(Kind.BANK, rf"\b(?:account|acc|acct|a/c){_FILL}{_SIGN} ?(?P<it>[0-9]{{6,10}})\b"),
    pattern(Kind.BANK, r"\b[a-z]{2}[0-9]{2}[ ]?[a-z]{4}(?:[ ]?[0-9]){14}\b"),
)
BIRTHS = (
    pattern(Kind.BIRTH, rf"{_BORN}{_FILL}(?: on)?(?: the)?{_SIGN} ?(?P<it>{_DATE})"),
    pattern(Kind.BIRTH, rf"(?<![\w/.\-])[0-3]?[0-9][/.\-][01]?[0-9][/.\-]{_LONG_AGO}(?![\w/])"),
)
CRIMES = (
    pattern(
        Kind.CRIME,
        rf"{_CASE}(?: (?:ref|reference|case|crime))?{_FILL}{_SIGN} ?"
        r"(?P<it>(?:[a-z]{1,4} ?)?(?:[a-z]{0,4}[0-9]{1,14}[a-z]{0,2})(?:[/\-][a-z0-9]{1,10}){0,4})\b",
        least_digits=3,
        accepts=lambda it: (
            not re.fullmatch(r"(?:19|20)[0-9]{2}", it)
            and not re.match(r"(?:in|on|at|to|of|is|for|from|and|was|with|by) ", it, re.IGNORECASE)
        ),
    ),
    pattern(Kind.CRIME, r"\b(?P<it>[a-z]{2,4}[/\-][0-9]{2,8}[/\-][0-9]{2,8})\b"),
    pattern(
        Kind.CRIME, rf"{_CASE}{_FILL}{_SIGN} ?(?P<it>[a-z]{{2,4}}[/\-][a-z0-9]{{2,10}}(?:[/\-][a-z0-9]{{1,10}}){{0,3}})\b", least_digits=3
    ),
)
PAPERS: tuple[Pattern, ...] = (*NATIONAL_INSURANCE, *LICENCES, *PASSPORTS, *BANKS, *BIRTHS, *CRIMES)
