"""The files of a report: the same to the byte each time, readable by others' programs, and understood without colour or script."""

import hashlib
import io
import json
import pickle
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pypdfium2
import pytest
from bs4 import BeautifulSoup

from services.api.reports.alone import report_page
from services.api.reports.charts import charts_of
from services.api.reports.files import file_names, report_file, report_files
from services.api.reports.paper import report_pdf
from stop_search.learning.reports.gathering import LAYOUT
from stop_search.learning.reports.queries import Report
from stop_search.learning.reports.tables import Kind
from tests.support.drawn_pages import is_accessible, keeps_margins, letter_sizes, letters_of, pictures_of

AGAIN = (
    "import hashlib, pickle, sys; from services.api.reports.files import report_files; report = pickle.load(sys.stdin.buffer);"
    "print({name: hashlib.sha256(content).hexdigest() for name, content in report_files(report).items()})"
)


@pytest.fixture(scope="module")
def report(eventful: Report) -> Report:
    """Return the report of an eventful quarter."""
    return eventful


@pytest.fixture(scope="module")
def files(report: Report) -> dict[str, bytes]:
    """Return all its files."""
    return report_files(report)


@pytest.fixture(scope="module")
def page(files: dict[str, bytes]) -> BeautifulSoup:
    """Return its page."""
    return BeautifulSoup(files["report.html"].decode(), "html.parser")


def test_another_process_gives_the_same_bytes_in_every_form(report: Report, files: dict[str, bytes]) -> None:
    told = subprocess.run(
        [sys.executable, "-c", AGAIN], input=pickle.dumps(report), capture_output=True, check=True, cwd=Path(__file__).parents[4]
    )
    again = json.loads(told.stdout.decode().replace("'", '"'))
    assert again == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def test_the_manifest_names_every_file_with_its_digest_and_what_it_rests_on(report: Report, files: dict[str, bytes]) -> None:
    told = json.loads(files["manifest.json"])
    assert told["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"}
    assert told["snapshot"] == report.snapshot == hashlib.sha256(files["snapshot.json"]).hexdigest()
    assert told["versions"]["rubric"][0]["sha256"]
    assert sorted(files) == sorted(file_names(report))


def test_a_report_that_a_later_layout_draws_says_by_which_it_was_made_and_by_which_it_is_drawn(report: Report) -> None:
    old = replace(report, layout=2, tables=report.tables[:1])
    told = json.loads(report_files(old)["manifest.json"])
    assert (told["layout_made_by"], told["layout_drawn_by"]) == (2, LAYOUT)
    said = f"made by layout 2 and drawn by layout {LAYOUT}, software"
    assert said in report_page(old)
    assert said.replace(" ", "") in letters_of(report_pdf(old))


def test_one_file_alone_is_the_one_of_all(report: Report, files: dict[str, bytes]) -> None:
    for name in ("criteria.csv", "criteria.parquet", "codebook.csv", "snapshot.json"):
        assert report_file(report, name) == files[name]
    assert report_file(report, "nothing.csv") is report_file(report, "criteria.pdf") is None


def test_parquet_and_csv_hold_the_same_cells(report: Report, files: dict[str, bytes]) -> None:
    for table in report.tables:
        frame = pl.read_parquet(io.BytesIO(files[f"{table.name}.parquet"]))
        assert frame.columns == [column.name for column in table.columns]
        assert frame.height == len(table.rows)
        days = [column.name for column in table.columns if column.kind is Kind.DAY]
        kept = frame.with_columns(pl.col(days).dt.to_string() if days else [])
        assert [tuple(row) for row in kept.iter_rows()] == [tuple(row) for row in table.rows]
        lines = pl.read_csv(io.BytesIO(files[f"{table.name}.csv"].removeprefix(b"\xef\xbb\xbf")), infer_schema=False)
        assert lines.height == len(table.rows)


def test_the_codebook_tells_every_column_of_every_table(report: Report, files: dict[str, bytes]) -> None:
    lines = pl.read_csv(io.BytesIO(files["codebook.csv"].removeprefix(b"\xef\xbb\xbf")), infer_schema=False)
    assert set(lines.select("table", "column").iter_rows()) == {(table.name, c.name) for table in report.tables for c in table.columns}
    assert all(all(cell for cell in row) for row in lines.iter_rows())


def test_the_page_needs_nothing_else(page: BeautifulSoup) -> None:
    assert not page.find_all(["script", "link", "img", "iframe"])
    assert not re.search(r"https?:|url\(|@import", str(page))
    assert [str(link["href"]) for link in page.find_all("a") if not page.find(id=str(link["href"]).removeprefix("#"))] == []


def test_what_a_chief_reads_comes_first_then_the_tables(page: BeautifulSoup, report: Report) -> None:
    heads = [head.get_text(strip=True) for head in page.find_all("h2")]
    assert heads[0] == "Contents"
    assert heads[1:5] == ["What was looked at", "What was found", "What is not known", "What was done"]
    assert [item.get_text(strip=True) for item in page.select(".report-findings li")] == list(report.findings)
    assert heads[5:-2] == [table.title for table in report.tables]


