"""The body of the job that suggests themes for released comments: whatever this model has not read yet, whoever asked."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.learning.suggesting import ReadByModel, comments_without_suggestion, keep_suggestions
from stop_search.learning.theme_rules import looks_english


def suggest_themes(installation: Installation, _claim: Claim) -> Effect:
    """Read the texts outside any transaction; a text is never written anywhere, only keys of themes and their scores are."""
    from services.worker.reading.themes import codebook, digest, suggested_themes

    version, model, key = codebook(), digest(), installation.key_for(TEXT_KEY_USE)
    with installation.reading() as session:
        waiting = comments_without_suggestion(session, codebook=version, model=model, text_key=key)
    english = [each for each in waiting if looks_english(each.text) or each.is_translated]
    found = zip(english, suggested_themes([each.text for each in english]), strict=True)
    not_english = {each.comment_id: ReadByModel(is_english=False, themes=()) for each in waiting}
    read = not_english | {each.comment_id: ReadByModel(is_english=True, themes=themes) for each, themes in found}

    def effect(session: Session, now: datetime) -> None:
        keep_suggestions(session, read=read, codebook=version, model=model, now=now)

    return effect
