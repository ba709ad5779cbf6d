"""An outsider checks a published draw with the standard library alone and comes to the same end as we do."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from stop_search.draws.tickets import merkle_path, outcome_hash
from stop_search.draws.verification import draw_problems
from tests.support.bundles import Bundle, a_bundle, anchors_of, seeded
from tests.support.months import a_month, with_days_left_out
from tests.support.nudges import nudged
from tests.support.outside import outside

SCRIPT = Path(__file__).parents[2] / "verify" / "draw.py"
draw = outside("draw")


def outsiders_verdict(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the script by itself, isolated from everything that is installed."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write published files into a new folder."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def a_draw(seed: int = 1, **more: object) -> Bundle:
    """Return an honest draw with at least two outcomes."""
    chance = seeded(seed)
    while len((found := a_bundle(chance, **({"size": 30, "stream": "main"} | more))).outcomes) < 2:  # type: ignore[arg-type]
        pass
    return found


@pytest.mark.parametrize("kind", ["dice", "drand"])
@pytest.mark.parametrize("stream", ["main", "cover"])
def test_an_honest_draw_is_confirmed_and_what_was_not_checked_is_said(tmp_path: Path, stream: str, kind: str) -> None:
    honest = a_draw(stream=stream, kind=kind)
    done = outsiders_verdict(written(honest.files(), tmp_path / "draw"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(honest.drawn)} of 30 drawn, {len(honest.drawn) - len(honest.outcomes)} without an outcome yet." in done.stdout
    assert f"Manifest: {honest.digest}" in done.stdout
    assert "Not checked: whether the manifests were known outside before chance decided." in done.stdout


def test_the_witnesses_of_the_dice_are_named_so_that_they_can_be_asked(tmp_path: Path) -> None:
    done = outsiders_verdict(written(a_draw(kind="dice").files(), tmp_path / "draw"))
    assert "Chance: dice; witnesses: A. Okafor, panel chair; Bronwen Siôn, “council”." in done.stdout


def test_what_was_known_outside_is_compared(tmp_path: Path) -> None:
    honest = a_draw()
    folder, anchors = written(honest.files(), tmp_path / "draw"), tmp_path / "anchors.json"
    anchors.write_bytes(anchors_of([honest]))
    assert outsiders_verdict(folder, "--anchors", anchors).stdout.endswith("OK: all agrees.\n")
    anchors.write_bytes(anchors_of([a_draw(2)]))
    other = outsiders_verdict(folder, "--anchors", anchors)
    assert other.returncode == 1
    assert "this manifest was not made known" in other.stdout


def test_several_folders_are_checked_together(tmp_path: Path) -> None:
    draws = a_month(seeded(1))
    folders = [written(one.files(), tmp_path / str(n)) for n, one in enumerate(draws)]
    done = outsiders_verdict(*folders)
    assert (done.returncode, done.stdout.count("Chance: dice;")) == (0, 4)
    gap = outsiders_verdict(folders[0], folders[2])
    assert (gap.returncode, "Draw 3 of force: it does not come next after draw 1." in gap.stdout) == (1, True)


def test_days_between_draws_that_are_in_none_are_told(tmp_path: Path) -> None:
    folders = [written(one.files(), tmp_path / str(n)) for n, one in enumerate(with_days_left_out(seeded(2)))]
    done = outsiders_verdict(*folders)
    assert (done.returncode, "In no main draw that is given or known: 2026-10-08 to 2026-10-10; 2026-10-15." in done.stdout) == (0, True)


def test_a_stop_is_in_the_frame_as_the_page_of_its_receipt_says(tmp_path: Path) -> None:
    honest = a_draw()
    rows = [one.row for one in honest.stops]
    stop = {"format": "stop-search/draw-stop/v1", "draw": honest.fixed["draw"], "index": 7, "size": 30, "row": rows[7]}
    told, folder = tmp_path / "stop.json", written(honest.files(), tmp_path / "draw")
    told.write_text(json.dumps(stop | {"path": merkle_path(rows, 7)}))
    done = outsiders_verdict(folder, "--stop", told)
    assert (done.returncode, "This stop is in the frame, as it was told." in done.stdout) == (0, True)
    for changed in ({"index": 8}, {"row": rows[8]}, {"path": merkle_path(rows, 7)[1:]}, {"path": merkle_path(rows, 8)}):
        told.write_text(json.dumps(stop | {"path": merkle_path(rows, 7)} | changed))
        other = outsiders_verdict(folder, "--stop", told)
        assert (other.returncode, "does not lead to the root" in other.stdout) == (1, True), changed
    for changed in ({"size": 31}, {"draw": "0" * 8 + stop["draw"][8:]}):
        told.write_text(json.dumps(stop | {"path": []} | changed))
        assert "about another draw" in outsiders_verdict(folder, "--stop", told).stdout


@pytest.mark.parametrize("content", [b"", b"\n", b"null", b"[]", b"{}"])
def test_a_file_that_tells_of_no_stop_is_no_proof(tmp_path: Path, content: bytes) -> None:
    folder, told = written(a_draw().files(), tmp_path / "draw"), tmp_path / "stop.json"
    told.write_bytes(content)
    done = outsiders_verdict(folder, "--stop", told)
    assert (done.returncode, done.stderr, "stop.json: " in done.stdout) == (1, "", True)


@pytest.mark.parametrize(("stream", "kind"), [("main", "dice"), ("cover", "dice"), ("main", "drand")])
def test_it_finds_every_little_change_that_we_find(stream: str, kind: str) -> None:
    tried = list(nudged(a_draw(5, stream=stream, kind=kind).files()))
    assert len(tried) > 300
    for what, files in tried:
        assert draw.verdict({"draw": draw.Published({name: content.decode("latin-1") for name, content in files.items()})}), what
        assert draw_problems(files), what


def a_chain(size: int) -> Any:
    """Return what the script has read of a draw when it comes to the outcomes: as many as were drawn."""
    chance, read = seeded(size), object.__new__(draw.Published)
    tokens, lines = [f"{chance.getrandbits(256):064x}" for _ in range(size)], ["n,token,outcome,reason,rank,review,at,hash"]
    read.digest, read.told, read.drawn = "0" * 64, {"drawn_at": "2026-11-02T09:00:00Z"}, set(tokens)
    before = read.digest
    for n, token in enumerate(tokens, start=1):
        line = f"{n},{token},reviewed,,,{token},2026-11-02"
        before = outcome_hash(before, line)
        lines.append(f"{line},{before}")
    read.files = {"outcomes.csv": "".join(f"{line}\n" for line in lines)}
    return read


def test_time_grows_with_the_number_of_outcomes_and_not_with_its_square() -> None:
    taken: list[float] = []
    for size in (1_500, 12_000):
        rounds, read = list[float](), a_chain(size)
        for _ in range(3):
            before = time.process_time()
            assert (read.ends(), len(read.outcomes)) == ([], size)
            rounds.append(time.process_time() - before)
        taken.append(min(rounds))
    assert taken[1] < 16 * taken[0], taken


@pytest.mark.parametrize("name", ["manifest.json", "draw.json", "tickets.csv", "frame.csv", "outcomes.csv"])
@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"\xff\xfe", b'{"frame": 3}', b"[" * 100_000])
def test_what_is_no_draw_is_told_without_a_traceback(tmp_path: Path, name: str, content: bytes) -> None:
    files = a_draw().files() | {name: content}
    done = outsiders_verdict(written(files, tmp_path / "draw"))
    assert (done.returncode, done.stderr) == (1, "")
    assert name in done.stdout
    assert draw_problems(files)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"anchors": 3}', b'{"anchors": [3], "outcomes": [], "format": "x"}'])
def test_anchors_that_are_none_are_told(tmp_path: Path, content: bytes) -> None:
    honest = a_draw()
    folder, anchors = written(honest.files(), tmp_path / "draw"), tmp_path / "anchors.json"
    anchors.write_bytes(content)
    done = outsiders_verdict(folder, "--anchors", anchors)
    assert (done.returncode, done.stderr, "anchors.json: " in done.stdout) == (1, "", True)
    assert draw_problems(honest.files(), anchors=content)


def test_no_folder_is_told(tmp_path: Path) -> None:
    assert outsiders_verdict("/nowhere").returncode == 2
    assert outsiders_verdict().returncode == 2
    folder = written(a_draw().files(), tmp_path / "draw")
    assert outsiders_verdict(folder, "--anchors").returncode == 2
    (folder / "tickets.csv").unlink()
    assert outsiders_verdict(folder).returncode == 2
