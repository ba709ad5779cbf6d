"""The one thing that looking at what was learned writes: that somebody looked."""

from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose


def note_consultation(session: Session, *, of: str, actor: Actor, now: datetime) -> None:
    """Record that `actor` consulted (or took away, as a file) what was learned; `of` names the page, file or measure."""
    act = Act(
        operation=Operation.CONSULTATION,
        action="consult_learning",
        object_type="learning",
        object_id=of,
        purpose=Purpose.LEARNING_ANALYSIS,
    )
    record_act(session, actor=actor, act=act, now=now)
