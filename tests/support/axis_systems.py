"""An Axis body worn system, simulated from its public document: signs in, puts clips, tracks and bookmarks, tries again.

It knows none of our code: what it speaks is README.md 1.6.13 of the Body Worn Content Destination API.
"""

import hashlib
import http.client
import json
import random
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

PATIENCE_SECONDS = 180  # with one request; a killed server takes its time on a busy machine


@dataclass
class Clip:
    """One clip of a recording: when it began, and its bytes."""

    began_at: datetime
    content: bytes
    seconds: int = 60

    @property
    def name(self) -> str:
        """`<StartTime>_<RecordingID>.<ContainerType>`."""
        return f"{self.began_at:%Y%m%d_%H%M%S}_a1b2.mp4"

    def details(self) -> dict[str, str]:
        """Return the details as they are sent."""
        ended_at = self.began_at + timedelta(seconds=self.seconds)
        return {
            "Starttime": str(self.began_at.timestamp()),
            "Starttimeiso": f"{self.began_at:%Y-%m-%dT%H:%M:%SZ}",
            "Stoptime": str(ended_at.timestamp()),
            "Stoptimeiso": f"{ended_at:%Y-%m-%dT%H:%M:%SZ}",
            "Containertype": "mp4",
        }


@dataclass
class Filming:
    """A recording as the camera has it: whose, when, its clips, a track and a bookmark."""

    user: str
    serial: str
    began_at: datetime
    clips: list[Clip]
    longitude: float = 13.221184
    latitude: float = 55.718409

    @property
    def container(self) -> str:
        """`<UserID>_<BWCSerialNumber>_<TriggerOnTime>`."""
        return f"{self.user}_{self.serial}_{self.began_at:%Y%m%dT%H%M%SZ}"

    def details(self, status: str) -> dict[str, str]:
        """Return the container's details."""
        return {
            "Containername": self.container,
            "Bwcserialnumber": self.serial,
            "Userid": self.user,
            "Triggeron": "Button",
            "Starttimeiso": f"{self.began_at:%Y-%m-%dT%H:%M:%SZ}",
            "Timezone": "Europe/London",
            "Status": status,
        }

    def track(self) -> bytes:
        """Return the location file: a place for the beginning of each clip."""
        entries = [
            {
                "LocationWKT": f"POINT({self.longitude + n / 1000:.6f} {self.latitude})",
                "SecondsFromStart": (clip.began_at - self.began_at).total_seconds(),
                "Timestamp": f"{clip.began_at + timedelta(seconds=2):%Y-%m-%dT%H:%M:%SZ}",
            }
            for n, clip in enumerate(self.clips)
        ]
        return json.dumps({"CoordinateEntries": entries}).encode()


