"""What `/api/v1/footage` takes and gives."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from stop_search.footage.queries import FootageShown

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]


class FootageBody(BaseModel):
    """A finished upload and what its sender knows of it. `officer` is the collar or warrant number, `encounter` its reference."""

    model_config = ConfigDict(extra="forbid")

    upload: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    device: Word | None = None
    officer: Word | None = None
    started_at: AwareDatetime | None = None
    encounter: Word | None = None

    @property
    def upload_id(self) -> str:
        """Return the upload's id, whether it was given alone or as the address that the upload went to."""
        return self.upload.rstrip("/").rsplit("/", 1)[-1]


class HoldAnswer(BaseModel):
    """That the recording may not be erased. An officer's machine learns neither why nor when: either would tell that somebody spoke up."""

    reason: Literal["held"] = "held"


class MatchAnswer(BaseModel):
    """An encounter that the recording shows, and how that is known."""

    reference: str
    matched_by: str


class FailureAnswer(BaseModel):
    """Why it could not be examined, and what to do."""

    reason: str
    advice: str | None


class FootageAnswer(BaseModel):
    """One recording. `facts` have their units in their names; addresses are paths on this service."""

    id: UUID
    state: str
    sha256: str
    size_bytes: int
    name: str
    device: str | None
    officer: str | None
    started_at: datetime | None
    ended_at: datetime | None
    received_at: datetime
    examined_at: datetime | None
    erase_after: date | None
    facts: dict[str, Any]
    flags: list[str]
    holds: list[HoldAnswer]
    encounters: list[MatchAnswer]
    kept_elsewhere: bool
    position: dict[str, Any] | None
    failure: FailureAnswer | None
    poster: str | None
    sprites: str | None
    sprites_vtt: str | None
    sheets_vtt: str | None
    thumbnails: list[str]


def footage_answer(shown: FootageShown) -> FootageAnswer:
    """Say a recording as JSON."""
    folder = f"/api/v1/footage/{shown.footage_id}/pictures"

    def address(key: str | None) -> str | None:
        return None if key is None else f"{folder}/{key.rsplit('/', 1)[-1]}"

    pictures = shown.pictures
    return FootageAnswer(
        id=shown.footage_id,
        state=shown.state,
        sha256=shown.sha256,
        size_bytes=shown.size_bytes,
        name=shown.original_name,
        device=shown.device_serial,
        officer=shown.officer_number,
        started_at=shown.started_at,
        ended_at=shown.ended_at,
        received_at=shown.received_at,
        examined_at=shown.examined_at,
        erase_after=shown.erase_after,
        facts=shown.facts,
        flags=list(shown.flags),
        holds=[HoldAnswer()] if shown.holds else [],
        encounters=[MatchAnswer(reference=e.reference, matched_by=e.matched_by) for e in shown.encounters],
        kept_elsewhere=shown.storage_key is None,
        position=shown.position,
        failure=FailureAnswer(reason=shown.failure_reason, advice=shown.failure_advice) if shown.failure_reason else None,
        poster=address(pictures.get("poster")),
        sprites=address(pictures.get("sprites")),
        sprites_vtt=address(pictures.get("sprites_vtt")),
        sheets_vtt=address(pictures.get("sheets_vtt")),
        thumbnails=[f"{folder}/{one['key'].rsplit('/', 1)[-1]}" for one in pictures.get("thumbnails", ())],
    )
