"""Several draws beside one another: nobody slips one in, leaves one out, draws a stop twice, or tells the coverage another tale."""

from dataclasses import replace

import pytest

from stop_search.draws.verification import draw_problems, draw_remarks
from tests.support.bundles import Bundle, Stop, anchors_of, seeded
from tests.support.months import a_month, again_in_turn, far_away, with_days_left_out
from tests.support.outside import outside

draw = outside("draw")


def verdict(draws: list[Bundle], anchors: bytes | None = None) -> list[str]:
    """Return what the script says of draws."""
    texts = [{name: content.decode("latin-1") for name, content in one.files().items()} for one in draws]
    bundles = {f"draw {n}": draw.Published(files) for n, files in enumerate(texts, start=1)}
    return draw.verdict(bundles, anchors and anchors.decode())


@pytest.mark.parametrize("seed", range(8))
def test_an_honest_month_is_confirmed_in_any_order(seed: int) -> None:
    chance = seeded(seed)
    draws = a_month(chance)
    assert verdict(draws, anchors_of(draws)) == []
    chance.shuffle(draws)
    assert verdict(draws) == []


def test_a_draw_that_is_left_out_leaves_a_gap() -> None:
    draws = a_month(seeded(1))
    assert (
        verdict([draws[0], *draws[2:]])
        == [
            "Draw 3 of force: it does not come next after draw 1.",
            "Draw 3 of force: the manifest that it names as the one before is not that draw's.",
            "Draw 4 of force: 24 of its stops are in no main draw.",
        ][:2]
    )


def test_a_number_that_is_far_away_is_a_gap_and_takes_no_room() -> None:
    draws, anchors = far_away(seeded(10))
    assert verdict(draws, anchors) == [f"draw {n}: anchors.json: number 2 of this scope is missing." for n in (1, 2)]
    assert verdict(draws)[0] == "Draw 9999999999 of force: it does not come next after draw 1."
    assert "anchors.json: a number is missing" in draw_problems(draws[0].files(), anchors=anchors)


def test_a_draw_names_the_one_before_it() -> None:
    draws = a_month(seeded(2))
    other = draws[1].with_fixed(previous="0" * 64)
    other = replace(other, outcomes=())
    found = verdict([draws[0], other])
    assert found == ["Draw 2 of force: the manifest that it names as the one before is not that draw's."]


def test_a_second_draw_of_a_period_is_found() -> None:
    chance = seeded(3)
    first, *_ = a_month(chance)
    again = replace(first.with_fixed(sequence=2, draw=first.fixed["draw"][:-4] + "0000", previous=first.digest), outcomes=())
    assert verdict([first, again]) == [
        "Draw 2 of force: days of its period were drawn before.",
        "Draw 2 of force: 24 of its stops are in another frame, too.",
    ]


@pytest.mark.parametrize("period", [("2026-10-01", "2026-10-08"), ("2026-10-07", "2026-10-07"), ("2026-09-20", "2026-10-01")])
def test_a_period_that_shares_days_with_another_is_found(period: tuple[str, str]) -> None:
    first, second, *_ = a_month(seeded(11))
    moved = again_in_turn(
        seeded(12), [first, second.with_fixed(period_start=period[0], period_end=period[1], key_digest=first.fixed["key_digest"])]
    )
    assert verdict(moved) == ["Draw 2 of force: days of its period were drawn before."]
    known = "anchors.json: another manifest was made known for days of this period."
    assert verdict(moved, anchors_of(moved, outcomes=[])) == [f"draw {n}: {known}" for n in (1, 2)]


def test_a_stop_is_in_one_main_frame_only() -> None:
    chance = seeded(4)
    first, second, *_ = a_month(chance)
    twice = [replace(second.stops[0], token=first.stops[0].token), *second.stops[1:]]
    forged = replace(second, stops=tuple(sorted(twice, key=lambda stop: stop.token)), outcomes=())
    assert "Draw 2 of force: 1 of its stops are in another frame, too." in verdict([first, forged])


def test_the_key_of_a_quarter_is_one() -> None:
    chance = seeded(5)
    draws = a_month(chance)
    forged = again_in_turn(chance, [draws[0], draws[1].with_fixed(key_digest="1" * 64)])
    assert verdict(forged) == ["Draw 2 of force: it has another key than a draw of the same quarter."]


