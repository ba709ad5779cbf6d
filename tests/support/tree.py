"""The project's own files, for the house tests: what is committed or will be, by path from the top."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
SOURCE = ("stop_search", "receipts", "services", "tools", "benchmarks", "verify")
NOT_OURS = frozenset({".git", ".venv", "var", "dist", "node_modules", "__pycache__"})


@dataclass(frozen=True)
class Function:
    """One function: its file, name, first line and how many lines it has, from `def` to its end."""

    path: str
    name: str
    line: int
    length: int


@cache
def files() -> tuple[str, ...]:
    """Return every file of the project, as paths from its top, sorted; without git, all that is not made by running it."""
    if shutil.which("git") and (TOP / ".git").exists():
        command = ["git", "-c", f"safe.directory={TOP}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True).stdout.split("\0")
        return tuple(sorted({name for name in listed if name and (TOP / name).is_file()}))
    found = (path.relative_to(TOP) for path in TOP.rglob("*") if path.is_file())
    return tuple(sorted(str(path) for path in found if NOT_OURS.isdisjoint(path.parts) and not any("cache" in part for part in path.parts)))


def python_files(*folders: str) -> list[str]:
    """Return the Python files in `folders`; migrations that were released are history, not code to keep short."""
    return [
        name for name in files() if name.endswith(".py") and name.startswith(tuple(f"{f}/" for f in folders)) and "/versions/" not in name
    ]


def text_files() -> Iterator[tuple[str, str]]:
    """Yield path and text of each file that is text."""
    for name in files():
        content = (TOP / name).read_bytes()
        if b"\0" not in content:
            yield name, content.decode(errors="replace")


def read(name: str) -> str:
    """Return the text of a file by its path from the top."""
    return (TOP / name).read_text(encoding="utf-8")


@cache
def parsed(name: str) -> ast.Module:
    """Return a Python file's syntax tree."""
    return ast.parse(read(name), filename=name)


def functions(*folders: str) -> list[Function]:
    """Return every function in `folders`, those inside classes and functions too."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        Function(name, node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1)
        for name in python_files(*folders)
        for node in ast.walk(parsed(name))
        if isinstance(node, kinds)
    ]
