"""Typing a command, in this process, and reading what came of it."""

import sys
from dataclasses import dataclass

import pytest

from services.cli import main
from stop_search.settings import PREFIX


@dataclass
class Terminal:
    """A terminal whose environment names one installation (names without the prefix)."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    settings: dict[str, str]

    def type(self, *words: str) -> tuple[int, str, str]:
        """Run `stop-search words…`; return the exit code, what was printed, and what was complained about."""
        for name, value in self.settings.items():
            self.monkeypatch.setenv(f"{PREFIX}{name}", value)
        self.monkeypatch.setattr(sys, "argv", ["stop-search", *words])
        self.monkeypatch.setenv("COLUMNS", "200")
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self.capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0 if code is None else 1), printed.out, printed.err
