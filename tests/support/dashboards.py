"""The pages that show many rows at once, by who opens them, and counting the statements that one asks."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Engine, event

from stop_search.accounts.rules import Role

PAGES: Mapping[Role, tuple[str, ...]] = {
    Role.LEARNING_TEAM: (
        "/learning",
        "/learning/criteria.csv",
        "/learning/public",
        "/learning/disparity",
        "/learning/disparity?basis=age",
        "/learning/units",
        "/learning/units?measure=C3",
        "/learning/film",
        "/learning/feedback",
        "/learning/maturity",
        "/learning/themes",
        "/learning/themes?source=reviews",
        "/learning/themes?theme=calm_and_care",
        "/learning/themes/code",
        "/learning/themes/translate",
        "/learning/together",
        "/learning/actions",
        "/learning/actions/{action}",
        "/learning/agreement",
        "/learning/draws",
        "/learning/draws/{draw}",
        "/learning/gold",
        "/learning/late-reviews",
        "/learning/officers-answers",
        "/learning/panels",
        "/learning/redactions",
        "/learning/releases",
        "/learning/reports",
        "/learning/rubric",
        "/holds",
    ),
    Role.SUPERVISOR: ("/reviews", "/reviews/unfinished", "/reviews/footage", "/reviews/calibration", "/reviews/away", "/reviews/near"),
    Role.OFFICER: ("/officer", "/officer/reviews", "/officer/feedback", "/officer/handsets", "/recordings"),
    Role.PANEL_MEMBER: ("/panels",),
    Role.COMPLAINTS_HANDLER: (
        "/complaints",
        "/complaints/closed",
        "/complaints/feedback",
        "/complaints/comments",
        "/complaints/concerns",
        "/holds",
    ),
    Role.ADMINISTRATOR: ("/admin", "/admin/footage", "/admin/retention"),
}


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Yield a list that every statement is added to while the block runs."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
