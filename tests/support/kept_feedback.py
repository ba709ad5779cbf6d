"""What the store keeps of a person's words, opened again: for tests that look into the tables."""

from sqlalchemy import select

from stop_search.feedback.records import FeedbackText
from stop_search.feedback.sealed_text import TEXT_KEY_USE, text_of
from stop_search.installation import Installation


def kept_texts(installation: Installation) -> list[str]:
    """Return every stored text, opened, in no order that means anything."""
    key = installation.key_for(TEXT_KEY_USE)
    with installation.reading() as session:
        return [text_of(row, key=key, table=FeedbackText.__tablename__) for row in session.scalars(select(FeedbackText))]
