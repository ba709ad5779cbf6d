"""The table of mail."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Identified


class Mail(Identified, Base):
    """One message to one account. It says how much waits and where, and nothing of any stop. The address is looked up when it is sent."""

    __tablename__ = "mail"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    subject: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)
