"""The places in the staff header, and which roles each opens to. A house test holds this against the routes' own declarations."""

from dataclasses import dataclass

from stop_search.accounts.rules import Role, Viewer


@dataclass(frozen=True)
class Place:
    """One link of the header: where it leads, its words, and the roles that may go there."""

    path: str
    words: str
    roles: frozenset[Role]

    def holds(self, path: str) -> bool:
        """Say whether a page at `path` lies in this place."""
        return path == self.path or path.startswith(f"{self.path}/")


PLACES = (
    Place("/officer", "Record a stop", frozenset({Role.OFFICER})),
    Place("/reviews", "Reviews", frozenset({Role.SUPERVISOR})),
    Place("/learning", "Learning", frozenset({Role.LEARNING_TEAM})),
    Place("/panels", "Panels", frozenset({Role.PANEL_MEMBER})),
    Place("/complaints", "Letters", frozenset({Role.COMPLAINTS_HANDLER})),
    Place("/admin", "Admin", frozenset({Role.ADMINISTRATOR, Role.AUDITOR})),
    Place("/holds", "Holds", frozenset({Role.LEARNING_TEAM, Role.COMPLAINTS_HANDLER})),
    Place("/recordings", "Recordings", frozenset({Role.OFFICER, Role.ADMINISTRATOR})),
)


def places(viewer: Viewer | None) -> list[Place]:
    """Return the places that the viewer's roles open, in the header's order; none for nobody."""
    return [place for place in PLACES if viewer and viewer.has(*place.roles)]
