"""Postcodes, and house numbers with their street, as patterns. A town, a quarter or a street alone is no detail. Pure.

Postcodes: the forms and areas of the Postcode Address File (BS 7666).
"""

import re

from stop_search.feedback.personal_details.details import Kind
from stop_search.feedback.personal_details.patterns import Pattern, pattern
from stop_search.feedback.personal_details.word_lists import word_set

_AREAS = (
    "AB|AL|BA|BB|BD|BH|BL|BN|BR|BS|BT|B|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|EC|EH|EN|EX|E|FK|FY|GL|GU|GY|G|HA|HD|HG|HP|"
    "HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|LA|LD|LE|LL|LN|LS|LU|L|ME|MK|ML|M|NE|NG|NN|NP|NR|NW|N|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|SA|SE|SG|"
    "SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|S|TA|TD|TF|TN|TQ|TR|TS|TW|UB|WA|WC|WD|WF|WN|WR|WS|WV|W|YO|ZE"
)
_STRONG = (
    r"(?:road|rd|street|str|st|avenue|ave|lane|ln|drive|close|crescent|cres|terrace|gardens|gdns|grove|court|place|square|mews|cottages)"
)
_WEAK = (
    r"(?:Way|Walk|Hill|Park|Row|Parade|Rise|View|Green|Croft|House|Heights|Mount|Quay|Wharf|Path|Vale|Buildings|Mansions|Tower|Point|Gate|Dr|Cl|Ct|Pl|"
    r"Sq|Side|End|Common|Mead|Meadow|Meadows|Fields?|Cross|Circus|Wood|Yard|Villas|Lodge|Bank|Dale|Ridge|Broadway|Leaze|Pitch)"
)
_HOUSE = r"(?:number |no\.? ?|nr\.? ?)?[0-9]{1,4}(?: ?- ?[0-9]{1,4})?[a-z]?\b,?"
_FLAT = r"(?:flat|apartment|apt|unit|room|studio|bedsit)\.? ?(?:no\.? ?|number ?)?[0-9]{1,4}[a-z]?\b"
_NOT_STREETS = word_set(
    """
    a an and are as at away back bikes black blue boys by came cars cops dark different down during feds few feet for from girls going
    had hours hour i in into is it kids km knives lads little local long me men metre metres mile miles min mins minute minutes months
    more my near next of off officer officers old on other our out over people per pm am police pound pounds quid roads same so some
    side still stops that the their them there they this times to towards two up us vans via walking was way we weeks week went were
    where when which white who with year years you your days day nights night doors streets yards round around along across outside
    before after then or but not no people's p k until till
    """
)  # beside a number they count something: "2 vans in the street", "10 minutes from my road"


def _is_a_street(address: str) -> bool:
    words = re.findall(r"[a-z']+", re.sub(r"[0-9]+[a-z]?\b", "", address.lower()))
    return not any(word in _NOT_STREETS for word in words[:-1])


POSTCODES: tuple[Pattern, ...] = (
    pattern(
        Kind.POSTCODE,
        rf"\b(?:{_AREAS})(?:[0-9]{{1,2}}|[0-9][A-HJKMNPRSTUVWXY]) {{0,2}}(?![0-9](?:st|nd|rd|th)\b)[0-9][ABD-HJLNP-UW-Z]{{2}}\b",
    ),
)
ADDRESSES: tuple[Pattern, ...] = (
    pattern(
        Kind.ADDRESS,
        rf"\b(?:{_FLAT}[, ]{{1,2}}(?:at )?)?{_HOUSE} (?:[a-z][a-z'.]{{0,20}}[ \-]){{1,3}}{_STRONG}\b\.?(?:,? {_FLAT})?",
        accepts=_is_a_street,
    ),
    pattern(
        Kind.ADDRESS,
        rf"\b(?:(?i:{_FLAT})[, ]{{1,2}})?(?i:{_HOUSE}) (?:[A-Z][A-Za-z'.]{{0,20}}[ \-]){{1,3}}{_WEAK}\b(?:,? (?i:{_FLAT}))?",
        as_typed=True,
        accepts=_is_a_street,
    ),
    pattern(Kind.ADDRESS, r"\b(?i:number )?[0-9]{1,4}[a-z]?,? The [A-Z][a-z]{2,20}\b", as_typed=True),
    pattern(
        Kind.ADDRESS,
        rf"\b(?i:{_FLAT}),? (?:(?i:{_HOUSE}) )?(?:[A-Z][A-Za-z'.]{{0,20}}[ \-]){{1,3}}(?:{_WEAK}|(?i:{_STRONG}))\b",
        as_typed=True,
    ),
    pattern(Kind.ADDRESS, r"\b(?:flat|apartment|apt|bedsit)\.? ?(?:no\.? ?|number ?)?[0-9]{1,4}[a-z]?\b"),
)
