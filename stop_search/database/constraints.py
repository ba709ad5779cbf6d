"""The one map from a violated constraint to a domain error: uniqueness is the database's job, words are ours."""

import re

from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from stop_search.database.base import Base
from stop_search.errors import Conflict, StopSearchError

MESSAGES = {
    "uq_answered_request_caller_key": "This Idempotency-Key was used for another request. Use a new key for a new request.",
    "uq_encounter_reference": "By a rare chance the new reference is taken already. Nothing was stored: send it again.",
    "uq_receipt_code_digest": "By a rare chance the new receipt's code is taken already. Nothing was stored: send it again.",
    "uq_allocated_code_code_digest": "By a rare chance a new code is taken already. Nothing was stored: ask again.",
    "uq_feedback_submission_id": "These answers were already received.",
    "uq_feedback_primary_receipt": "The person who was stopped has already answered for this receipt.",
    "uq_letter_reference": "By a rare chance the new reference is taken already. Nothing was stored: send it again.",
    "uq_letter_submission_id": "This letter was already received.",
    "uq_letter_feedback_id": "This feedback was already taken for a complaint.",
    "uq_feedback_text_feedback_id_number": "Another text of yours arrived at the same moment. Send this one again.",
    "uq_triage_item_open_feedback": "This feedback is on the list already.",
    "uq_comment_decision_text_id": "Somebody else has just decided about this text.",
    "uq_comment_coding_comment_id_codebook_reading": "Somebody else has just read this comment. Take the next one.",
    "uq_comment_coding_comment_id_codebook_coder_id": "You have read this comment already. Take the next one.",
    "uq_comment_language_comment_id": "Somebody else has just said in which language this comment is.",
    "uq_maturity_assessment_competency_number": "Somebody else has just assessed this. Read what they said first.",
    "uq_theme_view_owner_id_name": "You have a view of this name already.",
    "uq_report_snapshot_quarter_version": "Somebody else has just made a report of this quarter. Look at it first.",
    "uq_account_email": "There is already an account with this e-mail address.",
    "uq_draw_scope_stream_period": "A draw for this scope and period exists already. There is one draw per period and no redraw.",
    "uq_draw_scope_sequence": "Another draw was committed at the same moment. Nothing was stored: commit again.",
    "uq_frame_entry_encounter_id_cause": "A review of this stop was asked for already, for this cause.",
    "uq_draw_outcome_frame_entry_id": "It was already said what became of this drawn stop.",
    "uq_frame_entry_encounter_id": "An encounter of this period is in a drawn frame already. There is no redraw.",
    "uq_review_frame_entry_id_reading": "This encounter already has a reviewer for this reading.",
    "uq_review_encounter_id_reviewer_id": "This person has, or had, a reading of this encounter already.",
    "uq_review_calibration": "This reviewer has had this clip for calibration.",
    "uq_refusal_request_review_id": "You have said already that this search must not be reviewed.",
    "uq_gold_clip_frame_entry_id": "This stop is a gold clip already, or was one.",
    "uq_officer_response_review_id_kind": "This answer to the review was kept already.",
    "uq_rubric_draft_open": "Somebody else has just begun a draft of the rubric. Go on with that one.",
    "pk_rubric_version": "Another version of the rubric was published at the same moment. Look at it first.",
    "pk_rubric_draft_person": "Whoever wrote in a draft cannot decide about it.",
    "uq_public_release_quarter": "Somebody else has just prepared this quarter. Look at that first.",
    "uq_released_tables_quarter_version": "Somebody else has just prepared these tables. Look at those first.",
    "pk_published_file": "This published file was imported before.",
    "uq_published_row_file_digest_row_number": "This published file was imported before.",
}

# What triggers of the migrations refuse; they name it themselves.
REFUSALS = {
    "maturity_assessment_kept": "An assessment is never changed. Assess anew.",
    "learning_action_measure": "What an action is measured by was fixed when it was opened.",
    "public_release_stays": "What was let out for the public stays as it is.",
    "review_conflict": "This person has a conflict of interest and may not review this encounter.",
}


def violated_constraint(error: IntegrityError) -> str | None:
    """Return the name of the constraint that was violated, or None where the database does not say."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name
    message = str(error.orig)
    if found := re.search(r"UNIQUE constraint failed: (.+)", message):
        return _unique_over(found.group(1).split(", "))
    if found := re.search(r"CHECK constraint failed: (\w+)", message):
        return found.group(1)
    if message in REFUSALS:
        return message
    return None


def told(error: IntegrityError) -> StopSearchError | None:
    """Return the domain error that says what the violation means, or None where it is a fault of ours."""
    message = (MESSAGES | REFUSALS).get(violated_constraint(error) or "")
    return Conflict(message) if message else None


def _unique_over(columns: list[str]) -> str | None:
    """SQLite names the columns and not the constraint: find it in the tables."""
    table = Base.metadata.tables[columns[0].split(".")[0]]
    names = {column.split(".")[1] for column in columns}
    for constraint in table.constraints:
        if isinstance(constraint, (UniqueConstraint, PrimaryKeyConstraint)) and {c.name for c in constraint.columns} == names:
            return str(constraint.name)
    for index in table.indexes:
        if index.unique and {c.name for c in index.columns} == names:
            return str(index.name)
    return None
