"""What each level of a criterion can look like: invented examples beside the rubric, which explain the anchors and decide nothing."""

from collections.abc import Mapping
from functools import cache

import yaml

from stop_search.reviews.rubric import FOLDER, STOP_SEARCH

Examples = Mapping[str, Mapping[int, str]]


@cache
def examples(name: str = STOP_SEARCH) -> Examples:
    """Return the examples by criterion and level; none where a rubric has no file of them."""
    path = FOLDER / "examples" / f"{name}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
