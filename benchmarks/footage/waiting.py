"""How long recordings wait: what the queue itself costs beside RQ's, from "uploaded" to "ready for review", and one worker beside two.

    python benchmarks/footage/waiting.py FOLDER [overhead] [ready] [workers]

FOLDER holds the clips, as for compare.py. All runs as in earnest: the site, the workers and the embedded queue are processes of their own.
"""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median

import clips
import httpx2
import peers
from rq import Queue as PlainQueue
from rq import Worker as PlainWorker
from sqlalchemy import func, select
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).parents[2]))

from services.worker.bodies import Effect, Work
from services.worker.run import QueueWorker
from stop_search.accounts.rules import Role
from stop_search.database.migrating import migrate
from stop_search.installation import Installation, open_installation
from stop_search.jobs.actions import request_job
from stop_search.jobs.doorbell import connect
from stop_search.jobs.embedded_queue import embedded_queue_url, ensure_embedded_queue, stop_embedded_queue
from stop_search.jobs.records import Job
from stop_search.jobs.rules import Claim, JobState, Queue
from stop_search.settings import Settings, with_environment
from tests.support.builders import a_machine_token
from tests.support.running import whole_site

PARTS = ("overhead", "ready", "workers")
JOBS, RECORDINGS, ROUNDS = 60, 6, 3
PIECE = 8 << 20
SECRET = secrets.token_urlsafe(48)
TUS = {"Tus-Resumable": "1.0.0"}


def our_nothing(_installation: Installation, _claim: Claim) -> Effect:
    """Do nothing, as a job of ours."""
    return lambda _session, _now: None


def measure_overhead(_place: Path) -> None:
    """No-op jobs one after the other: plain RQ, plain RQ that imports cv2 and av in each, and ours with claim, lease and end."""
    print("| milliseconds a job, medians | RQ no-op | RQ, cv2 and av | ours no-op | ours / RQ no-op | load |\n|---|---|---|---|---|---|")
    rounds: dict[str, list[float]] = {"plain": [], "media": [], "ours": []}
    with a_queue() as installation:
        for _ in range(ROUNDS):
            rounds["plain"].append(plain(installation, peers.nothing))
            rounds["media"].append(plain(installation, peers.import_media))
            rounds["ours"].append(ours(installation))
    told = {kind: median(found) for kind, found in rounds.items()}
    ratio = told["ours"] / told["plain"]
    print(f"| | {told['plain']:.1f} | {told['media']:.1f} | {told['ours']:.1f} | {ratio:.2f} | {os.getloadavg()[0]:.1f} |")


def plain(installation: Installation, job: Callable[[], None]) -> float:
    """Return how many milliseconds one job of RQ's own worker takes, start of the worker not counted."""
    connection = connect(embedded_queue_url(installation.settings.data_folder), patience=10.0)
    queue = PlainQueue(f"plain-{uuid.uuid4().hex}", connection=connection)
    asked = [queue.enqueue(job) for _ in range(JOBS)]
    in_a_child(lambda: PlainWorker([queue], connection=connection).work(burst=True, logging_level="WARNING"))
    for one in asked:
        one.refresh()
    ends = sorted(one.ended_at for one in asked if one.ended_at)
    return 1000 * median((later - earlier).total_seconds() for earlier, later in pairwise(ends))


def ours(installation: Installation) -> float:
    """Return how many milliseconds one no-op job takes, start of the worker not counted."""
    mark = uuid.uuid4().hex
    with installation.writing() as session:
        for number in range(JOBS):
            request_job(session, name="nothing", arguments={}, dedupe_key=f"{mark}:{number}", queue=Queue.UPKEEP)
    worker = QueueWorker(installation.settings, Queue.UPKEEP, work=Work({"nothing": our_nothing}, {}))
    with a_child(worker.serve):
        wait_until_done(installation)
    with installation.reading() as session:
        ends = [end for end in session.scalars(select(Job.ended_at).where(Job.dedupe_key.startswith(mark)).order_by(Job.ended_at)) if end]
    return 1000 * median((later - earlier).total_seconds() for earlier, later in pairwise(ends))


def measure_ready(place: Path) -> None:
    """From the answer that a whole upload was handed in until the recording is ready for review, by the API alone."""
    clip = clips.repeated(place, 4)
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder, whole_site(Path(folder)) as site:
            with site.installation.writing() as session:
                token = a_machine_token(session, role=Role.CAMERA)
            bearer = {"Authorization": f"Bearer {token}"}
            with httpx2.Client(base_url=site.address, headers=bearer, timeout=120) as client:
                began = time.perf_counter()
                upload = uploaded(client, clip)
                handed = time.perf_counter()
                footage = client.post("/api/v1/footage", json={"upload": upload}, headers={"Idempotency-Key": uuid.uuid4().hex}).json()
                received = time.perf_counter()
                states = list(watched(client, footage["id"]))
            ready = time.perf_counter()
            print(
                f"round {number}: uploaded in {handed - began:.1f} s; handed in and stored {received - handed:.1f} s; ready "
                f"{ready - handed:.1f} s after the last byte (bar 15); states seen: {', '.join(states)}; load {os.getloadavg()[0]:.1f}",
                flush=True,
            )