def test_the_register_never_becomes_shorter_and_time_never_goes_back() -> None:
    chance = seeded(6)
    first, second, *_ = a_month(chance)
    shorter = again_in_turn(chance, [first, second.with_fixed(register={"n": 1, "hash": "0" * 64})])
    assert verdict(shorter) == ["Draw 2 of force: the register of records has become shorter."]
    earlier = again_in_turn(chance, [first, second.with_fixed(committed_at="2026-09-01T00:00:00Z")])
    assert verdict(earlier) == ["Draw 2 of force: it was fixed before the draw before it."]


def _cover_changed(draws: list[Bundle], change: dict[str, Stop]) -> list[str]:
    stops = tuple(change.get(stop.token, stop) for stop in draws[-1].stops)
    return verdict([*draws[:-1], replace(draws[-1], stops=tuple(sorted(stops, key=lambda stop: stop.token)), outcomes=())])


def test_the_coverage_tells_of_each_stop_what_the_main_draw_did() -> None:
    draws = a_month(seeded(7))
    victim = next(stop for stop in draws[-1].stops if not stop.before)
    wrong = ["Draw 4 of force: 1 of its stops are not as the main draws of its month have them."]
    assert _cover_changed(draws, {victim.token: replace(victim, before=True)}) == wrong
    assert _cover_changed(draws, {victim.token: replace(victim, evidence="0" * 64)}) == wrong
    assert _cover_changed(draws, {victim.token: replace(victim, chance=(1, 3))}) == wrong


def test_the_coverage_holds_no_stop_that_no_main_draw_had() -> None:
    draws = a_month(seeded(8))
    victim = draws[-1].stops[0]
    assert _cover_changed(draws, {victim.token: replace(victim, token="f" * 64)}) == [
        "Draw 4 of force: 1 of its stops are in no main draw."
    ]


def test_what_is_wrong_with_one_draw_is_said_with_its_name() -> None:
    draws = a_month(seeded(9))
    broken = replace(draws[1], given=draws[1].given | {"witnesses": ["A. Okafor", "A. Okafor"]})
    assert verdict([draws[0], broken])[0] == "draw 2: draw.json: two different witnesses are not named."


def remarked(draws: list[Bundle], anchors: bytes | None = None) -> list[str]:
    """Return what the script asks about draws that are right."""
    texts = [{name: content.decode("latin-1") for name, content in one.files().items()} for one in draws]
    return draw.remarks([draw.Published(files) for files in texts], anchors and anchors.decode())


def test_days_that_lie_between_draws_and_in_none_are_told_and_refuse_nothing() -> None:
    draws = with_days_left_out(seeded(13))
    asked = "Unless another draw holds them, chance could choose none of their stops: ask the force why."
    told = [f"In no main draw that is given or known: 2026-10-08 to 2026-10-10; 2026-10-15. {asked}"]
    known = anchors_of(draws, outcomes=[])
    assert (verdict(draws), verdict(draws, known)) == ([], [])
    assert remarked(draws) == remarked(draws, known) == remarked(draws[:1], known) == told
    assert draw_remarks(draws[0].files(), anchors=known) == [f"{told[0].removesuffix(asked)}Ask the force why."]
    assert remarked(draws[:1]) == remarked(a_month(seeded(14))) == []
    assert remarked([draws[0], draws[2]], known) == told


@pytest.mark.parametrize(("start", "end"), [("2026-09-31", "2026-10-07"), ("2026-10-01", "2026-02-29"), ("0000-01-01", "2026-10-07")])
def test_a_period_of_days_that_no_calendar_has_is_none(start: str, end: str) -> None:
    first, *_ = a_month(seeded(15))
    moved = replace(first.with_fixed(period_start=start, period_end=end), outcomes=())
    no_period = "the period ends before it starts, or has a day that no calendar has."
    assert verdict([moved]) == [f"manifest.json: {no_period}"]
    known = anchors_of([first], anchors=[first.anchor(), first.anchor(sequence=2, period_start=start, period_end=end)])
    assert verdict([first], known) == [f"anchors.json: {no_period}"]
    assert draw_problems(moved.files())
    assert draw_problems(first.files(), anchors=known)
