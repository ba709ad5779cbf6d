"""Spelling is counted by groups of letters, the same for the same words."""

import numpy as np
import pytest

from services.worker.reading.spellings import spelling


def test_the_same_words_are_spelt_the_same_whatever_their_case() -> None:
    assert np.array_equal(spelling("Telt us NOWT!"), spelling("telt us nowt"))
    assert np.linalg.norm(spelling("Telt us nowt")) == pytest.approx(1)


def test_words_that_look_alike_are_nearer_than_others() -> None:
    assert spelling("handcuffed") @ spelling("handcuffs") > spelling("handcuffed") @ spelling("receipt")


def test_no_letters_are_no_spelling() -> None:
    assert not spelling("?! ...").any()
