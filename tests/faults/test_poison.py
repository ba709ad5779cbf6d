"""Jobs that take their process with them run out of attempts and are kept with the reason; all others are done meanwhile."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.worker.schedule import reconcile
from stop_search.installation import Installation, open_installation
from stop_search.jobs.embedded_queue import ensure_embedded_queue, stop_embedded_queue
from stop_search.jobs.queries import job_counts
from stop_search.settings import with_environment
from tests.faults.poison import PACE, POISONS, WORK
from tests.support.work import asked_for, line_of, marks

ROOT = Path(__file__).parents[2]
WITHIN = 90.0


@pytest.mark.slow
@pytest.mark.parametrize(("carried", "names"), [("by RQ", tuple(POISONS)), ("by the table", ("crash", "hang"))])
def test_poison_is_quarantined_after_three_attempts_and_the_rest_goes_on(
    installation: Installation, carried: str, names: tuple[str, ...]
) -> None:
    settings = installation.settings
    if carried == "by RQ":
        ensure_embedded_queue(settings.data_folder)
    ringing = open_installation(settings)
    poisons = {name: asked_for(ringing, name=name) for name in names}
    others = [asked_for(ringing) for _ in range(6)]
    surroundings = with_environment(
        data_folder=str(settings.data_folder),
        public_url="https://stop-search.example",
        secret_key=settings.secret_key.get_secret_value(),
    )
    with subprocess.Popen([sys.executable, "-m", "tests.faults.poison"], cwd=ROOT, env=surroundings) as worker:
        deadline = time.monotonic() + WITHIN
        while job_counts_of(ringing) != {"ready": 0, "leased": 0, "done": 6, "dead": len(names)} and time.monotonic() < deadline:
            reconcile(ringing, work=WORK, pace=PACE)
            time.sleep(0.3)
        assert worker.poll() is None, "the worker itself died"
        worker.terminate()
        worker.wait(timeout=20)
    stop_embedded_queue(settings.data_folder)
    assert sorted(marks(ringing)) == sorted(map(str, others))
    told = {name: line_of(ringing, job_id) for name, job_id in poisons.items()}
    assert {name: (line.state, line.attempts) for name, line in told.items()} == dict.fromkeys(names, ("dead", 3))
    assert "SIGSEGV" in (told["crash"].last_error or "")
    assert all("SIGKILL" in (told[name].last_error or "") for name in names if name in {"spin", "hang"})
    ringing.database.engine.dispose()


def job_counts_of(installation: Installation) -> dict[str, int]:
    """Return how many jobs are in each state."""
    with installation.reading() as session:
        return job_counts(session)
