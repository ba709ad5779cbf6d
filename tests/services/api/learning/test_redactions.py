"""The redaction pages: saved box by box, decided by a second person, and closed to everybody who may not."""

import uuid

from starlette.testclient import TestClient

from services.api.app import create_app
from services.api.security import CSRF_HEADER
from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from tests.support.clips import clip
from tests.support.redactions import STILL, a_recording_of, worked_off
from tests.support.visitors import csrf_for, sign_in


def begun(client: TestClient, installation: Installation) -> str:
    """Sign somebody in and begin; return the redaction's address."""
    footage_id = a_recording_of(installation, clip("plain.mp4"), 12.0)
    sign_in(client, installation, Role.LEARNING_TEAM)
    answer = client.post("/learning/redactions", data={"csrf": csrf_for(client, installation), "footage_id": str(footage_id)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_boxes_are_saved_one_by_one_and_a_forged_or_wrong_one_is_not(client: TestClient, installation: Installation) -> None:
    path = begun(client, installation)
    token, track = {CSRF_HEADER: csrf_for(client, installation), "accept": "application/json"}, f"{path}/tracks/{uuid.uuid4()}"
    assert client.put(track, json={"kind": "face", "key_frames": STILL}).status_code == 403
    assert client.put(track, json={"kind": "face", "key_frames": [[0, 2, 2, 1, 1]]}, headers=token).status_code == 422
    assert client.put(track, json={"kind": "face", "key_frames": STILL}, headers=token).status_code == 200
    assert client.put(f"{path}/sounds/{uuid.uuid4()}", json={"start": 1, "end": 2, "cover": "tone"}, headers=token).status_code == 200
    told = client.get(f"{path}/boxes").json()
    assert [one["key_frames"] for one in told["tracks"]] == [STILL]
    assert [(one["start"], one["end"], one["cover"]) for one in told["sounds"]] == [(1, 2, "tone")]
    assert client.delete(track, headers=token).status_code == 200
    assert client.get(f"{path}/boxes").json()["tracks"] == []


def test_a_panel_finds_a_copy_only_once_a_second_person_let_it_out(client: TestClient, installation: Installation) -> None:
    path = begun(client, installation)
    worked_off(installation)
    assert client.post(f"{path}/copy", data={"csrf": csrf_for(client, installation)}).status_code == 303
    worked_off(installation)
    stage = client.get(f"{path}/stage").json()
    assert stage["state"] == "verified", stage
    second, member = (TestClient(create_app(installation), follow_redirects=False) for _ in range(2))
    sign_in(second, installation, Role.LEARNING_TEAM)
    sign_in(member, installation, Role.PANEL_MEMBER)
    copy = f"/panels/copies/{path.rsplit('/', 1)[-1]}"
    assert (member.get(copy).status_code, member.get(f"{copy}/video").status_code) == (404, 404)
    assert client.post(f"{path}/release", data={"csrf": csrf_for(client, installation), "version": stage["version"]}).status_code == 403
    assert second.get(f"{path}/copy/video", headers={"range": "bytes=4-7"}).content == b"ftyp"
    assert second.post(f"{path}/release", data={"csrf": csrf_for(second, installation), "version": stage["version"]}).status_code == 303
    assert member.get(copy).status_code == 200
    seen = member.get(f"{copy}/video", headers={"range": "bytes=0-99"})
    assert (seen.status_code, len(seen.content), seen.headers["cache-control"]) == (206, 100, "private, no-store")
    assert member.get(path).status_code == member.get(f"/learning/originals/{uuid.uuid4()}/video").status_code == 403
    sent_back = second.post(
        f"{path}/send-back", data={"csrf": csrf_for(second, installation), "version": stage["version"], "reason": "A face."}
    )
    assert sent_back.status_code == 303
    assert member.get(f"{copy}/video").status_code == 404


def test_an_original_is_played_only_where_a_redaction_was_opened(client: TestClient, installation: Installation) -> None:
    footage_id = a_recording_of(installation, clip("plain.mp4"), 12.0)
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert client.get(f"/learning/originals/{footage_id}/video").status_code == 404
    client.post("/learning/redactions", data={"csrf": csrf_for(client, installation), "footage_id": str(footage_id)})
    assert client.get(f"/learning/originals/{footage_id}/video").status_code == 200
