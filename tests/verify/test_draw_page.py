"""The page that checks a draw, opened from a file as anybody opens it: the same verdicts and sentences as the script, quick, and usable."""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from stop_search.draws.tickets import merkle_path, stream_seed, ticket
from tests.support.bundles import ROUNDS, Bundle, a_bundle, anchors_of, seeded
from tests.support.chromium import chromium, until
from tests.support.forgeries import FORGERS, a_draw
from tests.support.months import a_month, far_away, with_days_left_out
from tests.support.nudges import nudged
from tests.support.outside import VERIFY, outside

pytestmark = pytest.mark.browser
FILES = ("manifest.json", "frame.csv", "draw.json", "tickets.csv", "outcomes.csv")
VERDICT = """async ([draws, anchors]) => {
  const all = [];
  for (const [name, files] of draws) all.push([name, await published(files)]);
  return verdict(all, anchors);
}"""
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
draw = outside("draw")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Give Chromium (playwright), or skip where there is none."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """Give the page, opened from its file; whatever it asks of any network, or says in the console, fails the test."""
    opened, asked = browser.new_page(), list[str]()
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: asked.append(message.text))
    opened.on("pageerror", lambda error: asked.append(str(error)))
    address = (VERIFY / "draw.html").as_uri()
    opened.goto(address)
    yield opened
    assert asked == [address]
    opened.close()


def texts(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return files as both read them."""
    return {name: content.decode("latin-1") for name, content in files.items()}


def both(page: Any, draws: list[tuple[str, Mapping[str, bytes]]], anchors: bytes | None = None) -> tuple[list[str], list[str]]:
    """Return what the script says and what the page says."""
    told = anchors and anchors.decode("latin-1")
    script = draw.verdict({name: draw.Published(texts(files)) for name, files in draws}, told)
    return script, page.evaluate(VERDICT, [[[name, texts(files)] for name, files in draws], told])


def test_page_and_script_say_the_same_of_every_forgery(page: Any) -> None:
    for kind, forger in FORGERS.items():
        forged = forger(seeded(f"page {kind}"))
        script, browser = both(page, [("draw", forged.files)], forged.anchors)
        assert script, kind
        assert browser == script, kind


def test_page_and_script_say_the_same_of_every_little_change(page: Any) -> None:
    for stream in ("main", "cover"):
        for what, files in list(nudged(a_draw(seeded(stream), stream=stream).files()))[::3]:
            script, browser = both(page, [("draw", files)])
            assert browser == script, what


def test_page_and_script_say_the_same_of_honest_draws_and_of_months(page: Any) -> None:
    chance = seeded("honest")
    for stream, kind in (("main", "dice"), ("main", "drand"), ("cover", "dice"), ("cover", "drand")) * 5:
        one = a_bundle(chance, stream=stream, kind=kind)
        assert both(page, [("draw", one.files())], anchors_of([one])) == ([], [])
    month = a_month(chance)
    shown = [(f"draw {n}", one.files()) for n, one in enumerate(month)]
    assert both(page, shown, anchors_of(month)) == ([], [])
    script, browser = both(page, [shown[0], *shown[2:]])
    assert (len(script), browser) == (2, script)


def test_page_and_script_say_the_same_of_numbers_that_are_far_apart(page: Any) -> None:
    draws, anchors = far_away(seeded("far"))
    shown = [(f"draw {n}", one.files()) for n, one in enumerate(draws)]
    for known in (None, anchors):
        script, browser = both(page, shown, known)
        assert script
        assert browser == script


def test_page_and_script_tell_the_same_days_that_no_draw_covers(page: Any, tmp_path: Path) -> None:
    draws = with_days_left_out(seeded("left out"))
    ask = "async ([draws, anchors]) => remarks(await Promise.all(draws.map(async files => ['', await published(files)])), anchors)"
    for some, known in ((draws, None), (draws[:1], anchors_of(draws)), (draws[:1], None), (a_month(seeded(1)), None), ([], None)):
        told, files = known and known.decode("latin-1"), [texts(one.files()) for one in some]
        script = draw.remarks([draw.Published(one) for one in files], told)
        assert page.evaluate(ask, [files, told]) == script
        assert bool(script) == (some is draws or known is not None)
    shown(page, draws[0], tmp_path / "draw", anchors_of(draws))
    assert page.inner_text("#result").startswith("OK: all agrees")
    assert "In no main draw that is given or known: 2026-10-08 to 2026-10-10; 2026-10-15. Unless" in page.inner_text("#result")


def test_page_and_script_know_the_same_calendar(page: Any) -> None:
    forms = outside("draw_forms")
    days = ("2026-09-30", "2026-09-31", "2026-13-01", "2026-00-10", "2026-10-00", "2028-02-29", "2026-02-29", "0000-01-01", "0001-01-01")
    for start in days:
        period = {"period_start": start, "period_end": "2026-10-07"}
        assert page.evaluate("period => Boolean(daysOf(period))", period) == bool(forms.days_of(period)), start


def test_page_and_product_give_the_same_tickets(page: Any) -> None:
    chance = seeded("tickets")
    for _ in range(3):
        stream, names = stream_seed(f"{chance.getrandbits(256):064x}", "review"), [f"{chance.getrandbits(256):064x}" for _ in range(12_000)]
        found = page.evaluate(
            "([stream, names]) => { const s = hex(digest(stream)); return names.map(name => ticket(s, name)); }", [stream, names]
        )
        assert found == [ticket(stream, name) for name in names]


