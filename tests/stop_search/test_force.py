"""The force's own file: what it need not say has a default, and what it says counts."""

from datetime import timedelta
from pathlib import Path

import pytest

from stop_search.errors import SettingMissing
from stop_search.force import INVENTED, read_force

SAID = "dispute_within_days: 28 "


@pytest.mark.parametrize(("line", "days"), [("# nothing said ", 28), ("dispute_within_days: 10 ", 10)])
def test_how_long_an_officer_can_dispute_is_the_forces_or_28_days(tmp_path: Path, line: str, days: int) -> None:
    text = INVENTED.read_text(encoding="utf-8")
    assert SAID in text
    own = tmp_path / "force.yaml"
    own.write_text(text.replace(SAID, line), encoding="utf-8")
    assert read_force(own).dispute_within == timedelta(days=days)


def test_a_period_that_is_no_number_is_refused_by_name(tmp_path: Path) -> None:
    own = tmp_path / "force.yaml"
    own.write_text(INVENTED.read_text(encoding="utf-8").replace(SAID, "dispute_within_days: soon "), encoding="utf-8")
    with pytest.raises(SettingMissing, match="soon"):
        read_force(own)
