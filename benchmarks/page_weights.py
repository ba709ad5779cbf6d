"""How heavy the way from the square to the four words is, and how long it takes: bytes both ways, headers and bodies.

    python benchmarks/page_weights.py

A site of its own is started; one connection is kept alive; every request carries the headers that Chrome on Android sends over HTTP/1.1,
and takes what Chrome takes over TLS; TLS itself is not counted. "HTTP/2": the same requests and answers as a proxy with HTTP/2 sends them
(headers by HPACK, RFC 7541, nine bytes a frame).
Without JavaScript. A person reads 240 words a minute and needs 2 s to choose on each page. "choices": the questions with answers to
choose from, each read with its hint and the answers down to the one that is taken, the first; not the note that stands on every page of
a language that nobody reviewed yet. "all": every word of every page.
"""

import gzip
import re
import secrets
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import brotli
from bs4 import BeautifulSoup
from hpack import Encoder

sys.path.insert(0, str(Path(__file__).parents[1]))

from stop_search.database.migrating import migrate
from stop_search.installation import Installation, open_installation
from stop_search.settings import Settings
from tests.support.chromium import live_site
from tests.support.form_walker import fields_of, issued_receipt

BROWSER = {
    "Connection": "keep-alive",
    "Upgrade-Insecure-Requests": "1",
    "User-Agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br, zstd",
}
FILE = {"Upgrade-Insecure-Requests": "", "Accept": "*/*"}
FORM = {"Origin": "null", "Content-Type": "application/x-www-form-urlencoded", "Cache-Control": "max-age=0"}
FIRST_GOAL, WHOLE_GOAL, TIME_GOAL = 14_000, 60_000, 90
READS, CHOOSES = 240 / 60, 2.0  # words a second, seconds a page
UNPACKED: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
CONNECTING, FRAME = 24 + 2 * (9 + 18) + 2 * 9, 9  # HTTP/2's preface with the settings of both and their answers; the head of a frame
NOT_IN_HTTP2 = {"host", "connection"}
ROW = "{:<10}{:>12}{:>9}{:>12}{:>9}{:>10}{:>9}{:>12}{:>9}"
LINKED = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@dataclass
class Weighed:
    """What went over one connection so far."""

    address: str
    language: str
    requests: int = 0
    sent: int = 0
    received: int = 0
    words: int = 0
    pages: int = 0
    chosen: int = 0
    read: int = 0
    kept: set[str] = field(default_factory=set[str])
    http2: int = CONNECTING
    ours: Encoder = field(default_factory=Encoder)
    theirs: Encoder = field(default_factory=Encoder)
    soup: BeautifulSoup = field(default_factory=lambda: BeautifulSoup("", "html.parser"))

    @property
    def total(self) -> int:
        """Bytes both ways."""
        return self.sent + self.received

    @property
    def seconds(self) -> tuple[float, float]:
        """How long a person takes for the choices, and for every word of every page; waiting for the line is not in it."""
        return self.read / READS + self.chosen * CHOOSES, self.words / READS + self.pages * CHOOSES

    def connect(self) -> None:
        """Open the one connection."""
        place = urlsplit(self.address)
        self.line = socket.create_connection((place.hostname, place.port))
        self.reader = self.line.makefile("rb")

    def ask(self, path: str, fields: dict[str, str] | None = None, *, is_file: bool = False) -> str:
        """Send one request and return the body of its answer, unpacked."""
        body = urlencode(fields).encode() if fields is not None else b""
        headers = {
            "Host": urlsplit(self.address).netloc,
            **BROWSER,
            "Accept-Language": f"{self.language},en;q=0.5" if self.language != "en" else "en-GB,en;q=0.9",
        }
        headers |= FILE if is_file else {}
        headers |= FORM | {"Content-Length": str(len(body))} if fields is not None else {}
        lines = [f"{'GET' if fields is None else 'POST'} {path} HTTP/1.1", *(f"{name}: {text}" for name, text in headers.items() if text)]
        request = "\r\n".join([*lines, "", ""]).encode() + body
        self.line.sendall(request)
        status, head = self._head()
        content = self.reader.read(int(head.get("content-length", "0")))
        asked = {":method": lines[0].split()[0], ":scheme": "https", ":authority": headers["Host"], ":path": path} | headers
        answered = {":status": status} | head
        self.http2 += _framed(self.ours, asked, body) + _framed(self.theirs, answered, content)
        self.requests, self.sent, self.received = self.requests + 1, self.sent + len(request), self.received + len(content)
        unpacked = UNPACKED[head.get("content-encoding", "")](content)
        if location := head.get("location"):
            return self.ask(location)
        return unpacked.decode()

    def _head(self) -> tuple[str, dict[str, str]]:
        found: dict[str, str] = {}
        first = self.reader.readline()
        self.received += len(first)
        while (line := self.reader.readline()) not in {b"\r\n", b""}:
            self.received += len(line)
            name, _, text = line.decode().partition(":")
            found[name.strip().lower()] = text.strip()
        self.received += 2
        return first.decode().split()[1], found

    def show(self, path: str, fields: dict[str, str] | None = None) -> None:
        """Open a page and whatever it needs that is not kept yet."""
        html = self.ask(path, fields)
        self.soup = BeautifulSoup(html, "html.parser")
        for linked in map(unescape, LINKED.findall(html)):
            if linked not in self.kept:
                self.kept.add(linked)
                self.ask(linked, is_file=True)
        self.words += self._count("main")
        self.pages += 1
        if len(self.soup.select("main fieldset")) == 1 and not self.soup.select("#set"):
            self.read += sum(map(self._count, ("legend", "fieldset .govuk-hint", ".govuk-radios__label")))
            self.chosen += 1

    def _count(self, selector: str) -> int:
        found = self.soup.select_one(selector)
        return len(found.get_text(" ").split()) if found else 0

    def press(self, name: str) -> None:
        """Choose the first answer where there are answers, and press the button of this name=value."""
        button = self.soup.select_one(f"main button[{name}]")
        form = button.find_parent("form") if button else None
        if button is None or form is None:
            raise LookupError(name)
        fields = fields_of(form)
        if "skip" not in name and (radio := form.find("input", type="radio")):
            fields[str(radio["name"])] = str(radio["value"])
        if button.get("name"):
            fields[str(button["name"])] = str(button["value"])
        self.show(str(button.get("formaction") or form["action"]), fields)