def test_the_contents_lead_to_every_part_and_every_part_leads_back(page: BeautifulSoup) -> None:
    contents = page.select("#contents a")
    places = [page.find(id=str(link["href"]).removeprefix("#")) for link in contents]
    heads = [place if place.name == "h2" else place.find("h2") for place in places if place]
    assert [link.get_text(strip=True) for link in contents] == [head.get_text(strip=True) for head in heads if head]
    assert [head.get_text(strip=True) for head in page.find_all("h2")[1:]] == [link.get_text(strip=True) for link in contents]
    parts = page.find_all("section")
    assert [len(part.select(".report-back a[href='#contents']")) for part in parts] == [1] * len(parts)
    said = [link.get_text(strip=True) for link in page.select(".report-back a")]
    assert len(set(said)) == len(said), "each says from where"


def test_a_long_table_is_closed_until_asked_for_and_says_how_long_it_is(page: BeautifulSoup, report: Report) -> None:
    long = {table.name: len(table.rows) for table in report.tables if len(table.rows) > 15}
    columns = sum(len(table.columns) for table in report.tables)
    closed = {str(part.find_parent("section")["id"]): part for part in page.find_all("details")}  # pyright: ignore[reportOptionalSubscript]
    assert set(closed) == {*long, "codebook"}
    for name, part in closed.items():
        rows = long.get(name, columns)
        assert part.find("summary").get_text() == f"The table, {rows:,} rows"  # pyright: ignore[reportOptionalMemberAccess]
        assert len(part.select("tbody tr")) == rows
        assert not part.has_attr("open")


def test_every_picture_has_a_title_and_words_and_its_table_beside_it(page: BeautifulSoup, report: Report) -> None:
    pictures = page.select("svg[role=img]")
    assert len(pictures) == sum(len(charts_of(table)) for table in report.tables) > 5
    for picture in pictures:
        names = str(picture["aria-labelledby"]).split()
        assert all(page.find(id=name).get_text(strip=True) for name in names), names  # pyright: ignore[reportOptionalMemberAccess]
        assert picture.find_parent("section").find("table")  # pyright: ignore[reportOptionalMemberAccess]
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_pictures_are_well_formed_and_use_no_colour_of_their_own(report: Report) -> None:
    for table in report.tables:
        for chart in charts_of(table):
            drawn = ET.fromstring(chart.in_print)  # noqa: S314 -- drawn by us
            colours = {value for tag in drawn.iter() for name, value in tag.attrib.items() if name in {"fill", "stroke", "color"}}
            assert colours <= {"currentColor", "#000"}
            assert len(chart.words) > 20


def test_a_picture_says_too_few_where_nothing_may_be_told(report: Report) -> None:
    (criteria,) = charts_of(next(table for table in report.tables if table.name == "criteria"))
    assert "Grounds: 75 of 100, between 65 and 82." in criteria.words
    assert "Voice: too few to say." in criteria.words
    assert criteria.marks.count("stroke-dasharray") == 13


def test_the_paper_is_tagged_and_says_all_that_the_page_says_first(report: Report, files: dict[str, bytes]) -> None:
    pdf = files["report.pdf"]
    assert is_accessible(pdf)
    assert b"/Lang(en-GB)" in pdf
    letters = letters_of(pdf)
    for said in (*report.looked_at, *report.findings, *report.not_known, *report.done):
        assert "".join(said.split()) in letters
    told = pypdfium2.PdfDocument(pdf).get_metadata_dict()
    assert told["Title"] == "Stops and searches, 1 October to 31 December 2026 · Wessex Demonstration Police"
    assert told.get("CreationDate", "") == ""
    assert min(letter_sizes(pdf)) >= 7


def test_a_minus_is_not_lost_on_paper(report: Report) -> None:
    pdf = report_pdf(replace(report, done=("Explanation: \N{MINUS SIGN}4 points, between \N{MINUS SIGN}16 and +8.",)))
    assert "Explanation:-4points,between-16and+8." in letters_of(pdf)


@pytest.mark.parametrize("control", ["\x00", "\x02", "\x0b", "\x1b", "\x85", "\ufeff"])
def test_a_control_character_that_was_kept_does_not_keep_a_report_from_paper(report: Report, control: str) -> None:
    said = f"Train on expla{control}nation"
    video = next(table for table in report.tables if table.name == "video")
    rows = tuple((said, *row[1:]) for row in video.rows)  # stands in a picture too
    pdf = report_pdf(replace(report, done=(said,), reason=said, tables=(replace(video, rows=rows),)))
    assert "Trainonexpla" in letters_of(pdf)


def test_the_paper_lists_its_tables_on_its_first_page(report: Report, files: dict[str, bytes]) -> None:
    first = "".join(pypdfium2.PdfDocument(files["report.pdf"])[0].get_textpage().get_text_range().split())
    assert all("".join(table.title.split()) in first for table in report.tables)


def test_nothing_runs_off_the_paper(files: dict[str, bytes]) -> None:
    pages = pictures_of(files["report.pdf"], ppi=50)
    assert all(keeps_margins(picture, ppi=50, margin=5) for picture in pages)
    assert len(pages) < 45
