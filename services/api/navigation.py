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


_LEARNERS = frozenset({Role.LEARNING_TEAM})
LEARNING = (
    Group(
        "Results",
        (
            Place("/learning", "What was learned", _LEARNERS),
            Place("/learning/together", "Public and reviewers", _LEARNERS),
            Place("/learning/public", "What people wrote", _LEARNERS),
            Place("/learning/themes", "Themes", _LEARNERS),
            Place("/learning/disparity", "Disparity", _LEARNERS),
            Place("/learning/units", "Units", _LEARNERS),
            Place("/learning/film", "Missing film", _LEARNERS),
            Place("/learning/feedback", "Reach of feedback", _LEARNERS),
        ),
    ),
    Group(
        "Checks",
        (
            Place("/learning/draws", "Draws", _LEARNERS),
            Place("/learning/agreement", "Agreement", _LEARNERS),
            Place("/learning/gold", "Agreed clips", _LEARNERS),
            Place("/learning/late-reviews", "Late reviews", _LEARNERS),
            Place("/learning/refusals", "Refusals", _LEARNERS),
            Place("/learning/officers-answers", "What officers answered", _LEARNERS),
            Place("/learning/rubric", "Rubric", _LEARNERS),
        ),
    ),
    Group(
        "Changes",
        (
            Place("/learning/actions", "Actions", _LEARNERS),
            Place("/learning/maturity", "Maturity", _LEARNERS),
            Place("/learning/reports", "Reports", _LEARNERS),
            Place("/learning/releases", "Tables for the public", _LEARNERS),
            Place("/learning/redactions", "Redaction", _LEARNERS),
        ),
    ),
)


def learning_place(path: str, viewer: Viewer | None) -> tuple[Group, Place] | None:
    """Return the group and the page of Learning in which `path` lies; None outside, and for those to whom it does not open."""
    held = [(group, place) for group in LEARNING for place in group.pages if place.holds(path) and viewer and viewer.has(*place.roles)]
    return max(held, key=lambda one: len(one[1].path), default=None)
