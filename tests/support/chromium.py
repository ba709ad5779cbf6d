"""Headless Chromium and a live site for tests that need a real browser."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from services.api.app import create_app
from stop_search.installation import Installation

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
]
FONTS = {"FONTCONFIG_FILE": str(Path(__file__).with_name("fonts.conf"))}  # every script of our pages


@contextmanager
def chromium() -> Generator[Any]:
    """Give a browser of playwright; the test is skipped where there is no Chromium."""
    from playwright.sync_api import sync_playwright

    executable = next((found for name in NAMES if (found := shutil.which(name))), None)
    if executable is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS, env=dict(os.environ) | FONTS)
        yield browser
        browser.close()


def until(page: Any, words: str, arg: object = None, *, seconds: float = 30.0) -> None:
    """Wait until an expression is true of a page, whichever page is open then. Asked from here again and again.

    Playwright's own `wait_for_function` asks by the page's timers, and in a page without scripts no timer ever runs.
    """
    from playwright.sync_api import Error

    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(Error):  # the page goes at this moment
            if page.evaluate(words, arg):
                return
        time.sleep(0.02)
    message = f"{page.url} did not become so that {words} within {seconds:.0f} seconds"
    raise AssertionError(message)


@contextmanager
def live_site(installation: Installation, app: FastAPI | None = None) -> Generator[str]:
    """Serve the whole site (or an app that was made for it) on a free port of this machine, and give its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app or create_app(installation), log_level="warning", server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    listening.close()
