"""Nobody reads rubrics past the versions that were published here: `rubric.py` knows the folder only, and one module asks it."""

import ast

from tests.support.tree import parsed, python_files

FOLDER_ONLY = {"rubric_at", "newest_rubric", "folder_versions"}
MAY = {"stop_search/reviews/rubric.py", "stop_search/reviews/versions.py"}


def past_the_database(tree: ast.Module) -> set[str]:
    """Return what a module takes from `rubric.py` that sees the folder alone."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "stop_search.reviews.rubric"]
    names = {name.name for node in imports for name in node.names} & FOLDER_ONLY
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in FOLDER_ONLY}


def test_versions_are_asked_of_the_module_that_knows_the_database() -> None:
    found = {
        name: names
        for name in python_files("stop_search", "services", "tools")
        if name not in MAY and (names := past_the_database(parsed(name)))
    }
    assert found == {}, (
        "ask stop_search/reviews/versions.py, with the session: rubric_of, rubric_version, rubric_in_force, rubric_to_read_by"
    )


def test_a_call_past_the_database_would_be_found() -> None:
    assert past_the_database(ast.parse("from stop_search.reviews.rubric import STOP_SEARCH, rubric_at")) == {"rubric_at"}
    assert past_the_database(ast.parse("from stop_search.reviews import rubric\nrubric.newest_rubric()")) == {"newest_rubric"}
    assert past_the_database(ast.parse("from stop_search.reviews.rubric import rubric_from")) == set()
