"""The scripts of `verify/` as modules: read from their files, as whoever is outside has them."""

import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

VERIFY = Path(__file__).parents[2] / "verify"


@cache
def outside(name: str) -> ModuleType:
    """Return the script of this name."""
    sys.path.insert(0, str(VERIFY))
    try:
        return import_module(name)
    finally:
        sys.path.remove(str(VERIFY))
