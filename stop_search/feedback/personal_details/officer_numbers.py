"""Officers' shoulder, collar, badge and warrant numbers, as patterns. Pure.

Each force has its own form (one to six digits, some with letters), so it is the words beside a number that tell.
"""

from stop_search.feedback.personal_details.details import Kind
from stop_search.feedback.personal_details.patterns import Pattern, pattern

_RANK = r"(?:w?pc|pcso|pso|cso|ps|dc|ds|di|sc|sgt|sergeant|serg|constable|officers?|insp|inspector|oic)"
_SHORT_RANK = r"(?:w?pc|pcso|ps|dc|ds|sgt)"
_WORN = r"(?:collar|shoulder|badge|warrant(?: card)?|epaulettes?|epaulets?|lapel|fin|id|i\.d\.)"
_NUMBERED = r"(?: ?(?:no\.?|nos\.?|num|numbers?|card))?"
_SAID = r"(?: (?:is|was|were|are|said|reads?|says|being|of|as))?"
_SIGN = r"[ :#=.,(]{0,3}"
_CODE = r"[a-z]{0,2}[0-9]{2,6}(?:\-[0-9]{2,4})?[a-z]?"
_LONG_CODE = r"(?:[a-z]{0,2}[0-9]{3,6}[a-z]?|[0-9]{2,4}\-[0-9]{2,4}|[a-z][0-9]{2,5})"
_ON_THEM = r"(?: (?:was|is|were|written|printed|showing))?,? on (?:his|her|their|the|one|an?|both)\b"
_OTHERS = (
    "bus",
    "route",
    "phone",
    "mobile",
    "tel",
    "telephone",
    "house",
    "flat",
    "door",
    "card",
    "crime",
    "account",
    "plate",
    "room",
    "passport",
    "form",
)  # whose numbers are not officers'
_NOT_OTHERS = "".join(rf"(?<!{other} )" for other in _OTHERS)
_FILL = r"(?: (?:on|is|was|were|said|reads?|says|he|she|they|gave|me|his|her|their|the|shoulder|vest|it|of|had|officer)){0,5}"
_CLOTHES = r"(?:shoulders?|vest|shirt|jacket|badge|arm|uniform|chest|epaulettes?|collar|hat|lapel)"
_THEN = rf"(?:,| and| &| \+|,? (?:and )?(?:his|hers?|the other(?: one)?(?:'s)?|theirs)(?: (?:was|is|number|no))?){_SIGN} ?"

_FIRST = (
    rf"\b{_RANK}{_NUMBERED}{_SAID}{_SIGN} ?(?P<it>{_LONG_CODE})\b(?![:/£%])(?! (?:times|people|officers|years|pounds|minutes|mins|days))",
    rf"\b{_SHORT_RANK}{_NUMBERED}{_SIGN} ?(?P<it>[0-9]{{2,6}})\b(?![:/%])(?! (?:times|people|officers|years|pounds|minutes|mins|days))",
    rf"\b{_WORN}{_NUMBERED}(?: (?:on|of) (?:his|her|their|the) \w{{1,12}})?{_SAID}{_SIGN} ?(?P<it>{_LONG_CODE})\b(?![:/])",
    rf"\b{_WORN}\b[^.\n0-9]{{0,30}}?\b(?P<it>[0-9]{{2,4}}\-[0-9]{{2,4}}|[a-z]?[0-9]{{3,6}})\b(?![:/])",
    rf"\b{_NOT_OTHERS}(?:number|no\.?|num){_FILL}{_SIGN} ?(?P<it>[a-z]{{0,2}}[0-9]{{3,6}})\b(?![:/])(?! (?:bus|from|to town))",
    rf"\b(?P<it>{_CODE})\b(?={_ON_THEM} (?:\w{{1,12}} )?{_CLOTHES})",
    r"\b(?P<it>[a-z]{0,2}[0-9]{2,6})\b(?=,? (?:is|was) (?:his|her|their|the) (?:badge |collar |shoulder |officer )?(?:no\b|number))",
)
_CAPITAL_NAME = r"(?-i:[A-Z])[\w'\-]{1,20}"
_RANKED = rf"\b(?:{_SHORT_RANK}|(?-i:Officer|Sergeant|Constable|Inspector|OIC))\.?"
_RANKED_NAME = rf"{_RANKED} (?:[a-z]\.? ?)?{_CAPITAL_NAME}(?: {_CAPITAL_NAME})?[ ,(#]{{1,3}}"

OFFICER_NUMBERS: tuple[Pattern, ...] = (
    *(pattern(Kind.OFFICER, expression) for expression in _FIRST),
    *(
        pattern(Kind.OFFICER, rf"{start.replace('(?P<it>', '(?:')}{_THEN}(?P<it>{_LONG_CODE})\b(?![:/])")
        for start in _FIRST[:3] + _FIRST[4:5]
    ),
    pattern(Kind.OFFICER, rf"{_RANKED_NAME}(?P<it>[0-9]{{2,6}})\b(?![:/])"),
)
