"""Which translations of the forms there are, who made them, and who reviewed them: for whoever has them reviewed."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from stop_search.feedback.forms import TRANSLATIONS, BrokenForm, forms, translated


@dataclass(frozen=True)
class FormWords:
    """One translation of a form. `state`: "awaiting_review" or "reviewed"; by whom and on which day ("2027-01-31"), or nothing yet."""

    name: str
    version: int
    language: str
    state: str
    made_by: str
    reviewed_by: str
    reviewed_on: str


@cache
def form_words() -> tuple[FormWords, ...]:
    """Return the head of every translation of every form, by language, then form, then version.

    Raises:
        BrokenForm: one is of a form that there is not, or says more or less than the English form.

    """
    return tuple(_form_words(path) for path in sorted(TRANSLATIONS.glob("*/*.yaml")))


def _form_words(path: Path) -> FormWords:
    form = next((form for form in forms() if path.stem == f"{form.name}_v{form.version}"), None)
    if form is None:
        message = f"{path.parent.name}/{path.name}: there is no such form"
        raise BrokenForm(message)
    translated(form, path)
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    reviewed = (str(read[key]) for key in ("state", "made_by", "reviewed_by", "reviewed_on"))
    return FormWords(form.name, form.version, path.parent.name, *reviewed)
