"""How requests to the evidence system are written, signed and answered."""

import hashlib
import hmac
import json
import uuid

import pytest

from stop_search.footage.evidence_rules import Answer, RequestToSend, Wanted, body_of, signature, understood
from tests.conftest import NOON

REQUEST = RequestToSend(uuid.UUID(int=7), "E1", "0" * 64, 3, Wanted.HOLD, 0)


def test_the_signature_is_over_the_time_and_the_body() -> None:
    body = body_of(REQUEST)
    digest = hmac.new(b"key", b"1795003200." + body, hashlib.sha256).hexdigest()
    assert signature(b"key", body=body, at=NOON) == f"t=1795003200,v1={digest}"
    assert json.loads(body) == {
        "request": "00000000-0000-0000-0000-000000000007",
        "number": 3,
        "evidence_id": "E1",
        "sha256": "0" * 64,
        "wanted": "hold",
    }


@pytest.mark.parametrize("answer", ["held", "released", "gone"])
def test_an_answer_is_understood(answer: str) -> None:
    assert understood(200, json.dumps({"answer": answer}).encode()) is Answer(answer)
    assert understood(202, b"") is None


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (200, b""),
        (200, b"[]"),
        (200, b'{"answer": "superseded"}'),
        (200, b'{"answer": ["held"]}'),
        (204, b""),
        (302, b""),
        (404, b""),
        (500, b"x"),
    ],
)
def test_what_is_no_answer_is_said(status: int, content: bytes) -> None:
    with pytest.raises(ValueError, match="it answered"):
        understood(status, content)
