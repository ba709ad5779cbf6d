"""What `/api/v1/evidence` takes and gives."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from services.api.intake.footage_bodies import Word
from stop_search.footage.evidence_rules import GoneAs, Wanted
from stop_search.footage.queries import FootageShown


class Position(BaseModel):
    """Where the camera was when it began, in degrees (WGS 84)."""

    model_config = ConfigDict(extra="forbid")

    longitude: Annotated[float, Field(ge=-180, le=180)]
    latitude: Annotated[float, Field(ge=-90, le=90)]
    accuracy_metres: Annotated[float, Field(ge=0, le=10**7)] | None = None


class ToldBody(BaseModel):
    """A file that the evidence system keeps. `officer` is the collar or warrant number, `encounter` its reference."""

    model_config = ConfigDict(extra="forbid")

    sha256: Annotated[str, StringConstraints(to_lower=True, pattern=r"^[0-9a-fA-F]{64}$")]
    size_bytes: Annotated[int, Field(ge=1, le=2**53)]
    name: Word
    device: Word | None = None
    officer: Word | None = None
    started_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    encounter: Word | None = None
    position: Position | None = None
    upload: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] | None = None

    @property
    def upload_id(self) -> str:
        """Return the upload's id, whether it was given alone or as the address that the upload went to."""
        return (self.upload or "").rstrip("/").rsplit("/", 1)[-1]


class AnswerBody(BaseModel):
    """What was done about a request."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["held", "released", "gone"]


class GoneAnswer(BaseModel):
    """In what standing a file went: `not_held`, `before_hold` (our request was not answered yet), `despite_hold`."""

    gone_as: GoneAs


class RequestAnswer(BaseModel):
    """One request. Of those about one file the highest `number` counts; why it is asked is told to nobody."""

    request: UUID
    number: int
    evidence_id: str
    sha256: str
    wanted: Wanted


class KeptAnswer(BaseModel):
    """What is known here of a file that the evidence system keeps. `held` is whether it should keep it until further notice."""

    id: UUID
    evidence_id: str
    state: str
    sha256: str
    size_bytes: int
    held: bool
    acknowledged: bool
    gone_as: GoneAs | None
    started_at: datetime | None
    ended_at: datetime | None
    facts: dict[str, Any]
    pictures: int


def position_of(body: ToldBody) -> dict[str, float] | None:
    """Return the position as the row keeps it."""
    return body.position.model_dump(exclude_none=True) if body.position else None


def kept_answer(shown: FootageShown) -> KeptAnswer:
    """Say a file of the evidence system as JSON."""
    there = shown.evidence
    return KeptAnswer(
        id=shown.footage_id,
        evidence_id=there.evidence_id if there else "",
        state=shown.state,
        sha256=shown.sha256,
        size_bytes=shown.size_bytes,
        held=bool(shown.holds),
        acknowledged=there is not None and there.is_held_there,
        gone_as=GoneAs(there.gone_as) if there and there.gone_as else None,
        started_at=shown.started_at,
        ended_at=shown.ended_at,
        facts=shown.facts,
        pictures=len(shown.pictures.get("thumbnails", ())) + bool(shown.pictures.get("poster")),
    )
