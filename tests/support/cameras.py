"""A camera that uploads by tus and hands recordings in, over the API."""

import base64
import uuid
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from tests.support.builders import a_machine_token

TUS = {"Tus-Resumable": "1.0.0"}
PATCH = {"Content-Type": "application/offset+octet-stream"}


class Camera:
    """A docking station with a token of its own."""

    def __init__(self, client: TestClient, installation: Installation, role: Role = Role.CAMERA) -> None:
        self.client = client
        with installation.writing() as session:
            token = a_machine_token(session, role=role)
        self.bearer = {"Authorization": f"Bearer {token}"}

    def begins(self, length: int | str, name: str = "clip.mp4", **headers: str) -> Any:
        """Create an upload."""
        metadata = "filename " + base64.b64encode(name.encode()).decode() + ",filetype " + base64.b64encode(b"video/mp4").decode()
        said = {"Upload-Length": str(length), "Upload-Metadata": metadata} | headers
        return self.client.post("/api/v1/uploads", headers=self.bearer | TUS | said)

    def sends(self, address: str, offset: int, content: bytes, **headers: str) -> Any:
        """Send bytes from an offset on."""
        return self.client.patch(address, content=content, headers=self.bearer | TUS | PATCH | {"Upload-Offset": str(offset)} | headers)

    def asks(self, address: str) -> Any:
        """Ask for the offset."""
        return self.client.head(address, headers=self.bearer | TUS)

    def gives_up(self, address: str) -> Any:
        """Remove an upload."""
        return self.client.delete(address, headers=self.bearer | TUS)

    def uploads(self, content: bytes, name: str = "clip.mp4") -> str:
        """Upload in two pieces; return the address."""
        address = self.begins(len(content), name).headers["location"]
        half = len(content) // 2
        for offset, piece in ((0, content[:half]), (half, content[half:])):
            assert self.sends(address, offset, piece).status_code == 204
        return address

    def hands_in(self, upload: str, *, key: str | None = None, **known: Any) -> Any:
        """Hand a finished upload in."""
        headers = self.bearer | {"Idempotency-Key": key or uuid.uuid4().hex}
        return self.client.post("/api/v1/footage", json={"upload": upload} | known, headers=headers)

    def delivers(self, path: Path, **known: Any) -> Any:
        """Upload a file and hand it in; return what the service says of it."""
        answer = self.hands_in(self.uploads(path.read_bytes(), path.name), **known)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def reads(self, path: str) -> Any:
        """Get something of the API."""
        return self.client.get(path, headers=self.bearer)
