"""What a log line holds and what it leaves out."""

import json
import logging
import uuid

import pytest

from services.logs import JsonLines


def line(
    message: str, *arguments: object, logger: str = "stop_search.x", error: BaseException | None = None, **extra: object
) -> dict[str, object]:
    """Return the line that a record becomes."""
    record = logging.LogRecord(
        logger, logging.INFO, __file__, 1, message, arguments or None, (type(error), error, error.__traceback__) if error else None
    )
    for name, value in extra.items():
        setattr(record, name, value)
    return json.loads(JsonLines().format(record))


def test_listed_fields_are_written_and_others_are_not() -> None:
    written = line("request", status=200, comment="he shouted at me", code="7K3M9QX2TD4F")
    assert written["status"] == 200
    assert set(written) == {"time", "level", "logger", "message", "status"}


def test_numbers_names_and_ids_in_a_message_are_written() -> None:
    job = uuid.uuid4()
    assert line("job %s of %s failed %d times", job, "footage", 3)["message"] == f"job {job} of footage failed 3 times"


@pytest.mark.parametrize("said", ["7K3M9QX2TD4F", "he shouted at me", "a@x.uk", "/r/7K3M9QX2TD4F", "07700 900123", "x" * 61])
def test_what_may_be_somebodys_word_is_not(said: str) -> None:
    assert line("received %s", said)["message"] == "received …"


def test_a_message_that_does_not_fit_its_arguments_is_no_fault() -> None:
    assert line("only %d", "seven")["message"] == "only %d"
    assert line("none", "one")["message"] == "none"


def test_of_an_error_its_kind_and_place_are_written_and_never_its_words() -> None:
    try:
        try:
            raise ValueError("7K3M9QX2TD4F")  # noqa: TRY301 -- the words are the point
        except ValueError as cause:
            raise RuntimeError("he shouted") from cause  # noqa: TRY003 -- as above
    except RuntimeError as caught:
        written = line("unforeseen", error=caught)
    assert [one["type"] for one in written["error"]] == ["RuntimeError", "ValueError"]  # pyright: ignore[reportGeneralTypeIssues] -- parsed JSON
    assert "7K3M" not in json.dumps(written)
    assert "shouted" not in json.dumps(written)
    assert "test_logs.py" in json.dumps(written)
