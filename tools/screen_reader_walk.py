"""Print what a screen reader says on the form, in order: from the first page to the four words. Makes docs/screen-reader-walk.md.

    python tools/screen_reader_walk.py [language] > docs/screen-reader-walk.md

What is printed is the browser's tree of accessibility, from which screen readers speak; each chooses words of its own for a role.
"""

import secrets
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from stop_search.database.migrating import migrate
from stop_search.installation import Installation, open_installation
from stop_search.settings import Settings
from tests.support.chromium import chromium, live_site
from tests.support.form_walker import issued_receipt
from tests.support.screen_reader import walk_of_the_form

HEAD = """# What a screen reader says

The browser's tree of accessibility, from which screen readers speak, on pages of the form for adults, in the order in which it is read:
role, name, and what is said besides. Made by `python tools/screen_reader_walk.py`; `tests/journeys/test_screen_reader.py` says which of it
must never be lost. Nobody who uses a screen reader every day has tried these pages yet. That is still to be done; this is no substitute.
"""


def main() -> None:
    """Print the walk as a page of the docs."""
    language = sys.argv[1] if len(sys.argv) > 1 else "en"
    with tempfile.TemporaryDirectory() as folder:
        installation = _installation(folder)
        with live_site(installation) as site, chromium() as browser:
            print(HEAD)
            for page, said in walk_of_the_form(browser, site, code=issued_receipt(installation)[1], language=language).items():
                print(f"## {page}\n\n```\n" + "\n".join(said) + "\n```\n")


def _installation(folder: str) -> Installation:
    values = {"data_folder": folder, "public_url": "http://127.0.0.1:1", "secret_key": secrets.token_urlsafe(48), "demo": "true"}
    opened = open_installation(Settings(**values))  # words, as from the environment
    migrate(opened.database)
    return opened


if __name__ == "__main__":
    main()
