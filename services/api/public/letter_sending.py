"""Going on through a form for a letter, and sending it: sealed at once, in the one transaction that also counts it."""

import uuid
from dataclasses import replace

from sqlalchemy.orm import Session
from starlette.responses import Response

from services.api.language import language_of
from services.api.public.letter_forms import SENT, LetterDraft, next_step, told
from services.api.public.letter_limits import Wait, wait_for
from services.api.public.letter_pages import Sitting, check_page, closed, in_words, sent_page, show_step
from services.api.site_words import ENGLISH, site_words
from stop_search.errors import Conflict, Invalid
from stop_search.letters.actions import send_letter
from stop_search.letters.keys import NoSealingKey
from stop_search.letters.rules import SentLetter


def go_on(sitting: Sitting, posted: dict[str, str]) -> Response:
    """Show the page that follows the posted one, or send the letter.

    The reference comes as the answer to this very POST: no address and no cookie ever holds it. Sent again, it stores nothing new.
    """
    step = next_step(sitting.form, posted, has_receipt=sitting.held is not None)
    if not step.sends:
        return show_step(sitting, step)
    try:
        with sitting.installation.writing() as session:
            outcome = _sent_or_waiting(session, sitting, step.draft, posted)
    except NoSealingKey:
        return closed(sitting.request)
    except (Conflict, Invalid) as wrong:
        return _refused(sitting, step.draft, posted, wrong)
    if isinstance(outcome, Wait):
        return check_page(sitting, step.draft, wait=outcome)
    return sent_page(sitting, step.draft, outcome)


def _sent_or_waiting(session: Session, sitting: Sitting, draft: LetterDraft, posted: dict[str, str]) -> SentLetter | Wait:
    is_assisted = sitting.is_assisted(draft)
    if sitting.held is None and not is_assisted and posted.get("at") != SENT:
        slot = posted.get("slot", "")
        if wait := wait_for(sitting.request, sitting.installation, session, submission_id=draft.submission_id, turn=slot, now=sitting.now):
            return wait
    return send_letter(
        session,
        kind=sitting.form.kind,
        body=letter_body(sitting, draft),
        receipt_id=sitting.held.receipt_id if sitting.held else None,
        submission_id=draft.submission_id,
        language=language_of(sitting.request),
        assisted=is_assisted,
        now=sitting.now,
    )


def letter_body(sitting: Sitting, draft: LetterDraft) -> dict[str, object]:
    """Return what is sealed: what was typed as it is, and what was chosen in English words, for a reader without these forms."""
    kept = told(sitting.form, draft.typed, has_receipt=sitting.held is not None)
    asked = {one.name: one for page in sitting.form.pages for one in page.fields}
    return {name: in_words(site_words(ENGLISH), sitting.form, asked[name], kept) for name in kept}


def _refused(sitting: Sitting, draft: LetterDraft, posted: dict[str, str], wrong: Exception) -> Response:
    """Show the form again under a new id, with all that was typed; a page that showed a reference carries nothing, so it starts anew."""
    fresh = replace(draft, submission_id=uuid.uuid4().hex)
    if posted.get("at") == SENT:
        return show_step(sitting, next_step(sitting.form, {"submission_id": fresh.submission_id}, has_receipt=sitting.held is not None))
    return check_page(sitting, fresh, problem="letter.errors.other_form" if isinstance(wrong, Conflict) else "letter.errors.again")
