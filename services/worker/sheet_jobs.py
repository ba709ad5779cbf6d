"""Body of the job that makes sheets of a long recording's pictures: in the sandbox, with what the machine has to spare."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from services.worker.footage_jobs import limits_for, sandbox_of
from services.worker.video.believe import believed_sheets
from stop_search.footage.rules import derived_folder
from stop_search.footage.sheets import ToSheet, footage_to_sheet, note_sheets
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.scratch import scratch_folder


class NoSheetsError(Exception):
    """There are no sheets; holds why. The sixty pictures of the examination serve meanwhile."""


def make_sheets(installation: Installation, claim: Claim) -> Effect:
    """Make the sheets, put them under keys of this attempt, and return what is to be written.

    Raises:
        NoSheetsError: it cannot be done; the message says why.

    """
    footage_id = uuid.UUID(claim.arguments["footage_id"])
    with installation.reading() as session:
        asked = footage_to_sheet(session, footage_id=footage_id)
    if asked is None:
        return lambda _session, _now: None
    sheets, index = _made(installation, claim, asked)

    def effect(session: Session, _now: datetime) -> None:
        note_sheets(session, footage_id=footage_id, examination=asked.examination, sheets=sheets, index=index)

    return effect


def _made(installation: Installation, claim: Claim, asked: ToSheet) -> tuple[list[str], str]:
    with installation.storage.local_copy(asked.storage_key) as recording, scratch_folder() as folder:
        ended = sandbox_of(installation).run("sheets", recording=recording, folder=folder, limits=limits_for(asked.size_bytes))
        if ended.report is None:
            raise NoSheetsError(ended.trouble)
        report = believed_sheets(ended.report, folder)
        if report.failure or report.index is None:
            raise NoSheetsError(report.failure.reason if report.failure else "")
        keys = derived_folder(asked.sha256, claim.job_id, claim.token)
        for name in (*report.sheets, report.index):
            installation.storage.put_file(f"{keys}/{name}", folder / name)
        return [f"{keys}/{name}" for name in report.sheets], f"{keys}/{report.index}"
