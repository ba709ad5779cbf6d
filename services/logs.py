"""Logs as JSON lines. Only fields on the list below are written, so that no code, token or person's word can slip in."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FIELDS = (
    "request_id",
    "method",
    "route",
    "status",
    "milliseconds",
    "why",
    "queue",
    "job_id",
    "job",
    "attempt",
    "state",
    "count",
    "seconds",
)
IN_WORDS = ("uvicorn.error",)  # these speak of addresses and signals only
_HARMLESS = re.compile(r"[A-Za-z_.]{1,60}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # a name in our source; the id of a row


class JsonLines(logging.Formatter):
    """One JSON object per record: time, level, logger, message and listed fields.

    Of a message's arguments, numbers, names and rows' ids are written and all else as "…": it may quote what a person typed.
    Of an exception, the types and the places in the source are written, never its words.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage() if record.name in IN_WORDS else _in_words(record),
        }
        line |= {field: value for field in FIELDS if (value := getattr(record, field, None)) is not None}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _told(record.exc_info[1])
        return json.dumps(line, default=str)


def configure_logging(level: str) -> None:
    """Send everything to standard error as JSON lines. Uvicorn's own access log is silenced: it prints whole paths."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [lines]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
    logging.getLogger("uvicorn.access").disabled = True
    for name in ("alembic", "httpx", "urllib3", "botocore", "python_multipart"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _in_words(record: logging.LogRecord) -> str:
    arguments = record.args if isinstance(record.args, tuple) else ()
    try:
        return str(record.msg) % tuple(_harmless(argument) for argument in arguments) if arguments else str(record.msg)
    except (TypeError, ValueError):  # the message counts on another kind of argument
        return str(record.msg)


def _harmless(argument: object) -> object:
    if isinstance(argument, int | float | type(None)):
        return argument
    return argument if _HARMLESS.fullmatch(str(argument)) else "…"


def _told(error: BaseException) -> list[dict[str, Any]]:
    """Return the error and what it came from, outermost first, at most five deep."""
    chain: list[dict[str, Any]] = []
    seen: BaseException | None = error
    while seen is not None and len(chain) < 5:  # noqa: PLR2004 -- enough to see where it began
        frames = traceback.extract_tb(seen.__traceback__)
        chain.append({"type": type(seen).__name__, "at": [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames[-8:]]})
        seen = seen.__cause__ or seen.__context__
    return chain
