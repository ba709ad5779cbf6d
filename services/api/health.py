"""Whether the process lives, whether it can do its work, and figures for monitoring. No personal value is in any of them."""

import hmac
import threading
import time
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from services.api.dependencies import InstallationDep, ReadSession, opens_to_all
from stop_search.audit.queries import entry_count
from stop_search.errors import NotFound
from stop_search.footage.oversight import footage_counts
from stop_search.installation import Installation
from stop_search.jobs.queries import job_counts
from stop_search.readiness import Finding, findings

router = APIRouter(dependencies=[opens_to_all()], include_in_schema=False)
KEPT_SECONDS = 5.0  # looking writes to the storage: nobody makes us do it more often by asking more often
ON_THIS_MACHINE = frozenset({"127.0.0.1", "::1"})

_looking = threading.Lock()


def may_see_inside(request: Request, installation: InstallationDep) -> bool:
    """Return whether the caller has the metrics token or, where none is set, calls from this machine."""
    wanted = installation.settings.metrics_token.get_secret_value()
    if wanted:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), f"Bearer {wanted}".encode())
    return request.client is not None and request.client.host in ON_THIS_MACHINE


Inside = Annotated[bool, Depends(may_see_inside)]


@router.get("/healthz")
def alive() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def ready(request: Request, installation: InstallationDep, *, inside: Inside) -> Response:
    """Say whether the site can do its work; what is wrong and how to mend it is told on this machine or with the token only."""
    found = _newest_findings(request, installation)
    is_ready = all(finding.ok for finding in found)
    checks = {f.name: {"ok": f.ok} | ({"state": f.state, "mend": f.mend} if inside else {}) for f in found}
    return JSONResponse({"status": "ready" if is_ready else "not ready", "checks": checks}, 200 if is_ready else 503)


@router.get("/metrics")
def metrics(session: ReadSession, *, inside: Inside) -> Response:
    """Return the figures in Prometheus' text format. Raises NotFound for whoever may not see them."""
    if not inside:
        message = "There is no such page."
        raise NotFound(message)
    lines = [
        *_by_state("stop_search_jobs", "Jobs by state.", job_counts(session)),
        *_by_state("stop_search_footage", "Recordings by state.", footage_counts(session)),
        "# HELP stop_search_audit_entries Entries of the audit log.",
        "# TYPE stop_search_audit_entries gauge",
        f"stop_search_audit_entries {entry_count(session)}",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4; charset=utf-8")


def _newest_findings(request: Request, installation: Installation) -> tuple[Finding, ...]:
    state = request.app.state
    with _looking:
        looked_at, found = getattr(state, "findings", (0.0, ()))
        if not found or time.monotonic() - looked_at > KEPT_SECONDS:
            found = findings(installation)
            state.findings = (time.monotonic(), found)
    return found


def _by_state(name: str, meaning: str, counts: dict[str, int]) -> list[str]:
    lines = [f'{name}{{state="{state}"}} {number}' for state, number in counts.items()]
    return [f"# HELP {name} {meaning}", f"# TYPE {name} gauge", *lines]
