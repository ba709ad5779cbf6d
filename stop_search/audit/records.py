"""The audit log's tables: entries in a chain, and one head row that serialises the appends."""

from datetime import datetime

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.audit.rules import Operation
from stop_search.database.base import Base, one_of


class AuditEntry(Base):
    """Triggers in the migrations refuse UPDATE and DELETE. `text` is what was hashed; the columns beside it are for searching."""

    __tablename__ = "audit_entry"
    __table_args__ = (one_of("operation", Operation),)

    n: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(index=True)
    role: Mapped[str]
    operation: Mapped[str]
    action: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[str] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class AuditHead(Base):
    """One row, id 1: number and hash of the newest entry."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    hash: Mapped[str]
