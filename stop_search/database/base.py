"""The base class of all tables: constraint names, column types and the one way to write a CHECK over an enum."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar, cast

from sqlalchemy import JSON, CheckConstraint, DateTime, Dialect, Integer, MetaData, String, Table, TypeDecorator, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored as UTC. A naive one is refused: nobody can say what hour it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC as the database keeps it."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"{value!r} has no time zone"
            raise ValueError(message)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Degrees(TypeDecorator[Decimal]):
    """Latitude or longitude in degrees, kept as whole millionths: exact on every database, six places as published."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return millionths of a degree."""
        return None if value is None else round(value * 1_000_000)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return degrees with six places."""
        return None if value is None else Decimal(value).scaleb(-6)


class KeyOrNone(TypeDecorator[str]):
    """A storage key, or None where nothing lies in storage. The column holds an empty text then.

    SQLite takes NOT NULL from a column only by writing the table anew, which other tables' foreign keys do not let it do.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return the key as the database keeps it."""
        return value or ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return the key, or None."""
        return value or None


class Base(DeclarativeBase):
    """Every table: a random id (never a sequence, which would tell the order of arrival), named constraints."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        uuid.UUID: Uuid(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        str: String(),
    }


def table_of(entity: type[Base]) -> Table:
    """Return the table behind an entity: for inserts of many rows in one statement, without the mapper in between."""
    return cast("Table", entity.__table__)


class Identified:
    """A row with a random id of its own."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """Return the CHECK that `column` holds NULL or one of `values`; its name is the column's."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
