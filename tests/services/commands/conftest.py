"""What the tests of commands share."""

import pytest

from stop_search.installation import Installation
from tests.conftest import SECRET


@pytest.fixture
def settings_in_environment(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every command run on the test's own installation."""
    for name, value in {
        "DATA_FOLDER": str(installation.settings.data_folder),
        "PUBLIC_URL": installation.settings.public_url,
        "SECRET_KEY": SECRET,
        "DEMO": "true",
    }.items():
        monkeypatch.setenv(f"STOP_SEARCH_{name}", value)
