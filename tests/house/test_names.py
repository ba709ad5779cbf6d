"""Names that say nothing are not used: a stranger finds a line's room by its name."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import PurePath

from tests.support.tree import SOURCE, parsed, python_files

BANNED = frozenset({"data", "info", "manager", "handler", "helper", "helpers", "util", "utils", "common", "core", "process", "misc"})
SQLALCHEMYS_OWN = frozenset({"process_bind_param", "process_result_value"})  # what a column type must call its methods
OUR_PACKAGES = frozenset({"stop_search", "receipts", "services", "review_rubrics"})


def words(name: str) -> set[str]:
    """Return the words of a snake_case or CamelCase name, in small letters."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def test_words_are_told_apart_in_both_ways_of_writing() -> None:
    assert words("find_CSVHandler2") == {"find", "csv", "handler"}
    assert words("dataset") == {"dataset"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = [name for name in python_files(*SOURCE) for part in PurePath(name).with_suffix("").parts if words(part) & BANNED]
    assert not empty, f"named by kind, not by noun: {empty}"


def test_no_function_or_class_has_a_name_that_says_nothing() -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    empty = [
        f"{path}:{node.lineno} {node.name}"
        for path in python_files(*SOURCE)
        for node in ast.walk(parsed(path))
        if isinstance(node, kinds) and words(node.name) & BANNED and node.name not in SQLALCHEMYS_OWN
    ]
    assert not empty, f"say what it does: {empty}"


def test_no_module_has_the_name_of_a_standard_library_or_dependency() -> None:
    """Only where it could be taken for it: beside the entry points, and at the top of the domain."""
    taken = (set(sys.stdlib_module_names) | set(packages_distributions())) - OUR_PACKAGES
    clashes = [name for name in python_files(*SOURCE) if PurePath(name).stem in taken and PurePath(name).stem != "__init__"]
    assert not clashes, f"named as something that is imported: {clashes}"
