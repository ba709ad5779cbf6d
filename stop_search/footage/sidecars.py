"""The small file beside a recording that says what its sender knows of it: `clip.mp4.json` beside `clip.mp4`. Pure."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from stop_search.errors import Invalid

ENDING = ".json"
LONGEST_BYTES = 16 << 10

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Sha256 = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[0-9a-fA-F]{64}$")]


class Sidecar(BaseModel):
    """What may be said of a recording, all of it optional. `officer`: the collar or warrant number; `encounter`: its reference."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    device: Word | None = None
    officer: Word | None = None
    started_at: AwareDatetime | None = None
    encounter: Word | None = None
    sha256: Sha256 | None = None


NOTHING_SAID = Sidecar()


def read_sidecar(content: bytes) -> Sidecar:
    """Return what a sidecar says.

    Raises:
        Invalid: it is not JSON with these names; the message says what is wrong.

    """
    if len(content) > LONGEST_BYTES:
        message = f"The file beside it that should say what it is has more than {LONGEST_BYTES} bytes."
        raise Invalid(message)
    try:
        return Sidecar.model_validate_json(content)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}" for one in error.errors(include_input=False))
        message = f"The file beside it cannot be read. {problems}. It may hold device, officer, started_at, encounter and sha256, as JSON."
        raise Invalid(message) from error