@pytest.mark.parametrize("number", ROUNDS)
def test_the_page_checks_the_beacon(page: Any, number: int) -> None:
    ask = "([round, signature]) => beaconProblem(round, unhex(signature))"
    before = time.monotonic()
    assert page.evaluate(ask, [number, ROUNDS[number]]) is None
    assert time.monotonic() - before < 10
    assert page.evaluate(ask, [number + 1, ROUNDS[number]]) == f"The signature is not the beacon's of round {number + 1}."
    bits = int(ROUNDS[number], 16)
    for place in range(0, 384, 16):
        assert page.evaluate(ask, [number, f"{bits ^ (1 << place):096x}"]), place


def shown(page: Any, one: Bundle, folder: Path, anchors: bytes | None = None) -> float:
    """Choose the files of a draw and have them checked; return how many seconds that took."""
    folder.mkdir()
    for name, content in one.files().items():
        (folder / name).write_bytes(content)
    page.set_input_files("#files", [folder / name for name in FILES])
    page.wait_for_selector("#draws li")
    if anchors is not None:
        (folder / "anchors.json").write_bytes(anchors)
        page.set_input_files("#anchors", folder / "anchors.json")
    before = time.monotonic()
    page.click("#check button[type=submit]")
    page.wait_for_selector("#result:not([hidden])", timeout=60_000)
    return time.monotonic() - before


def test_twelve_thousand_stops_are_checked_in_ten_seconds(page: Any, tmp_path: Path) -> None:
    one = a_bundle(seeded("many"), kind="drand", size=12_000)
    took = shown(page, one, tmp_path / "draw", anchors_of([one]))
    said = page.inner_text("#result")
    assert said.startswith("OK: all agrees")
    assert f"{len(one.drawn)} of 12000 drawn" in said
    assert took < 10


def test_files_that_agree_are_confirmed_as_far_as_that_goes(page: Any, tmp_path: Path) -> None:
    shown(page, a_bundle(seeded("few"), size=30), tmp_path / "draw")
    said = page.inner_text("#result")
    assert said.startswith("OK as far as it goes: the files agree with one another")
    assert "Not checked: whether the manifests were known outside before chance decided." in said


def test_what_is_wrong_is_said_and_read_out_first(page: Any, tmp_path: Path) -> None:
    one = a_bundle(seeded("wrong"), size=30)
    shown(page, one, tmp_path / "draw", anchors_of([a_bundle(seeded("another"), size=30)]))
    assert page.inner_text("#result").startswith("Something is wrong with this\nanchors.json: this manifest was not made known.")
    assert page.evaluate("document.activeElement.id") == "result"


def test_a_file_that_is_missing_is_named(page: Any, tmp_path: Path) -> None:
    page.click("#check button[type=submit]")
    assert "Choose the published files of a draw first." in page.inner_text("#result")
    (tmp_path / "manifest.json").write_text("{}")
    page.set_input_files("#files", tmp_path / "manifest.json")
    page.wait_for_selector("#draws li")
    assert page.inner_text("#draws") == "Draw 1: still without frame.csv, draw.json, tickets.csv, outcomes.csv"
    page.click("#check button[type=submit]")
    assert "Draw 1 has no frame.csv, draw.json, tickets.csv, outcomes.csv" in page.inner_text("#result")


def test_a_stop_is_looked_for_by_what_its_receipt_says(page: Any, tmp_path: Path) -> None:
    one = a_bundle(seeded("stop"), size=30)
    rows = [stop.row for stop in one.stops]
    stop = {"format": "stop-search/draw-stop/v1", "draw": one.fixed["draw"], "index": 7, "size": 30, "row": rows[7]}
    stop["path"] = merkle_path(rows, 7)
    shown(page, one, tmp_path / "draw")
    assert page.input_value("#root") == one.manifest["root"]
    for changed, words in (({}, "is in the frame"), ({"row": rows[8]}, "does not lead to the root"), ({"size": 31}, "about another draw")):
        page.fill("#told", json.dumps(stop | changed))
        page.click("#stop button")
        assert words in page.inner_text("#found"), changed
    (tmp_path / "stop.json").write_text(json.dumps(stop))
    page.set_input_files("#proof", tmp_path / "stop.json")
    until(page, "document.querySelector('#told').value.includes('draw-stop')")
    page.click("#stop button")
    assert page.inner_text("#found").startswith("This stop is in the frame")
    page.fill("#root", "this is none")
    page.click("#stop button")
    assert "64 letters and digits" in page.inner_text("#found")


@pytest.mark.parametrize("width", [360, 1366])
def test_everybody_can_use_it(page: Any, tmp_path: Path, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": width, "height": 800})
    one = a_bundle(seeded("axe"), size=30)
    shown(page, one, tmp_path / "draw", anchors_of([one]))
    page.click("#stop button")
    assert [found["id"] for found in Axe().run(page, options=RULES).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = "[...document.querySelectorAll('button, input, textarea')].filter(e => e.getBoundingClientRect().height < 44).map(e => e.id)"
    assert page.evaluate(small) == []
