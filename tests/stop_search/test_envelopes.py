"""Envelopes open in their own place, with their own key, and only whole."""

import dataclasses
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as some

from stop_search.envelopes import Envelope, EnvelopeRefused, Place, opened, sealed

KEY = b"k" * 32
PLACE = Place("feedback_text", "sealed", uuid.UUID(int=7).hex)


@given(some.binary(max_size=5000))
def test_what_was_sealed_comes_out_again_and_does_not_stand_in_the_envelope(plain: bytes) -> None:
    envelope = sealed(plain, key=KEY, place=PLACE)
    assert opened(envelope, key=KEY, place=PLACE) == plain
    assert len(plain) < 4 or plain not in envelope.sealed + envelope.wrapped_key


def test_the_same_bytes_twice_give_two_envelopes_with_nothing_in_common() -> None:
    one, other = (sealed(b"They were kind.", key=KEY, place=PLACE) for _ in range(2))
    assert not {one.sealed, one.wrapped_key} & {other.sealed, other.wrapped_key}


@pytest.mark.parametrize("changed", [{"table": "force_answer"}, {"column": "masked"}, {"row": uuid.UUID(int=8).hex}])
def test_an_envelope_that_was_moved_does_not_open(changed: dict[str, str]) -> None:
    envelope = sealed(b"They were kind.", key=KEY, place=PLACE)
    with pytest.raises(EnvelopeRefused, match="moved to another row"):
        opened(envelope, key=KEY, place=dataclasses.replace(PLACE, **changed))


def test_the_data_key_of_one_row_does_not_open_another() -> None:
    one, other = (sealed(b"They were kind.", key=KEY, place=PLACE) for _ in range(2))
    with pytest.raises(EnvelopeRefused):
        opened(dataclasses.replace(one, wrapped_key=other.wrapped_key), key=KEY, place=PLACE)


def test_no_bit_of_an_envelope_can_be_altered() -> None:
    envelope = sealed(b"kind", key=KEY, place=PLACE)
    for name in ("wrapped_key", "sealed"):
        whole: bytes = getattr(envelope, name)
        for bit in range(8 * len(whole)):
            altered = bytearray(whole)
            altered[bit // 8] ^= 1 << bit % 8
            with pytest.raises(EnvelopeRefused):
                opened(dataclasses.replace(envelope, **{name: bytes(altered)}), key=KEY, place=PLACE)


def test_another_key_version_or_a_cut_envelope_does_not_open() -> None:
    envelope = sealed(b"kind", key=KEY, place=PLACE)
    for broken in (
        dataclasses.replace(envelope, key_version=2),
        Envelope(1, envelope.wrapped_key[:-1], envelope.sealed),
        Envelope(1, envelope.wrapped_key, b""),
        Envelope(1, b"", b""),
    ):
        with pytest.raises(EnvelopeRefused):
            opened(broken, key=KEY, place=PLACE)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(EnvelopeRefused):
        opened(sealed(b"kind", key=KEY, place=PLACE), key=b"l" * 32, place=PLACE)
