"""Which characters can be printed."""

import pytest

from receipts.glyphs import FONTS, code_points, drawable, printable


def test_the_fonts_cover_the_languages_written_in_latin_greek_and_cyrillic() -> None:
    quotes_and_dash = {0x2018, 0x2019, 0x201C, 0x201D, 0x2013}
    assert {ord(c) for c in "Wiśniewska Łódź ŵŷ Ștefan ğışö Ωλ Київ £€ … ½"} | quotes_and_dash <= drawable()


def test_what_is_missing_is_replaced_and_nothing_else() -> None:
    assert printable("Łódź 😀 דרך (x)") == "Łódź ? ??? (x)"
    assert printable("e\u0301") == "é"


def test_both_fonts_are_read_and_a_file_that_is_no_font_is_refused() -> None:
    assert sorted(path.name for path in FONTS.glob("*.ttf")) == ["NotoSans-Bold.ttf", "NotoSans-Regular.ttf"]
    assert all(len(code_points(path.read_bytes())) > 2500 for path in FONTS.glob("*.ttf"))
    with pytest.raises(ValueError, match="cmap"):
        code_points(b"\0\1\0\0" + b"\0\0" + b"\0" * 100)


def test_the_licence_lies_beside_the_fonts() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