def uploaded(client: httpx2.Client, clip: Path) -> str:
    """Upload a file by tus in pieces; return its address."""
    address = client.post("/api/v1/uploads", headers=TUS | {"Upload-Length": str(clip.stat().st_size)}).headers["location"]
    with clip.open("rb") as opened:
        while piece := opened.read(PIECE):
            offset = {"Upload-Offset": str(opened.tell() - len(piece)), "Content-Type": "application/offset+octet-stream"}
            client.patch(address, content=piece, headers=TUS | offset).raise_for_status()
    return address


def watched(client: httpx2.Client, footage: str) -> Iterator[str]:
    """Yield each state that a recording is seen in, until it is examined."""
    last = ""
    while last not in {"examined", "failed"}:
        state = client.get(f"/api/v1/footage/{footage}").json()["state"]
        if state != last:
            yield state
        last = state
        time.sleep(0.1)


def measure_workers(place: Path) -> None:
    """Examine recordings of 150 s that all wait: one worker on one core, one on two cores, two on two cores."""
    print("| recordings a minute | one worker, one core | one worker, two cores | two workers, two cores | load |\n|---|---|---|---|---|")
    rates = {(cores, workers): examined_a_minute(place, cores, workers) for cores, workers in ((1, 1), (2, 1), (2, 2))}
    one, whole, two = rates[1, 1], rates[2, 1], rates[2, 2]
    print(f"| | {one:.1f} | {whole:.1f} ({whole / one:.2f}) | {two:.1f} ({two / one:.2f}) | {os.getloadavg()[0]:.1f} |")


def examined_a_minute(place: Path, cores: int, workers: int) -> float:
    """Return how many of RECORDINGS are examined a minute, the start of the workers not counted."""
    with a_queue() as installation:
        folder = installation.settings.data_folder
        environment = with_environment(data_folder=str(folder), public_url="http://127.0.0.1:1", secret_key=SECRET, demo="true")
        for number in range(RECORDINGS):
            distinct = folder / f"{number}.mp4"
            distinct.write_bytes(clips.master(place).read_bytes() + b"\0\0\0\x0cfree" + number.to_bytes(4))
            command = [sys.executable, "-m", "services.cli", "footage", "ingest", str(distinct)]
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
            distinct.unlink()
        pinned = ["taskset", "-c", ",".join(map(str, range(cores)))]
        command = [*pinned, sys.executable, "-m", "services.cli", "worker", "--queue", "footage"]
        running = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(workers)]
        wait_until_done(installation, name="examine_footage")
        with installation.reading() as session:
            first, last = session.execute(
                select(func.min(Job.claimed_at), func.max(Job.ended_at)).where(Job.name == "examine_footage")
            ).one()
        for one in running:
            one.terminate()
        for one in running:
            one.wait()
        return RECORDINGS / (last - first).total_seconds() * 60


def wait_until_done(installation: Installation, name: str = "nothing") -> None:
    """Wait until no job of this name is left to do."""
    while True:
        with installation.reading() as session:
            if not left(session, name):
                return
        time.sleep(0.05)


def left(session: Session, name: str) -> int:
    """Count the jobs of this name that are not done."""
    return session.scalar(select(func.count()).where(Job.name == name, Job.state != JobState.DONE)) or 0


@contextmanager
def a_queue() -> Generator[Installation]:
    """Give an installation on SQLite with an embedded queue and no worker."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        values = {"data_folder": place, "public_url": "http://127.0.0.1:1", "secret_key": SECRET, "demo": "true"}
        installation = open_installation(Settings(**values))  # pyright: ignore[reportArgumentType, reportCallIssue] -- words, as from the environment
        migrate(installation.database)
        ensure_embedded_queue(folder)
        try:
            yield installation
        finally:
            stop_embedded_queue(folder)
            installation.database.engine.dispose()


@contextmanager
def a_child(work: Callable[[], object]) -> Generator[None]:
    """Do work in a process of its own, which is ended on leaving."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    try:
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def in_a_child(work: Callable[[], object]) -> None:
    """Do work in a process of its own, to its end."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    os.waitpid(child, 0)


def main() -> None:
    """Measure what is asked for, or everything."""
    if len(sys.argv) < 2 or set(sys.argv[2:]) - {*PARTS}:  # noqa: PLR2004 -- a folder
        raise SystemExit(__doc__)
    for part in sys.argv[2:] or PARTS:
        globals()[f"measure_{part}"](Path(sys.argv[1]))


if __name__ == "__main__":
    main()
