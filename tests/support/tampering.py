"""Ways of tampering with the audit log, as somebody with the database's password would go about it."""

from collections.abc import Callable
from typing import cast

from sqlalchemy import Table, func, select, text, update
from sqlalchemy.orm import Session

from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import FIRST, chained_hash

ENTRY = cast("Table", AuditEntry.__table__)
Tamper = Callable[[Session, int], None]


def without_guards(session: Session) -> None:
    """Take the triggers away, as the owner of the tables can."""
    if session.get_bind().dialect.name == "sqlite":
        for name in ("audit_entry_no_update", "audit_entry_no_delete"):
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))


def with_guards_again(session: Session) -> None:
    """Put the triggers back, as somebody who hides his traces would."""
    if session.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            session.execute(
                text(
                    f"CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb.upper()} ON audit_entry "
                    "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
                )
            )
    else:
        session.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER ALL"))


def changed(column: str, value: str) -> Tamper:
    """Change one column of one entry, and the same words inside the text that was hashed."""

    def tamper(session: Session, n: int) -> None:
        old = session.execute(select(ENTRY.c[column]).where(ENTRY.c.n == n)).scalar_one()
        said = func.replace(ENTRY.c.text, str(old), value)
        session.execute(update(ENTRY).where(ENTRY.c.n == n).values({column: value, "text": said}))

    return tamper


def column_only(column: str, value: str) -> Tamper:
    """Change what is shown and searched, and leave the hashed text alone."""

    def tamper(session: Session, n: int) -> None:
        session.execute(update(ENTRY).where(ENTRY.c.n == n).values({column: value}))

    return tamper


def another_time(session: Session, n: int) -> None:
    """Move an entry to another hour."""
    session.execute(text("UPDATE audit_entry SET text = replace(text, 'T12:', 'T13:') WHERE n = :n"), {"n": n})


def another_encoding(session: Session, n: int) -> None:
    """Write the same JSON in another way: a space behind each comma."""
    session.execute(text("UPDATE audit_entry SET text = replace(text, ',\"', ', \"') WHERE n = :n"), {"n": n})


def deleted(session: Session, n: int) -> None:
    """Delete one entry."""
    session.execute(text("DELETE FROM audit_entry WHERE n = :n"), {"n": n})


def deleted_and_closed_up(session: Session, n: int) -> None:
    """Delete one entry and number the later ones down, so that no number is missing."""
    deleted(session, n)
    later = session.execute(text("SELECT n FROM audit_entry WHERE n > :n ORDER BY n"), {"n": n}).scalars().all()
    for number in later:
        session.execute(text("UPDATE audit_entry SET n = n - 1 WHERE n = :n"), {"n": number})


def cut_off(session: Session, n: int) -> None:
    """Delete the newest entries from `n` on."""
    session.execute(text("DELETE FROM audit_entry WHERE n >= :n"), {"n": n})


def swapped(session: Session, n: int) -> None:
    """Swap two neighbours."""
    other = n + 1 if session.execute(text("SELECT max(n) FROM audit_entry")).scalar_one() > n else n - 1
    for old, new in ((n, -1), (other, n), (-1, other)):
        session.execute(text("UPDATE audit_entry SET n = :new WHERE n = :old"), {"new": new, "old": old})


def forged(session: Session, n: int) -> None:
    """Put a made-up entry behind the newest, well-formed, without moving the head."""
    _copy_to_the_end(session, n, fresh_hash=True)


def doubled(session: Session, n: int) -> None:
    """Put a copy of an entry behind the newest; the hash must differ by a letter, as the column is unique."""
    _copy_to_the_end(session, n, fresh_hash=False)


def rechained(session: Session, n: int) -> None:
    """Change an entry and make the whole chain anew from there, head and all: only an anchor outside can tell."""
    session.execute(text("UPDATE audit_entry SET object_id = 'forged' WHERE n = :n"), {"n": n})
    rows = session.execute(text("SELECT n, text, object_id FROM audit_entry ORDER BY n")).all()
    previous = FIRST
    for row in rows:
        said = row.text if row.n != n else _with_object(row.text, "forged")
        digest = chained_hash(previous, said)
        session.execute(
            text("UPDATE audit_entry SET text = :said, previous_hash = :previous, hash = :digest WHERE n = :n"),
            {"said": said, "previous": previous, "digest": digest, "n": row.n},
        )
        previous = digest
    session.execute(text("UPDATE audit_head SET hash = :digest"), {"digest": previous})


def _with_object(said: str, object_id: str) -> str:
    import json

    read = json.loads(said) | {"object_id": object_id}
    return json.dumps(read, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _copy_to_the_end(session: Session, n: int, *, fresh_hash: bool) -> None:
    newest = session.execute(text("SELECT n, hash FROM audit_entry ORDER BY n DESC LIMIT 1")).one()
    said = session.execute(text("SELECT text FROM audit_entry WHERE n = :n"), {"n": n}).scalar_one()
    digest = chained_hash(newest.hash, said) if fresh_hash else f"{newest.hash[:-1]}{'0' if newest.hash[-1] != '0' else '1'}"
    session.execute(
        text(
            "INSERT INTO audit_entry (n, at, actor, role, operation, action, object_type, object_id, text, previous_hash, hash) "
            "SELECT :new, at, actor, role, operation, action, object_type, object_id, text, :previous, :digest "
            "FROM audit_entry WHERE n = :n"
        ),
        {"new": newest.n + 1, "previous": newest.hash, "digest": digest, "n": n},
    )


TAMPERINGS: dict[str, Tamper] = {
    "edit field": changed("object_id", "another"),
    "edit actor": changed("actor", "nobody"),
    "edit action": changed("action", "nothing_done"),
    "edit time": another_time,
    "edit what is shown only": column_only("actor", "nobody"),
    "edit previous hash": column_only("previous_hash", "f" * 64),
    "edit hash": column_only("hash", "e" * 64),
    "another encoding": another_encoding,
    "delete one": deleted,
    "delete one and close up": deleted_and_closed_up,
    "cut off the end": cut_off,
    "swap two": swapped,
    "insert forged": forged,
    "duplicate": doubled,
}
