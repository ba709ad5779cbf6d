"""The published files: the same bytes every time, a line for each row, every probability exact."""

import csv
import io
from fractions import Fraction

import pytest

from stop_search.draws.publication import FILES, fraction_text
from stop_search.draws.rules import Stream
from tests.support.sampled import some_files


@pytest.mark.parametrize("stream", Stream)
def test_the_same_draw_gives_the_same_bytes(stream: Stream) -> None:
    files = some_files(30, stream)
    assert files == some_files(30, stream)
    assert tuple(files) == FILES


@pytest.mark.parametrize("stream", Stream)
def test_there_is_a_ticket_for_each_row_of_the_frame_in_its_order(stream: Stream) -> None:
    files = some_files(30, stream)
    frame, tickets = (list(csv.DictReader(io.StringIO(files[name].decode()))) for name in ("frame.csv", "tickets.csv"))
    assert [row["token"] for row in frame] == [row["token"] for row in tickets]
    assert {row["drawn"] for row in tickets} == {"yes", "no"}
    assert all(row["drawn"] == "yes" for row in tickets if row["second"] == "yes")


def test_a_coverage_draw_says_the_probability_of_being_drawn_by_either_stream_in_lowest_terms() -> None:
    tickets = csv.DictReader(io.StringIO(some_files(30, Stream.COVER)["tickets.csv"].decode()))
    chances = [row["probability"] for row in tickets]
    assert all(fraction_text(Fraction(chance)) == chance for chance in chances)
    assert all(0 < Fraction(chance) <= 1 for chance in chances)


def test_certainty_is_written_as_a_fraction_too() -> None:
    assert fraction_text(Fraction(3, 3)) == "1/1"
