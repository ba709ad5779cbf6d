"""Those who send recordings to what is being killed: by tus, by the page's form, into the folder, into the bucket.

Each knows what it sent, and what it was told is received; both are kept outside the system.
"""

import base64
import hashlib
import json
import random
import threading
import time
import uuid
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import httpx2

from tests.support.cameras import PATCH, TUS

PIECE = 60_000
LARGEST = 200_000
BUSY = {409, 429, 500, 502, 503, 504}
BETWEEN = 0.05


class NotNow(Exception):
    """The site did not answer, or said that it cannot just now."""


class Sender(threading.Thread):
    """Sends one recording after another until it is told to stop, and finishes the last."""

    def __init__(self, seed: int) -> None:
        super().__init__(daemon=True)
        self.random = random.Random(seed)  # noqa: S311 -- seeded, to be repeated
        self.sent: set[str] = set()
        self.acked: set[str] = set()
        self.resumed = 0
        self.trouble: list[str] = []
        self.enough = threading.Event()

    def run(self) -> None:
        """Send."""
        try:
            while not self.enough.is_set():
                content = self.random.randbytes(self.random.randint(1, LARGEST))
                digest = hashlib.sha256(content).hexdigest()
                self.sent.add(digest)
                self.send(content, digest)
                self.acked.add(digest)
                time.sleep(BETWEEN)
        except Exception as error:  # noqa: BLE001 -- told at the end
            self.trouble.append(f"{type(self).__name__}: {error!r}")

    @abstractmethod
    def send(self, content: bytes, digest: str) -> None:
        """See one recording through until it is acknowledged."""

    def close(self) -> None:
        """Let go of its connections."""

    def patiently(self, act: Callable[[], Any]) -> Any:
        """Try again until the site answers."""
        while True:
            try:
                return act()
            except (NotNow, httpx2.HTTPError):
                self.resumed += 1
                time.sleep(0.05)


class OnTheSite(Sender):
    """One who speaks to the site."""

    client: httpx2.Client

    def close(self) -> None:
        """Hang up."""
        self.client.close()


class Camera(OnTheSite):
    """A docking station: tus, then the hand-in."""

    def __init__(self, seed: int, site: str, token: str) -> None:
        super().__init__(seed)
        self.client = httpx2.Client(base_url=site, timeout=10, headers={"Authorization": f"Bearer {token}"})

    def send(self, content: bytes, digest: str) -> None:
        """Send in pieces, from wherever it was left."""
        del digest
        metadata = "filename " + base64.b64encode(b"clip.mp4").decode()
        said = TUS | {"Upload-Length": str(len(content)), "Upload-Metadata": metadata}
        begun = self.patiently(lambda: _answered(self.client.post("/api/v1/uploads", headers=said), 201))
        address, key = begun.headers["location"], uuid.uuid4().hex
        while self.patiently(lambda: self._one_piece(address, content)) < len(content):
            pass
        body = {"upload": address, "device": "C7"}
        self.patiently(lambda: _answered(self.client.post("/api/v1/footage", json=body, headers={"Idempotency-Key": key}), 201))

    def _one_piece(self, address: str, content: bytes) -> int:
        offset = int(_answered(self.client.head(address, headers=TUS), 200).headers["upload-offset"])
        if offset == len(content):
            return offset
        headers = TUS | PATCH | {"Upload-Offset": str(offset)}
        answer = _answered(self.client.patch(address, content=content[offset : offset + PIECE], headers=headers), 204)
        return int(answer.headers["upload-offset"])


class Person(OnTheSite):
    """An officer at the page without scripts: the whole form again whenever there was no answer."""

    def __init__(self, seed: int, site: str, cookie: tuple[str, str], csrf: str) -> None:
        super().__init__(seed)
        self.client = httpx2.Client(base_url=site, timeout=10, cookies=dict([cookie]))
        self.csrf = csrf

    def send(self, content: bytes, digest: str) -> None:
        """Send the form."""
        del digest
        file = ("clip.mp4", content, "video/mp4")
        self.patiently(lambda: _answered(self.client.post("/recordings", data={"csrf": self.csrf}, files={"file": file}), 303))


class Dock(Sender):
    """A program that writes into the watched folder: a name that says so until it is finished, half of them with a sidecar."""

    def __init__(self, seed: int, inbox: Path) -> None:
        super().__init__(seed)
        self.inbox = inbox

    def send(self, content: bytes, digest: str) -> None:
        """Write, then give the name; the same name again and again."""
        name = f"clip {len(self.sent) % 3}.mp4"
        while (self.inbox / name).exists() or (self.inbox / f"{name}.json").exists():
            time.sleep(0.01)
        if self.random.random() < 0.5:
            (self.inbox / f"{name}.json").write_text(json.dumps({"sha256": digest, "device": "C8"}))
        (self.inbox / f"{name}.part").write_bytes(content)
        (self.inbox / f"{name}.part").rename(self.inbox / name)


class Cloud(Sender):
    """A camera maker's cloud that puts objects into the bucket."""

    def __init__(self, seed: int, address: str) -> None:
        super().__init__(seed)
        parts = urlsplit(address)
        self.bucket = parts.netloc
        self.client = boto3.client("s3", endpoint_url=parse_qs(parts.query)["endpoint"][0])

    def send(self, content: bytes, digest: str) -> None:
        """Put one object, a third of them over one that is there."""
        key = f"kept/clip-{'same' if self.random.random() < 0.3 else digest[:12]}.mp4"
        while key.endswith("same.mp4") and self._is_there(key):
            time.sleep(0.05)
        self.client.put_object(Bucket=self.bucket, Key=key, Body=content)

    def _is_there(self, key: str) -> bool:
        """Only what was moved away is followed by another: what is overwritten before it was seen is lost by its sender."""
        return "Contents" in self.client.list_objects_v2(Bucket=self.bucket, Prefix=key)


def _answered(answer: httpx2.Response, wanted: int) -> httpx2.Response:
    if answer.status_code in BUSY:
        raise NotNow
    assert answer.status_code == wanted, f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:300]}"
    return answer
