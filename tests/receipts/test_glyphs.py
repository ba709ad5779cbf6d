"""Which characters can be printed."""

import pytest

from receipts.glyphs import FONTS, LATIN, SCRIPT_FONTS, code_points, drawable, font_families, font_table, printable
from receipts.words import languages, words
from tests.support.receipt_facts import NEWEST
from tests.support.words import sentences


def test_the_fonts_cover_the_languages_written_in_latin_greek_and_cyrillic() -> None:
    quotes_and_dash = {0x2018, 0x2019, 0x201C, 0x201D, 0x2013}
    assert {ord(c) for c in "Wiśniewska Łódź ŵŷ Ștefan ğışö Ωλ Київ £€ … ½"} | quotes_and_dash <= drawable((LATIN,))


@pytest.mark.parametrize("language", languages(NEWEST))
def test_the_fonts_of_a_language_have_every_letter_of_its_words(language: str) -> None:
    there = drawable(font_families(language))
    for path, sentence in sentences(words(language, NEWEST).said, codes=True).items():
        assert printable(sentence, there) == sentence, path


def test_what_is_missing_is_replaced_and_nothing_else() -> None:
    latin, arabic = drawable((LATIN,)), drawable(font_families("ar"))
    assert printable("Łódź 😀 דרך (x)", latin) == "Łódź ? ??? (x)"
    assert printable("e\u0301", latin) == "é"
    assert printable("شارع Łódź", arabic) == "شارع Łódź"
    assert printable("شارع", latin) == "????"


@pytest.mark.parametrize("around", ["Train on expla{}nation", "Łódź{}!"])
def test_a_control_character_is_replaced_and_white_space_is_not(around: str) -> None:
    latin = drawable((LATIN,))
    for code in (*range(0x20), *range(0x7F, 0xA0)):
        text = around.format(chr(code))
        assert printable(text, latin) == (text if chr(code) in "\t\n\r" else around.format("?")), code
    assert printable("one\n\ttwo\r\n", latin) == "one\n\ttwo\r\n"


def test_every_font_is_read_and_a_file_that_is_no_font_is_refused() -> None:
    families = {LATIN, *(family for families in SCRIPT_FONTS.values() for family in families)}
    files = {f"{family.replace(' ', '')}-{weight}.ttf" for family in families for weight in ("Regular", "Bold")}
    assert {path.name for path in FONTS.glob("*.ttf")} == files
    assert all(len(code_points(path.read_bytes())) > 150 for path in FONTS.glob("*.ttf"))
    with pytest.raises(ValueError, match="cmap"):
        code_points(b"\0\1\0\0" + b"\0\0" + b"\0" * 100)


def test_bold_fonts_say_that_they_are_bold() -> None:
    for path in FONTS.glob("*.ttf"):
        table = font_table(path.read_bytes(), b"OS/2")
        assert int.from_bytes(table[4:6], "big") == (700 if "Bold" in path.name else 400), path.name


def test_the_licence_lies_beside_the_fonts() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
