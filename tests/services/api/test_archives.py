"""Files that people take away."""

import csv
import io

import pytest

from services.api.archives import as_csv, zipped


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_text_becomes_a_formula(cell: str) -> None:
    (_, (read,)) = _read(as_csv(["heading"], [[cell]]))
    assert read == f"'{cell}"


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert _read(as_csv(["a", "b", "c"], [[-0.5, None, "plain, “text”"]]))[1] == ["-0.5", "", "plain, “text”"]


def test_the_same_files_give_the_same_zip() -> None:
    files = {"one.txt": b"1", "two.txt": b"2"}
    assert zipped("folder", files) == zipped("folder", files)


def _read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
