"""Where a redirect may lead."""

import pytest

from services.api.security import own_path


@pytest.mark.parametrize("path", ["/", "/reviews", "/reviews?state=late&x=%2F%2Fevil", "/r/7K3M", "/a/../b", "/é", "/x:y@z"])
def test_a_path_of_our_own_is_kept(path: str) -> None:
    assert own_path(path, otherwise="/home") == path


@pytest.mark.parametrize(
    "away",
    [
        "",
        None,
        "reviews",
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t//evil",
        "/a b",
        "/a\n",
        "/\x00",
        " /x",
    ],
)
def test_anything_else_leads_home(away: str | None) -> None:
    assert own_path(away, otherwise="/home") == "/home"
