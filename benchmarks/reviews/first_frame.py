"""How long a reviewer waits for a two-hour recording at the workbench: for the first picture, at a moment, after a jump.

    python benchmarks/reviews/first_frame.py

The clip is made here (one encoded minute, repeated), with its index first as after a clean recording and with its index last, as cameras
write it while they record. The whole page is opened in Chromium, by a new browser each time, from a site with the real media routes.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from services.api.security import session_cookie_name
from services.worker.video.programs import media_programs
from stop_search.accounts.actions import make_sign_in_link
from stop_search.accounts.rules import Role
from stop_search.accounts.sessions import sign_in_by_link
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.migrating import migrate
from stop_search.database.session import database_now
from stop_search.installation import Installation, open_installation
from stop_search.reviews.rules import ReviewState
from stop_search.settings import Settings
from tests.support import builders as a
from tests.support.chromium import chromium, live_site, until

SECRET = secrets.token_urlsafe(48)
HOURS, ROUNDS, BAR_MS = 2, 9, 1500
SECONDS = HOURS * 3600
PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=60", "-f", "lavfi", "-i", "sine=frequency=440:duration=60")
CODED = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50", "-b:v", "500k", "-maxrate", "600k", "-bufsize", "1M")
INDEX = {"index first": ("-movflags", "+faststart"), "index last": ()}
WATCH_FROM_THE_START = """document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("video").requestVideoFrameCallback((now) => { window.firstPicture = now; });
})"""
AFTER_A_JUMP = """to => new Promise((told) => {
  const video = document.querySelector("video"), began = performance.now();
  video.addEventListener("seeked", () => told(performance.now() - began), { once: true });
  video.currentTime = to;
})"""


def main() -> None:
    """Measure each form of the clip; exit 1 where the bar for the first picture is not met."""
    print(f"{HOURS} hours, load {os.getloadavg()[0]:.1f}; milliseconds, median (slowest) of {ROUNDS}\n")
    print("| clip | MB | page to first picture | page to the picture at 1:30:00 | after a jump of half an hour | MB sent |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        minute = Path(folder) / "minute.mp4"
        encode(*PICTURE, *CODED, "-c:a", "aac", "-b:a", "48k", "-shortest", str(minute))
        slowest = [measured(Path(folder), minute, name) for name in INDEX]
    sys.exit(any(one > BAR_MS for one in slowest))


def measured(folder: Path, minute: Path, name: str) -> float:
    """Measure one form of the clip, print its row, and return the median until the first picture."""
    clip = folder / f"{name.replace(' ', '-')}.mp4"
    encode("-stream_loop", str(HOURS * 60 - 1), "-i", str(minute), "-c", "copy", *INDEX[name], str(clip))
    place = folder / name.replace(" ", "-")
    installation = an_installation(place)
    path, token = a_review_of(installation, clip)
    first: list[float] = []
    there: list[float] = []
    jumped: list[float] = []
    sent: list[float] = []
    with live_site(installation) as site:
        for _ in range(ROUNDS):
            with a_page(installation, site, token) as (page, received):
                page.goto(f"{site}{path}", wait_until="commit")
                until(page, "window.firstPicture > 0")
                first.append(page.evaluate("window.firstPicture"))
                jumped.append(page.evaluate(AFTER_A_JUMP, 1800))
                sent.append(sum(received) / 1e6)
            with a_page(installation, site, token) as (page, _):
                page.goto(f"{site}{path}?at=1:30:00", wait_until="commit")
                until(page, "window.firstPicture > 0 && Math.abs(document.querySelector('video').currentTime - 5400) < 1")
                there.append(page.evaluate("window.firstPicture"))
    columns = [f"{median(found):,.0f} ({max(found):,.0f})" for found in (first, there, jumped)]
    print(f"| {name} | {clip.stat().st_size / 1e6:,.0f} | {' | '.join(columns)} | {median(sent):.1f} |", flush=True)
    clip.unlink()
    return median(first)


def encode(*arguments: str) -> None:
    """Run the packaged ffmpeg."""
    programs = media_programs(ffmpeg="", ffprobe="")
    subprocess.run([programs.ffmpeg, "-y", "-v", "error", *arguments], check=True)


def an_installation(place: Path) -> Installation:
    """Return an installation with a folder of its own."""
    place.mkdir()
    made = open_installation(Settings(secret_key=SECRET, public_url="http://127.0.0.1:8000", data_folder=place, demo=True))
    migrate(made.database)
    return made


def a_review_of(installation: Installation, clip: Path) -> tuple[str, str]:
    """Store the clip as a recording of a drawn search; return the address of a criterion of its review, and a session's token."""
    key = "footage/aa/two-hours/original"
    installation.storage.put_file(key, clip)
    with installation.writing() as session:
        now = database_now(session)
        encounter = a.an_encounter(session, officer=a.an_officer(session, team=a.a_team(session)), started_at=now)
        facts = {"length_seconds": float(SECONDS), "container": "mov,mp4,m4a,3gp,3g2,mj2"}
        a.a_recording(session, encounter=encounter, facts=facts, storage_key=key, size_bytes=clip.stat().st_size)
        reviewer = a.an_account(session, role=Role.SUPERVISOR)
        entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)
        review = a.a_review(session, frame_entry=entry, reviewer=reviewer, state=ReviewState.STARTED)
        link = make_sign_in_link(session, account_id=reviewer.id, actor=COMMAND_LINE, now=now)
        return f"/reviews/{review.id}/C5", sign_in_by_link(session, token=link, now=now)


@contextmanager
def a_page(installation: Installation, site: str, token: str) -> Iterator[tuple[Any, list[int]]]:
    """Give a page of a new browser that has nothing kept, and the sizes of the pieces of video that reach it."""
    received: list[int] = []
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        context.add_cookies([{"name": session_cookie_name(installation), "value": token, "url": site}])
        page = context.new_page()
        page.add_init_script(WATCH_FROM_THE_START)
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.dataReceived", lambda told: received.append(told["dataLength"]))
        yield page, received


if __name__ == "__main__":
    main()