def _framed(encoder: Encoder, headers: dict[str, str], body: bytes) -> int:
    """Return the bytes of one message over HTTP/2: its headers after those that went before on this connection, and its body."""
    named = [(name.lower(), text) for name, text in headers.items() if text and name.lower() not in NOT_IN_HTTP2]
    return FRAME + len(encoder.encode(named)) + (FRAME + len(body) if body else 0)


def weigh(address: str, code: str, language: str) -> tuple[tuple[int, int], Weighed]:
    """Walk the whole way; return what the first page took, over HTTP/1.1 and HTTP/2, and everything."""
    by = Weighed(address, language)
    by.connect()
    by.show(f"/R/{code}")
    first = by.total, by.http2
    by.show(f"/r/{code}/choose")
    by.show(f"/r/{code}/feedback")
    while by.soup.select_one(".site-check-list") is None:
        skips = by.soup.select_one("textarea, #agree, #set") is not None
        by.press('value="skip"' if skips else 'value="continue"')
    by.press('formaction*="send"')
    by.press('value="yes"')
    by.line.close()
    return first, by


def main() -> None:
    """Print the table."""
    print(ROW.format("language", "first page", "HTTP/2", "whole way", "sent", "received", "HTTP/2", "choices, s", "all, s"))
    for language in _languages():
        with tempfile.TemporaryDirectory() as folder:  # a site of its own: one network may not send many forms at once
            installation = _installation(folder)
            with live_site(installation) as address:
                first, by = weigh(address, issued_receipt(installation)[1], language)
        choices, everything = (f"{seconds:.0f}" for seconds in by.seconds)
        figures = (f"{figure:,}" for figure in (*first, by.total, by.sent, by.received, by.http2))
        print(ROW.format(language, *figures, choices, everything))
    print(f"goals: first page {FIRST_GOAL:,} bytes, whole way {WHOLE_GOAL:,}, choices {TIME_GOAL} s")


def _installation(folder: str) -> Installation:
    values = {"data_folder": folder, "public_url": "http://127.0.0.1:1", "secret_key": secrets.token_urlsafe(48), "demo": "true"}
    opened = open_installation(Settings(**values))  # pyright: ignore[reportArgumentType, reportCallIssue] -- words, as from the environment
    migrate(opened.database)
    return opened


def _languages() -> tuple[str, ...]:
    from services.api.site_words import site_languages
    from stop_search.force import read_force

    offered = read_force(None).languages
    return tuple(language for language in site_languages() if language in offered)


if __name__ == "__main__":
    main()
