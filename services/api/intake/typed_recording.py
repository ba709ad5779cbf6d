"""What somebody types about a recording that they hand in: the stop's reference, the camera, when it began, who wore it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from stop_search.errors import Invalid
from stop_search.footage.sidecars import Sidecar
from stop_search.wording import LONDON

LONGEST = 100
FIELDS = ("encounter", "device", "officer", "started-day", "started-month", "started-year", "started-time", "upload")


@dataclass(frozen=True)
class TypedRecording:
    """The fields as they were sent, by name, and the file if one came with them."""

    values: Mapping[str, str] = field(default_factory=dict[str, str])
    file: UploadFile | None = None

    def one(self, name: str) -> str:
        """Return a field without the space around it; "" where nothing was typed."""
        return self.values.get(name, "").strip()

    def said(self) -> Sidecar:
        """Return what was said.

        Raises:
            Invalid: the beginning is no time, or a field is too long; `fields` says which, as the form calls it.

        """
        long = {name: f"Use {LONGEST} characters or fewer." for name in FIELDS if len(self.one(name)) > LONGEST}
        if long:
            message = "Something that was typed is too long."
            raise Invalid(message, long)
        words = {name: self.one(name) or None for name in ("device", "officer")}
        return Sidecar(**words, encounter=self.one("encounter").upper() or None, started_at=self._started_at())

    def _started_at(self) -> datetime | None:
        day, month, year, time = (self.one(f"started-{part}") for part in ("day", "month", "year", "time"))
        if not any((day, month, year, time)):
            return None
        for form in ("%d %m %Y %H:%M", "%d %m %Y %H.%M", "%d %m %Y %I:%M%p", "%d %m %Y %I%p"):
            try:
                return datetime.strptime(f"{day} {month} {year} {time.replace(' ', '')}", form).replace(tzinfo=LONDON)
            except ValueError:
                continue
        message = "When the recording began cannot be read."
        raise Invalid(message, {"started": "Give date and time, such as 21 11 2026 and 14:05 or 2:05pm, or leave all of it out."})


async def read_recording(request: Request) -> AsyncIterator[TypedRecording]:
    """Yield what was posted; what was kept of its file on the way is gone afterwards."""
    form = await request.form()
    values = {name: value for name in FIELDS if isinstance(value := form.get(name), str)}
    file = form.get("file")
    try:
        yield TypedRecording(values, file if isinstance(file, UploadFile) and file.filename else None)
    finally:
        await form.close()


SentRecording = Annotated[TypedRecording, Depends(read_recording)]
