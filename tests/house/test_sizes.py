"""Short files and functions: what grows is split by noun. `pytest --log-cli-level=INFO tests/house/test_sizes.py` prints the figures."""

import logging
from statistics import median, quantiles

from tests.support.tree import SOURCE, functions, python_files, read

LONGEST_FILE, LONGEST_TEST_FILE, LONGEST_FUNCTION = 400, 500, 60
USUAL_FILE, USUAL_FUNCTION = 250, 30  # 95 of 100 are at most this long


def _lines(*folders: str) -> dict[str, int]:
    return {name: read(name).count("\n") for name in python_files(*folders)}


def _p95(lengths: list[int]) -> float:
    return quantiles(lengths, n=20, method="inclusive")[-1]


def test_no_file_is_too_long() -> None:
    source, tests = _lines(*SOURCE), _lines("tests")
    too_long = [f"{name}: {n}" for name, n in source.items() if n > LONGEST_FILE]
    too_long += [f"{name}: {n}" for name, n in tests.items() if n > LONGEST_TEST_FILE]
    assert not too_long, f"split by noun: {too_long}"


def test_no_function_is_too_long() -> None:
    too_long = [f"{f.path}:{f.line} {f.name}: {f.length}" for f in functions(*SOURCE, "tests") if f.length > LONGEST_FUNCTION]
    assert not too_long, f"longer than {LONGEST_FUNCTION} lines: {too_long}"


def test_most_files_and_functions_are_short() -> None:
    written = [n for name, n in _lines(*SOURCE).items() if not name.endswith("__init__.py")]
    lengths = [f.length for f in functions(*SOURCE)]
    figures = (
        f"files: {len(written)}, median {median(written):.0f}, p95 {_p95(written):.0f}, longest {max(written)} lines; "
        f"functions: {len(lengths)}, median {median(lengths):.0f}, p95 {_p95(lengths):.0f}, longest {max(lengths)} lines"
    )
    logging.getLogger("house").info(figures)
    assert _p95(written) <= USUAL_FILE, figures
    assert _p95(lengths) <= USUAL_FUNCTION, figures
