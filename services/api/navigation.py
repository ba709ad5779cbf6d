"""The places in the staff header and within Learning, and which roles each opens to. A house test holds this against the routes."""

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


@dataclass(frozen=True)
class Group:
    """Pages of one place that belong together: its words, and the pages, the first of which its tab leads to."""

    words: str
    pages: tuple[Place, ...]


def _group(words: str, pages: dict[str, str]) -> Group:
    return Group(words, tuple(Place(path, name, frozenset({Role.LEARNING_TEAM})) for path, name in pages.items()))


LEARNING = (
    _group(
        "Results",
        {
            "/learning": "What was learned",
            "/learning/together": "Public, panels, reviewers",
            "/learning/public": "What people wrote",
            "/learning/themes": "Themes",
            "/learning/disparity": "Disparity",
            "/learning/units": "Units",
            "/learning/film": "Missing film",
            "/learning/feedback": "Reach of feedback",
        },
    ),
    _group(
        "Checks",
        {
            "/learning/draws": "Draws",
            "/learning/agreement": "Agreement",
            "/learning/gold": "Agreed clips",
            "/learning/late-reviews": "Late reviews",
            "/learning/refusals": "Refusals",
            "/learning/officers-answers": "What officers answered",
            "/learning/rubric": "Rubric",
        },
    ),
    _group(
        "Changes",
        {
            "/learning/actions": "Actions",
            "/learning/maturity": "Maturity",
            "/learning/reports": "Reports",
            "/learning/releases": "Tables for the public",
            "/learning/redactions": "Redaction",
            "/learning/panels": "Panels",
        },
    ),
)


def learning_place(path: str, viewer: Viewer | None) -> tuple[Group, Place] | None:
    """Return the group and the page of Learning in which `path` lies; None outside, and for those to whom it does not open."""
    held = [(group, place) for group in LEARNING for place in group.pages if place.holds(path) and viewer and viewer.has(*place.roles)]
    return max(held, key=lambda one: len(one[1].path), default=None)
