"""Handing a finished draft to the store: the one place where a page's draft becomes stored answers."""

from datetime import datetime

from fastapi import Request

from services.api.networks import digest_of_network, is_from_police_network
from services.api.public.drafts import Draft
from services.api.public.turns import posting_counts
from stop_search.accounts.rules import Role
from stop_search.encounters.rules import HeldReceipt
from stop_search.feedback.actions import LeftFeedback, leave_feedback
from stop_search.feedback.equality import EqualityGiven
from stop_search.feedback.posting import refuse_too_many
from stop_search.feedback.reply_codes import REPLY_KEY_USE
from stop_search.feedback.rules import WHO
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.feedback.self_scans import CameFrom
from stop_search.installation import Installation


def leave(request: Request, *, held: HeldReceipt, draft: Draft, assisted: bool, now: datetime) -> LeftFeedback:
    """Keep a draft's answers for a receipt, in a transaction of its own. Raises what `leave_feedback` raises.

    Where the request came from is looked at here and never stored: only whether the officer may have answered himself.
    """
    installation: Installation = request.app.state.installation
    counted = posting_counts(request, installation, draft.submission_id)
    with installation.database.glancing() as session:
        refuse_too_many(session, posted=counted, now=now)
    with installation.writing() as session:
        return leave_feedback(
            session,
            receipt_id=held.receipt_id,
            submission_id=draft.submission_id,
            form=draft.form.name,
            form_version=draft.form.version,
            answers={question: answer for question, answer in draft.answers.items() if question != WHO},
            comment=draft.text,
            answering_as=draft.answers.get(WHO),
            language=draft.form.language,
            reply_key=installation.key_for(REPLY_KEY_USE),
            text_key=installation.key_for(TEXT_KEY_USE),
            now=now,
            equality=EqualityGiven(draft.about_form.version, consented=draft.agreed, answers=draft.about) if draft.about_form else None,
            typed_by=Role.COMPLAINTS_HANDLER if assisted else None,
            came_from=None if assisted else CameFrom(digest_of_network(request, installation, now), is_from_police_network(request)),
            posted=counted,
        )
