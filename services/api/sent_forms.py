"""A form whose fields are not known beforehand, read as text: for pages that ask as many questions as a rubric has."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request


@dataclass(frozen=True)
class Sent:
    """A form's text fields; `all_of` gives every value of a field that may come more than once (checkboxes)."""

    pairs: tuple[tuple[str, str], ...]

    def one(self, name: str) -> str:
        """Return the first value of a field, trimmed; empty where it was not sent."""
        return next((value for key, value in self.pairs if key == name), "").strip()

    def all_of(self, name: str) -> frozenset[str]:
        """Return every different value of a field."""
        return frozenset(value for key, value in self.pairs if key == name)

    def every(self, name: str) -> list[str]:
        """Return every value of a field, in the order of the form."""
        return [value for key, value in self.pairs if key == name]


async def read_form(request: Request) -> Sent:
    """Return the form's fields as text. NUL can be stored nowhere and is taken out; line ends become one."""
    form = await request.form()
    return Sent(
        tuple((key, value.replace("\x00", "").replace("\r\n", "\n")) for key, value in form.multi_items() if isinstance(value, str))
    )


SentForm = Annotated[Sent, Depends(read_form)]
