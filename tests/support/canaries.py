"""Values that are planted wherever people type, and every place of a running site in which they must not turn up again."""

import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from bs4 import BeautifulSoup
from redis import Redis
from sqlalchemy import inspect, text

from stop_search.installation import Installation
from stop_search.jobs.embedded_queue import socket_path

NAME, PHONE, EMAIL, PLATE = "Zebulon Quillfeather", "07700 900461", "zebulon.q@canary.example", "QZ71 XKV"
WORDS = "marmalade umbrella"
ADDRESS = "9 Quillfeather Crescent"
WRITTEN = f"{WORDS}: I am {NAME}, ring {PHONE} or {EMAIL}, my car is {PLATE}."
PLANTED = {"name": NAME, "phone": PHONE, "email": EMAIL, "plate": PLATE, "words": WORDS, "address": ADDRESS}
LINKS = {"href", "action", "formaction", "src"}


def patterns(planted: Mapping[str, str]) -> dict[str, re.Pattern[bytes]]:
    """Return what finds each value: in any case, with any or no space, hyphen, plus or percent sign between its parts."""
    between = rb"(?:[\s+_-]|%20|%2B|\\u0020)*"
    return {
        what: re.compile(between.join(re.escape(part.encode()) for part in re.split(r"[\s-]+", value)), re.IGNORECASE)
        for what, value in planted.items()
    }


def found_in(places: Mapping[str, bytes], planted: Mapping[str, str]) -> list[str]:
    """Return "place: what" for every value that stands in a place, in clear, as JSON, or deflated."""
    looked_for = patterns(planted)
    return sorted(f"{place}: {what}" for place, content in places.items() for what, one in looked_for.items() if one.search(content))


@dataclass
class Watched:
    """A browser without scripts whose every address is noted: asked for, led to, and linked on pages. `statuses`: what was answered."""

    site: str
    addresses: list[str] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)

    def opened(self) -> httpx2.Client:
        """Return the browser."""
        return httpx2.Client(base_url=self.site, event_hooks={"response": [self._note]}, timeout=30)

    def _note(self, response: httpx2.Response) -> None:
        response.read()
        self.statuses.add(response.status_code)
        self.addresses += [str(response.request.url), response.headers.get("location", ""), response.headers.get("refresh", "")]
        for tag in BeautifulSoup(response.text, "html.parser").find_all():
            self.addresses += [str(value) for name, value in tag.attrs.items() if name in LINKS]


def files_below(folder: Path, *, wanted: Callable[[Path], bool] = lambda _path: True) -> dict[str, bytes]:
    """Return every file's bytes."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and wanted(path))
    return {f"file {path.relative_to(folder)}": path.read_bytes() for path in found}


def queue_content(data_folder: Path) -> dict[str, bytes]:
    """Return every key of the queue server with its value, inflated too where it was deflated."""
    redis = Redis(unix_socket_path=str(socket_path(data_folder)))
    found = {f"queue {key!r}": key + b"\n" + b"\n".join(_values(redis, key)) for key in redis.scan_iter(count=1000)}
    redis.close()
    return found


def _values(redis: "Redis", key: bytes) -> Iterator[bytes]:
    read: dict[bytes, Callable[[], Any]] = {
        b"string": lambda: [redis.get(key)],
        b"list": lambda: redis.lrange(key, 0, -1),
        b"set": lambda: redis.smembers(key),
        b"zset": lambda: redis.zrange(key, 0, -1),
        b"hash": lambda: [each for pair in redis.hgetall(key).items() for each in pair],
        b"stream": lambda: [repr(redis.xrange(key)).encode()],
    }
    sort = redis.type(key)
    for value in read.get(sort if isinstance(sort, bytes) else sort.encode(), list)():
        yield value or b""
        try:
            yield zlib.decompress(value)
        except (zlib.error, TypeError):
            continue


def table_content(installation: Installation) -> dict[str, bytes]:
    """Return every column of every table, as text: what a dump holds. Bytes are given as they are stored."""
    engine = installation.database.engine
    found: dict[str, bytes] = {}
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).mappings().all()  # noqa: S608 -- names of tables
            for column in rows[0] if rows else ():
                found[f"table {table}.{column}"] = b"\n".join(_plain(row[column]) for row in rows)
    return found


def _plain(value: object) -> bytes:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value)
    return (value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)).encode()