@dataclass
class AxisSystem:
    """A system controller that was given a connection file.

    `answers` are the statuses that it met, `broken` the lines that broke, `refused` the times that nobody was there.
    """

    connection: dict[str, Any]
    token: str = ""
    storage: str = ""
    answers: list[int] = field(default_factory=list[int])
    broken: int = 0
    refused: int = 0
    pause: float = 0.05

    def signs_in(self, key: str | None = None) -> int:
        """Ask for a token."""
        headers = {"X-Auth-User": self.connection["BlobAPIUserName"], "X-Auth-Key": key or self.connection["BlobAPIKey"]}
        status, told, _ = self.asks("GET", self.connection["AuthenticationTokenURI"][0], headers=headers, with_token=False)
        if status == http.client.OK:
            self.token, self.storage = told["X-Auth-Token"], told["X-Storage-Url"]
        return status

    def asks(
        self,
        method: str,
        address: str,
        *,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        with_token: bool = True,
        cut_at: int | None = None,
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Send one request; `cut_at`: break the line after so many bytes of the body. Raises OSError, HTTPException where it breaks."""
        parts = urlsplit(address)
        line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        try:
            line.putrequest(method, parts.path)
            for name, value in ((headers or {}) | ({"X-Auth-Token": self.token} if with_token else {})).items():
                line.putheader(name, value)
            line.putheader("Content-Length", str(len(body)))
            line.endheaders()
            line.send(body[:cut_at])
            if cut_at is not None and cut_at < len(body):
                raise ConnectionAbortedError
            answer = line.getresponse()
            content = answer.read()
            self.answers.append(answer.status)
            return answer.status, answer.headers, content
        finally:
            line.close()

    def until_taken(
        self, method: str, path: str, *, details: dict[str, str] | None = None, kind: str = "Object", body: bytes = b"", **how: Any
    ) -> Any:
        """Send a request until it is answered with success, as the document says: after 503 soon again, after 401 signed in again."""
        headers = {f"X-{kind}-Meta-{name}": quote(value) for name, value in (details or {}).items()}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                if not self.token:
                    self.signs_in()
                status, told, content = self.asks(
                    method, f"{self.storage}/{quote(path)}", headers=headers | how.get("headers", {}), body=body
                )
            except ConnectionRefusedError:
                self.refused += 1
                time.sleep(self.pause)
                continue
            except (OSError, http.client.HTTPException):
                self.broken += 1
                continue
            if 200 <= status < 300:
                return told, content
            assert status in {401, 500, 503, 507}, f"given up at {method} {path}: {status} {content!r}"
            self.token = "" if status == http.client.UNAUTHORIZED else self.token
            time.sleep(self.pause)
        message = f"{method} {path} was never taken"
        raise AssertionError(message)

    def registers(self, user: str, number: str, serial: str) -> None:
        """Do what it does when an administrator adds a user and a camera."""
        for container in ("System", "Users", "Devices"):
            self.until_taken("PUT", container, kind="Container")
        system = {"Connectionid": str(uuid.uuid4()), "Systemname": "Dock \N{EN DASH} Wexbridge"}
        self.until_taken("PUT", "System/3f0c0d0e-0000-4000-8000-000000000001", details=system)
        self.until_taken("PUT", f"Users/{user}", details={"Active": "True", "Name": "A. N. Invented", "Userid": number})
        self.until_taken("PUT", f"Devices/{serial}", details={"Active": "True", "Name": "Camera 1", "Model": "W102"})

    def offloads(self, filming: Filming, *, chance: random.Random | None = None) -> None:
        """Deliver a whole recording; with `chance`, lines break in the middle of clips, and it goes on where it was."""
        self.until_taken("PUT", filming.container, kind="Container", details=filming.details("Transferring"))
        for clip in filming.clips:
            if chance and chance.random() < 0.5:
                self._breaks_off(filming, clip, chance)
            told, _ = self.until_taken("PUT", f"{filming.container}/{clip.name}", details=clip.details(), body=clip.content)
            assert told["Etag"].strip('"') == hashlib.md5(clip.content, usedforsecurity=False).hexdigest()
        stem = f"{filming.began_at:%Y%m%d_%H%M%S}_a1b2_{filming.serial}"
        self.until_taken("PUT", f"{filming.container}/{stem}_gpstrail.json", details={"Filetype": "json"}, body=filming.track())
        bookmark = {"Categoryname": "Stop & search", "Starttime": f"{filming.began_at:%Y-%m-%dT%H:%M:%SZ}"}
        self.until_taken("PUT", f"{filming.container}/bookmark_1_1", details=bookmark, body="Gave his name as “X”.".encode())
        self.until_taken("POST", filming.container, kind="Container", details=filming.details("Complete"))

    def _breaks_off(self, filming: Filming, clip: Clip, chance: random.Random) -> None:
        headers = {f"X-Object-Meta-{name}": quote(value) for name, value in clip.details().items()}
        try:
            address = f"{self.storage}/{quote(filming.container)}/{clip.name}"
            self.asks("PUT", address, headers=headers, body=clip.content, cut_at=chance.randrange(len(clip.content)))
        except ConnectionRefusedError:
            self.refused += 1
        except (OSError, http.client.HTTPException):
            self.broken += 1


def a_filming(user: str, serial: str, *, began_at: datetime, clips: list[bytes]) -> Filming:
    """Return a recording of these clips, a minute each, one after the other."""
    began_at = began_at.astimezone(UTC).replace(microsecond=0)
    made = [Clip(began_at + n * timedelta(minutes=1), content) for n, content in enumerate(clips)]
    return Filming(user, serial, began_at, made)
