"""The force's own settings: what cannot be right is refused when it is read."""

from pathlib import Path

import pytest

from stop_search.errors import SettingMissing
from stop_search.force import INVENTED, read_force


def a_force(folder: Path, share: str) -> Path:
    """Write the invented force with another share of footage that must be watched."""
    path = folder / "force.yaml"
    path.write_text(INVENTED.read_text(encoding="utf-8").replace("watched_share: 0.8", f"watched_share: {share}"), encoding="utf-8")
    return path


def test_a_force_says_how_much_of_the_footage_must_be_watched(tmp_path: Path) -> None:
    assert read_force(None).watched_share == 0.8
    assert read_force(a_force(tmp_path, "0.95")).watched_share == 0.95


@pytest.mark.parametrize("share", ["80", "-0.1", "most", "nan"])
def test_a_share_that_is_none_is_refused(tmp_path: Path, share: str) -> None:
    with pytest.raises(SettingMissing, match="STOP_SEARCH_FORCE"):
        read_force(a_force(tmp_path, share))
