"""Words that let a name be expected after them, or forbid one. Pure."""

import enum
from collections.abc import Sequence

from stop_search.feedback.personal_details.word_lists import word_set
from stop_search.feedback.personal_details.words import Token


class Expected(enum.IntEnum):
    """How much the words before lead one to expect a name.

    some: "my mate …", "thanks …", "officer …"; titled: "PC …", "mrs …"; named: "his name is …";
    nicknamed: "known as …", where any word may follow.
    """

    NOT = 0
    SOME = 1
    TITLED = 2
    NAMED = 3
    NICKNAMED = 4


TITLES = word_set(
    """
    pc wpc pcso cso dc ds di dci dsi sgt insp inspector mr mrs ms miss mister dr doctor cllr councillor rev reverend prof judge oic ps
    pastor imam sir constables mp
    """
)
CALLINGS = word_set(
    """
    officer officers sergeant constable policeman policewoman cop uncle auntie aunty aunt sister brother father mother nurse chief
    superintendent detective
    """
)
OWNERS = word_set("my mi me his her our their your ur a the this dis dat that one another")
RELATIONS = word_set(
    """
    mate mates friend friends brother brothers cousin cousins son sons daughter daughters mum mom mother dad father sister sisters
    partner boyfriend girlfriend wife husband bro bros bruv uncle aunty auntie aunt nephew niece neighbour neighbours neighbor boss
    bossman manager teacher solicitor lawyer worker mentor nan nana gran grandma grandad grandson granddaughter flatmate housemate girl
    boy bf gf missus mrs landlord colleague brudda bredda bredrin breddah bredren cuz cuzzy sis lad lads kid baby child pal homie fella
    guy man men woman lady workmate classmate roommate stepdad stepmum stepson godson tutor coach barber doctor dealer bestie sidekick
    student passenger driver bf's male female keeper
    """
)
_CUES = {
    Expected.NICKNAMED: ("known as | nicknamed | aka | nickname is | street name is | goes by | calls me | call him | call her"),
    Expected.NAMED: ("name is | name was | names | name | named | called | name as"),
    Expected.SOME: (
        "ask for | call me | called me | speak to | cheers | thanks | thx | ty | thanks to | out to | hi | im | i'm | i am | this "
        "is | it | me and | me n | me seh | brother of me | yo | lil | likkle"
    ),
    Expected.TITLED: ("regards | sincerely | faithfully | signed | wishes"),
}  # what ends in several of these counts as the first
_ALL_CUES = [(tuple(cue.split()), expected) for expected, cues in _CUES.items() for cue in cues.split(" | ")]
AFTER_WORDS = {end: [(cue, expected) for cue, expected in _ALL_CUES if cue[-1] == end] for end in {cue[-1] for cue, _ in _ALL_CUES}}
NEVER = word_set(
    """
    i me my you your he him his she her it its we us our they them their who what which this that these those a an the and or but if so
    not no yes is was are were be been am do did does have has had will'd can could would should shall must might of to in on at by for
    from with up down out off over under about into as than then there here when where why how all any some each every one two both more
    most very too just only also because while until officer officers sergeant constable pc pcso police sir madam miss mrs mr ms sgt
    inspector man woman men women boy girl said told asked got went came good kind best regards thanks cheers please sorry hello dear
    god lord allah everyone somebody nobody someone anybody people mate bro bruv love anyone anything nothing something everything now
    never always still again well ok okay really today yesterday tomorrow o'clock mum dad mom nan uncle aunty auntie ref dob tel vrm pnc
    number male female of oic ic3 dc ds di ps pss son ma st saint
    """
)
VERBISH = word_set(
    """
    will may can drew chase hope said ran long young gay harsh misty sunny rusty dusty royal noble precious ivory forest major junior
    prince king queen princess buddy guy art ads bola brain candy bud bile fang fares flora rich grant? homer hung hunter mi non ping
    porter ram reed sang shad sun sung tad tam tamer tanner ting tram van walker ward gene dung fern newton pansy roman rocky rod salad
    sultana angel earnest grand main stern sharp short low wise best small little moody wild strong close cross rush large case sick ill
    bold savage fair self bad lie sole rough poor free black white brown
    """
)  # after a person's word these go on with the sentence: "my mate will tell you"
PAST = word_set(
    "was got had is said told went came did has who and ran lives came saw filmed knows"
)  # after "will" or "may" these show that it was a name
OPENING = PAST | {
    "from",
    "on",
    "let",
    "gave",
    "took",
    "made",
    "put",
    "searched",
    "stopped",
    "explained",
}  # after an unknown first word these show a name
COMPANY = frozenset({"with", "tell", "told", "ask", "asked", "grabbed", "arrested", "thank", "says", "said"})
WIDEST_GAP = 4  # characters between a cue and its name
JOINING = frozenset({"and", "n"})
PLACE_TYPES = word_set(
    """
    road rd street st avenue ave close crescent terrace gardens station hospital school college university academy infirmary stadium
    mosque church temple library centre center shopping estate airport arena market circus square gate castle roundabout theatre surgery
    pub arms inn island services retail leisure primary secondary high secondary road's rd's football united city town rovers
    """
)
PLACE_NAMES_TOO = word_set(
    """
    hill park lane green court marsh wood woods field fields bridge house way grove cross heath common moor dale vale
    """
)  # surnames, and the ends of places
TOWARDS = word_set(
    """
    in at near to from outside around on by towards past through into along behind opposite via off of the between across beside round
    """
)


def expectation(words: Sequence[Token], at: int) -> Expected:
    """Return how much a name is expected at a place."""
    before = words[at - 1].low if at else ""
    gap = words[at].gap
    if at == 0 or not _goes_on(gap.strip(" 0123456789") + " " if before in TITLES else gap):  # "PC 4471 Marsh"
        return Expected.NOT
    found = [strength for cue, strength in AFTER_WORDS.get(before, ()) if _ends_with(words, at, cue)]
    if before in TITLES or (before in CALLINGS and words[at].capital and not found) or _is_after_initial(words, at):
        return Expected.TITLED
    if found:
        return found[0]
    return Expected.SOME if before in CALLINGS or _is_after_relation(words, at) else Expected.NOT


def _is_after_initial(words: Sequence[Token], at: int) -> bool:
    return at > 1 and words[at - 1].is_initial and words[at - 2].low in TITLES


def _goes_on(gap: str) -> bool:
    return (
        "\n\n" not in gap
        and len(gap) <= WIDEST_GAP
        and not set(gap) & set("!?;")
        and (gap.strip() in {"", ",", ":", ".", "-", "(", '"', "'", ",,", ': "'})
    )


def _ends_with(words: Sequence[Token], at: int, cue: tuple[str, ...]) -> bool:
    return at >= len(cue) and all(words[at - len(cue) + place].low == word for place, word in enumerate(cue))


def _is_after_relation(words: Sequence[Token], at: int) -> bool:
    if "." in words[at].gap or words[at - 1].low not in RELATIONS:
        return False
    return at == 1 or any(word.low in OWNERS or words[at - 1].opens for word in words[max(0, at - 4) : at - 1])
