"""Counts by month, unit and pair: small ones are withheld, and none can be worked out from the total."""

from stop_search.codes.themes import themes
from stop_search.learning.theme_rules import Themed
from stop_search.learning.theme_tables import FEW_TEXTS, FEWEST, by_month, by_unit, heat, pairs, totals

RUDE, PHONE = "disrespect", "phone_searched"


def texts(number: int, *keys: str, month: str = "2026-11", unit: str = "North") -> list[Themed]:
    """Return so many coded texts."""
    return [Themed(frozenset(keys), month, unit)] * number


def enough(*units: str) -> list[Themed]:
    """Return enough texts about nothing for each unit to stand alone."""
    return [text for unit in units for text in texts(FEWEST, unit=unit)]


def row(spread: object, key: str) -> dict[str, int | None]:
    """Return a theme's counts by place."""
    return next(dict(each.by_place) for each in spread.rows if each.theme.key == key)  # type: ignore[attr-defined]


def test_the_most_frequent_theme_stands_first_and_the_others_in_the_codebooks_order() -> None:
    found = totals([*texts(2, RUDE), *texts(3, PHONE, RUDE)], themes())
    assert [(theme.key, count) for theme, count in found][:3] == [(RUDE, 5), (PHONE, 3), (themes()[0].key, 0)]


def test_a_small_count_is_withheld_with_a_second_one_so_that_the_total_does_not_give_it_away() -> None:
    coded = [*texts(3, RUDE, unit="North"), *texts(6, RUDE, unit="South"), *texts(9, RUDE, unit="West"), *enough("North", "South", "West")]
    assert row(by_unit(coded, themes(), minimum=5), RUDE) == {"North": None, "South": None, "West": 9}
    assert row(by_unit(coded, themes(), minimum=2), RUDE) == {"North": 3, "South": 6, "West": 9}


def test_texts_that_come_in_groups_are_counted_like_the_same_texts_one_by_one() -> None:
    grouped = [Themed(frozenset({RUDE, PHONE}), "2026-11", "North", 7), Themed(frozenset(), "2026-12", "South", 12)]
    single = [*texts(7, RUDE, PHONE), *texts(12, month="2026-12", unit="South")]
    for table in (by_month, by_unit, pairs):
        assert table(grouped, themes(), minimum=5) == table(single, themes(), minimum=5)
    assert totals(grouped, themes()) == totals(single, themes())


def test_months_without_a_text_stand_between_those_with_some() -> None:
    coded = [*texts(5, RUDE, month="2026-11"), *texts(7, RUDE, month="2027-02")]
    found = by_month(coded, themes(), minimum=5)
    assert found.places == ("2026-11", "2026-12", "2027-01", "2027-02")
    assert row(found, RUDE) == {"2026-11": 5, "2026-12": 0, "2027-01": 0, "2027-02": 7}


def test_nothing_coded_is_no_months_and_no_pairs() -> None:
    assert by_month([], themes(), minimum=5).places == ()
    assert pairs([], themes(), minimum=5) == ()


def test_a_pair_that_occurs_seldom_is_told_without_its_count() -> None:
    coded = [*texts(5, RUDE, PHONE), *texts(4, RUDE, "force_hurt")]
    assert [(pair.one.key, pair.other.key, pair.count) for pair in pairs(coded, themes(), minimum=5)] == [
        (PHONE, RUDE, 5),
        (RUDE, "force_hurt", None),
    ]


def test_units_with_few_texts_stand_together_and_never_one_alone_under_another_name() -> None:
    coded = [*texts(9, RUDE, unit="Moor"), *texts(2, PHONE, unit="Weir"), *texts(10, RUDE, unit="North"), *texts(12, RUDE, unit="South")]
    found = by_unit(coded, themes(), minimum=5)
    assert found.places == ("North", "South", FEW_TEXTS)
    assert (found.texts, row(found, RUDE)) == ({"North": 10, "South": 12, FEW_TEXTS: 11}, {"North": 10, "South": 12, FEW_TEXTS: 9})
    alone = by_unit([text for text in coded if text.unit != "Weir"], themes(), minimum=5)
    assert alone.places == ("South", FEW_TEXTS)
    assert alone.texts == {"South": 12, FEW_TEXTS: 19}
    assert by_unit(texts(9, RUDE), themes(), minimum=5).places == (FEW_TEXTS,)


def test_the_heat_map_holds_each_pair_once_below_the_diagonal_with_the_most_frequent_theme_first() -> None:
    coded = [*texts(7, RUDE, PHONE), *texts(3, RUDE, "force_hurt"), *texts(4, RUDE), *texts(9, "grounds_unclear")]
    found = heat(pairs(coded, themes(), minimum=5), totals(coded, themes()))
    assert [theme.key for theme in found.themes] == [RUDE, PHONE, "force_hurt"]
    assert (dict(found.counts), found.most) == ({(1, 0): 7, (2, 0): None}, 7)
    assert heat((), totals(coded, themes())).themes == ()
