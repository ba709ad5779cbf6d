"""The same sums by polars: the rows that the pages rest on are written to Parquet once, then read and added up anew each time."""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
from sqlalchemy import Engine

MARKS = """
SELECT f.draw_id::text AS draw, r.rubric_version AS version, m.criterion, f.risk_class, f.inclusion_probability, m.kind, m.level
FROM mark m JOIN review r ON r.id = m.review_id JOIN frame_entry f ON f.id = r.frame_entry_id
WHERE r.state = 'submitted' AND r.reading IN ('first', 'adjudication', 'reread') AND m.replaced_by IS NULL AND f.is_drawn
"""
ANSWERS = "SELECT f.standing, a.question, a.answer FROM feedback_answer a JOIN feedback f ON f.id = a.feedback_id AND f.version = a.version"
PEOPLE = """
SELECT to_char(e.started_at, 'YYYY-MM') AS month, p.self_defined_ethnicity AS ethnicity, p.outcome, p.outcome_linked, t.unit
FROM person_searched p JOIN encounter e ON e.id = p.encounter_id LEFT JOIN team t ON t.id = e.team_id
"""
FRAMES = "SELECT draw_id::text AS draw, risk_class, is_drawn, outcome FROM frame_entry"
RECEIPTS = """
SELECT to_char(r.issued_at, 'YYYY-MM') AS month, r.state, p.receipt_handed AS handed, p.self_defined_ethnicity AS ethnicity,
    p.age_band AS age, p.gender, f.id IS NOT NULL AS answered
FROM receipt r JOIN person_searched p ON p.id = r.person_id LEFT JOIN feedback f ON f.receipt_id = r.id AND f.standing = 'primary'
"""
FILM = """
SELECT to_char(e.started_at, 'YYYY-MM') AS month, p.self_defined_ethnicity AS ethnicity, p.age_band AS age, p.gender,
    EXISTS (SELECT 1 FROM footage_of_encounter s WHERE s.encounter_id = e.id) AS filmed
FROM person_searched p JOIN encounter e ON e.id = p.encounter_id
"""
PAIRS = """
SELECT a.criterion, a.answer, m.level, t.token
FROM feedback_answer a JOIN feedback f ON f.id = a.feedback_id AND f.version = a.version JOIN receipt r ON r.id = f.receipt_id
    JOIN frame_entry t ON t.encounter_id = r.encounter_id JOIN review v ON v.frame_entry_id = t.id
    JOIN mark m ON m.review_id = v.id AND m.criterion = a.criterion
WHERE f.standing = 'primary' AND t.is_drawn AND m.replaced_by IS NULL AND v.state = 'submitted'
"""
ROWS = {
    "marks": MARKS,
    "answers": ANSWERS,
    "people": PEOPLE,
    "frames": FRAMES,
    "receipts": RECEIPTS,
    "film": FILM,
    "pairs": PAIRS,
}


def polars_seconds(engine: Engine, folder: Path, *, rounds: int) -> Iterator[tuple[str, float]]:
    """Yield what was added up, and the median seconds of reading and adding."""
    for name, statement in ROWS.items():
        _write(engine, statement, folder / name)
    for said, work in SUMS.items():
        seconds: list[float] = []
        for _ in range(rounds):
            began = time.perf_counter()
            work(folder).collect()
            seconds.append(time.perf_counter() - began)
        yield said, statistics.median(seconds)


def _write(engine: Engine, statement: str, path: Path) -> None:
    """Copy the rows of a statement into a CSV file and from there into Parquet."""
    raw = engine.raw_connection()
    try:
        copying = f"COPY ({statement}) TO STDOUT WITH (FORMAT csv, HEADER)"
        with path.with_suffix(".csv").open("wb") as file, raw.cursor().copy(copying) as copied:  # pyright: ignore[reportAttributeAccessIssue] -- psycopg's own cursor
            for block in copied:
                file.write(block)
    finally:
        raw.close()
    pl.scan_csv(path.with_suffix(".csv")).sink_parquet(path.with_suffix(".parquet"))
    path.with_suffix(".csv").unlink()


def _marks(folder: Path) -> pl.LazyFrame:
    by = ("version", "criterion", "risk_class", "inclusion_probability", "kind")
    return pl.scan_parquet(folder / "marks.parquet").group_by(by).agg(pl.len(), (pl.col("level") >= 2).sum().alias("met"))  # noqa: PLR2004 -- the standard


def _answers(folder: Path) -> pl.LazyFrame:
    return pl.scan_parquet(folder / "answers.parquet").group_by("standing", "question", "answer").agg(pl.len())


def _people(folder: Path) -> pl.LazyFrame:
    found = (pl.col("outcome") != "no_further_action") & pl.col("outcome_linked").cast(pl.String).eq("t")
    return pl.scan_parquet(folder / "people.parquet").group_by("month", "unit", "ethnicity").agg(pl.len(), found.sum().alias("found"))


def _receipts(folder: Path) -> pl.LazyFrame:
    by = ("month", "state", "handed", "ethnicity", "age", "gender")
    return pl.scan_parquet(folder / "receipts.parquet").group_by(by).agg(pl.len(), pl.col("answered").eq("t").sum())


def _film(folder: Path) -> pl.LazyFrame:
    by = ("month", "ethnicity", "age", "gender")
    return pl.scan_parquet(folder / "film.parquet").group_by(by).agg(pl.len(), pl.col("filmed").eq("t").sum())


def _pairs(folder: Path) -> pl.LazyFrame:
    return pl.scan_parquet(folder / "pairs.parquet").group_by("criterion", "answer", "level").agg(pl.len(), pl.col("token").n_unique())


def _frames(folder: Path) -> pl.LazyFrame:
    return pl.scan_parquet(folder / "frames.parquet").group_by("draw", "risk_class", "is_drawn", "outcome").agg(pl.len())


SUMS: dict[str, Callable[[Path], pl.LazyFrame]] = {
    "marks by criterion, class and answer (`/learning`)": _marks,
    "frames by draw, class and outcome (`/learning/draws`)": _frames,
    "answers by question (`/learning`)": _answers,
    "people by month, unit and group (`/learning/disparity`, `/learning/units`)": _people,
    "people by month and group, filmed or not (`/learning/film`, `/learning/maturity`)": _film,
    "receipts by month, way and group (`/learning/feedback`)": _receipts,
    "answers beside marks (`/learning/together`)": _pairs,
}
