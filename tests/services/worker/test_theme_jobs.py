"""The job that suggests themes: run twice for one effect; other languages get no themes and wait for a translator."""

from sqlalchemy import select

from services.worker.jobs import Ending, carry_out
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.installation import Installation
from stop_search.learning.records import CommentSuggestion, SuggestedTheme
from stop_search.learning.translating import waiting_for_translator
from tests.support.released import a_learner, a_released_comment
from tests.support.work import asked_for

POLISH = "Policjant był bardzo niegrzeczny i nie powiedział mi dlaczego."


def test_released_comments_are_read_once_however_often_the_job_is_carried(installation_on_each: Installation) -> None:
    key = installation_on_each.key_for(TEXT_KEY_USE)
    with installation_on_each.writing() as session:
        rude = a_released_comment(session, "He was so rude, he swore at me and called me names.", text_key=key)
        a_released_comment(session, POLISH, text_key=key)
        viewer = a_learner(session)
    for _ in range(2):
        job_id = asked_for(installation_on_each, name="suggest_themes")
        assert [carry_out(installation_on_each, job_id=job_id) for _ in range(2)] == [Ending.DONE, Ending.NOTHING]
    with installation_on_each.reading() as session:
        rows = session.scalars(select(CommentSuggestion)).all()
        assert sorted(row.is_english for row in rows) == [False, True]
        suggested = session.execute(
            select(CommentSuggestion.comment_id, SuggestedTheme.theme).join(
                SuggestedTheme, SuggestedTheme.suggestion_id == CommentSuggestion.id
            )
        ).all()
        assert (rude, "disrespect") in [tuple(row) for row in suggested]
        assert {row[0] for row in suggested} == {rude}
        assert [each.text for each in waiting_for_translator(session, viewer=viewer, text_key=key)] == [POLISH]
