"""Pages in languages that no person has written yet: English words in a folder of their own, so that only the way is tested."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from services.api import site_words
from stop_search.force import read_force


@contextmanager
def pages_in(app: Any, folder: Path, *languages: str) -> Iterator[None]:
    """Have the site offer these languages beside English, each in English words but for the heading of the choice of questions."""
    was, force = site_words.FOLDER, app.state.force
    shutil.copytree(was / "en", folder / "en")
    for language in languages:
        shutil.copytree(was / "en", folder / language)
        named = folder / language / "question_sets.yaml"
        named.write_text(named.read_text(encoding="utf-8").replace("heading: ", f"heading: {language} "), encoding="utf-8")
    _use(folder)
    app.state.force = replace(read_force(None), languages=("en", *languages))
    yield
    app.state.force = force
    _use(was)


def _use(folder: Path) -> None:
    site_words.FOLDER = folder
    site_words.site_languages.cache_clear()
    site_words.site_words.cache_clear()
