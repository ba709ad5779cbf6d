"""What is read twice, how far two readers agree, what looks like English, months of weeks, pairs."""

import uuid

import pytest

from stop_search.learning.theme_rules import FEWEST_FOR_ALPHA, Themed, agreement, co_occurrence, is_read_twice, looks_english, month_of_week

OTHERS = (
    "Policjant był bardzo niegrzeczny i nie powiedział mi dlaczego mnie zatrzymał.",
    "Roedd yr heddwas yn garedig iawn ac esboniodd bopeth yn glir i mi.",
    "Ofițerul nu mi-a spus de ce mă percheziționează și a râs de mine.",
    "El agente me habló muy mal y no me dio ningún papel después del registro.",
    "Le policier a fouillé mon téléphone sans me demander et il ne m'a rien expliqué.",
    "Askarigu si xun ayuu iila hadlay mana i siin wax warqad ah.",
    "O polícia revistou-me à frente de toda a gente e não disse porquê.",
    "Polis bana çok kaba ve sert idi, hep bana ters cevap verdi.",
    "Policininkas buvo labai mandagus ir viską aiškiai paaiškino.",
    "پولیس والے نے مجھے نہیں بتایا کہ تلاشی کیوں لی گئی",
    "الشرطي لم يخبرني لماذا فتشني أمام الناس.",
    "ਪੁਲਿਸ ਵਾਲੇ ਨੇ ਮੇਰਾ ਫ਼ੋਨ ਦੇਖਿਆ ਅਤੇ ਮੈਨੂੰ ਰਸੀਦ ਨਹੀਂ ਦਿੱਤੀ।",
    "পুলিশ আমার সাথে খারাপ ব্যবহার করেছে।",
    "警察没有告诉我为什么搜查我。",
)


@pytest.mark.parametrize("text", OTHERS)
def test_other_languages_do_not_look_english(text: str) -> None:
    assert not looks_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "Rude.",
        "he twisted my arm up my back n it still hurts",
        "Niver said who he wor or wheer he wor from, just dove straight in.",
        "Police say me this street have problem so they check.",
        "[name] and [name] came to [address] and took my phone.",
        "",
    ],
)
def test_english_in_many_ways_of_speaking_looks_english(text: str) -> None:
    assert looks_english(text)


def test_about_one_comment_in_three_is_read_twice_and_always_the_same_ones() -> None:
    ids = [uuid.UUID(int=n) for n in range(3000)]
    twice = [comment for comment in ids if is_read_twice(comment)]
    assert 900 < len(twice) < 1100
    assert twice == [comment for comment in ids if is_read_twice(comment)]


def test_agreement_is_krippendorffs_alpha() -> None:
    """Krippendorff (2011), section B: two observers, ten units, binary; the published alpha is .095."""
    first, second = (0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0)
    pairs = [({"a"} if one else set[str](), {"a"} if other else set[str]()) for one, other in zip(first, second, strict=True)]
    found = agreement(pairs, "a")
    assert (found.n, found.both, found.one, found.neither) == (10, 1, 4, 5)
    assert found.alpha == pytest.approx(0.095, abs=0.0005)
    assert found.words == "too low to lean on"


def test_full_agreement_is_one_and_too_few_comments_give_no_figure() -> None:
    pairs = [({"a"}, {"a"}), (set[str](), set[str]())] * FEWEST_FOR_ALPHA
    assert agreement(pairs, "a").alpha == 1
    assert agreement(pairs[: FEWEST_FOR_ALPHA - 1], "a").words == "too few to say"
    assert agreement(pairs, "never").alpha is None


def test_a_week_belongs_to_the_month_of_its_thursday() -> None:
    assert [month_of_week(week) for week in ("2026-W01", "2026-W53", "2027-W05")] == ["2026-01", "2026-12", "2027-02"]
    with pytest.raises(ValueError, match="Invalid week"):
        month_of_week("2027-W60")


def test_each_pair_is_counted_once() -> None:
    coded = [Themed(frozenset(keys), "2026-11", "North") for keys in ("ab", "bac", "c")]
    assert co_occurrence(coded, ["a", "b", "c"]) == {("a", "b"): 2, ("a", "c"): 1, ("b", "c"): 1}
    assert co_occurrence(coded, ["c", "b"]) == {("c", "b"): 1}
    assert co_occurrence([Themed(frozenset("ab"), "2026-11", "North", texts=3)], ["a", "b", "c"])["a", "b"] == 3
