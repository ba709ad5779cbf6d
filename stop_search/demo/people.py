"""The invented force's people: who they are, their teams and their posts. Pure."""

from dataclasses import dataclass

from stop_search.accounts.rules import PostKind, Role

MAIL_DOMAIN = "wessex.example"


@dataclass(frozen=True)
class InventedTeam:
    """A shift team in a unit."""

    name: str
    unit: str


@dataclass(frozen=True)
class InventedPerson:
    """Someone who signs in; `team` and `post` are None for those who hold no post in a shift team."""

    name: str
    roles: tuple[Role, ...]
    officer_number: str | None = None
    station: str | None = None
    team: str | None = None
    post: PostKind | None = None

    @property
    def email(self) -> str:
        """An address in a domain that cannot exist."""
        return f"{self.name.lower().replace(' ', '.').replace(chr(39), '')}@{MAIL_DOMAIN}"


TEAMS = (
    InventedTeam("Harbour A", "Harbour"),
    InventedTeam("Harbour B", "Harbour"),
    InventedTeam("Northtown A", "Northtown"),
    InventedTeam("Northtown B", "Northtown"),
)
STATIONS = {"Harbour": "Harbour Road", "Northtown": "Northtown Central"}

_LEADS = ("Ruth Okafor", "Gareth Pryce", "Sunita Rao", "Tom Ashworth")
_MEMBERS = (
    ("Ellie Marsh", "Daniel Osei", "Kasia Nowak"),
    ("Jack Pembroke", "Aisha Karim", "Owen Hughes"),
    ("Molly Fenwick", "Ravi Patel", "Chloe Bright"),
    ("Sam Whitlock", "Nadia Haddad", "Ben Curtis"),
)
_OTHERS = (
    InventedPerson("Lena Fischer", (Role.LEARNING_TEAM,)),
    InventedPerson("Omar Siddiqui", (Role.LEARNING_TEAM,)),
    InventedPerson("Marcus Bell", (Role.PANEL_MEMBER,)),
    *(InventedPerson(name, (Role.PANEL_MEMBER,)) for name in ("Amara Obi", "Delia Hart", "Joel Winter", "Priya Nair")),
    InventedPerson("Grace Lindqvist", (Role.COMPLAINTS_HANDLER,)),
    InventedPerson("Peter Amadi", (Role.AUDITOR,)),
    InventedPerson("Iris Novak", (Role.ADMINISTRATOR,)),
)
NEWCOMER = InventedPerson("Hannah Doyle", (Role.SUPERVISOR,))  # not among the others: she begins when the half-year is over


def invented_people() -> tuple[InventedPerson, ...]:
    """Return everyone but the newcomer, in a fixed order: each team's lead and members, then those outside the teams."""
    people: list[InventedPerson] = []
    for position, team in enumerate(TEAMS):
        station = STATIONS[team.unit]
        number = 2000 + 100 * position
        lead = InventedPerson(_LEADS[position], (Role.SUPERVISOR, Role.OFFICER), str(number), station, team.name, PostKind.LEAD)
        people.append(lead)
        people += [
            InventedPerson(name, (Role.OFFICER,), str(number + offset), station, team.name, PostKind.MEMBER)
            for offset, name in enumerate(_MEMBERS[position], start=11)
        ]
    return (*people, *_OTHERS)
