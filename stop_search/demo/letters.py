"""Invented letters for the demo, and the demo's own pair of keys. Only a demo keeps a private key beside its database."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.records import Encounter, Receipt
from stop_search.letters.actions import send_letter
from stop_search.letters.keys import register_key, takes_letters
from stop_search.letters.rules import LetterKind
from stop_search.letters.sealing import make_key_pair
from stop_search.wording import london

KEY_SINCE = timedelta(weeks=8)
# Kind, days ago, which of the newest receipts (None: none), what was written. Every name, address and number is invented.
INVENTED: tuple[tuple[LetterKind, int, int | None, dict[str, object]], ...] = (
    (
        LetterKind.COMPLAINT,
        31,
        3,
        {
            "what_happened": "They searched me outside the shop where I work. Nobody told me why until the end.",
            "wanted": "I want somebody to watch the video and to say sorry if it was wrong.",
            "name": "Robin Example",
            "email": "robin@mail.example",
        },
    ),
    (
        LetterKind.COMPLAINT,
        6,
        8,
        {"what_happened": "One of the officers laughed when my son was upset.\nHe is 14.", "phone": "01632 960 114"},
    ),
    (LetterKind.COPY_OF_RECORD, 2, 5, {"name": "Ade Example", "address": "1 Invented Street\nHarbour"}),
    (
        LetterKind.STOP_WITHOUT_RECEIPT,
        4,
        None,
        {
            "place": "Harbour Road, by the bus station",
            "day": "last Saturday",
            "time": "about 9 in the evening",
            "email": "kit@mail.example",
        },
    ),
    (LetterKind.PANEL_INTEREST, 9, None, {"name": "Mair Example", "phone": "01632 960 127"}),
)


def demo_key_path(data_folder: Path) -> Path:
    """Return where the demo's private key lies."""
    return data_folder / "demo-key-of-letters.json"


def fill_letters(session: Session, *, data_folder: Path, now: datetime) -> int:
    """Make the demo's keys and send the invented letters; return how many. Where a key is in force already nothing happens."""
    if takes_letters(session, now=now):
        return 0
    since = now - KEY_SINCE
    pair = make_key_pair(london(since).date())
    register_key(session, public=pair.public, fingerprint=pair.fingerprint, actor=COMMAND_LINE, now=since)
    path = demo_key_path(data_folder)
    path.touch(mode=0o600)
    path.write_text(pair.key_file, encoding="utf-8")
    receipts = session.scalars(
        select(Receipt.id).join(Encounter, Encounter.id == Receipt.encounter_id).order_by(Encounter.started_at.desc(), Receipt.id).limit(20)
    ).all()
    for number, (kind, days, receipt, body) in enumerate(INVENTED):
        send_letter(
            session,
            kind=kind,
            body=body,
            receipt_id=None if receipt is None or receipt >= len(receipts) else receipts[receipt],
            submission_id=f"{number:032x}",
            language="en",
            assisted=kind is LetterKind.STOP_WITHOUT_RECEIPT,
            now=now - timedelta(days=days),
        )
    return len(INVENTED)
