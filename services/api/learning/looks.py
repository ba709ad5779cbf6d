"""Every look at the learning team's pages is noted in the audit log."""

from fastapi import Request

from services.api.dependencies import CurrentViewer, InstallationDep, Now
from stop_search.accounts.rules import Role
from stop_search.learning.actions import note_consultation


def note_look(request: Request, installation: InstallationDep, viewer: CurrentViewer, now: Now) -> None:
    """Write into the audit log who looks at what, once per request, before anything is shown."""
    with installation.writing() as session:
        note_consultation(session, of=request.url.path, actor=viewer.acting_as(Role.LEARNING_TEAM), now=now)
