"""Grounds and place as blind review reads them: no officer's name or number, and everything else as it was written."""

import pytest
from sqlalchemy.orm import Session

from stop_search.reviews.queries import review_shown
from stop_search.reviews.unnamed import unnamed
from tests.support import builders as a
from tests.support.marking import viewer_of

OFFICERS = [("Rowan O'Neill", "4711"), ("Kim Young", "AB12"), ("Sam van der Berg", None)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Seen by Rowan O'Neill at the gate.", "Seen by [officer] at the gate."),
        ("seen by rowan  o'neill", "seen by [officer]"),
        ("O'NEILL saw it; Rowan\u2019s camera was on.", "[officer] saw it; [officer]\u2019s camera was on."),
        ("PC 4711 smelled cannabis.", "PC [officer] smelled cannabis."),
        ("PC 4711 O'Neill and Sgt ab12 Young smelled it.", "PC [officer] and Sgt [officer] smelled it."),
        ("PS Harcourt, who is not on the record, said so.", "PS [officer], who is not on the record, said so."),
        ("Constable J. Owen-Hall 5522 was told.", "Constable [officer] was told."),
        ("Sam van der Berg, Berg said.", "[officer] said."),
        ("A young man with 4,711 pounds in a van.", "A young man with 4,711 pounds in a van."),
        ("The officer saw a knife. DS. Nothing else.", "The officer saw a knife. DS. Nothing else."),
        ("Outside PC World, near PC Price.", "Outside PC World, near PC [officer]."),
        ("", ""),
        (None, None),
    ],
)
def test_officers_are_hidden_and_nothing_else(written: str | None, read: str | None) -> None:
    assert unnamed(written, OFFICERS) == read


def test_a_reviewer_reads_no_name_of_anybody_who_was_there(session: Session) -> None:
    officer, mate, wearer = (a.an_officer(session, name=f"{name} Known", number=f"77{n}") for n, name in enumerate(("Ida", "Jo", "Una")))
    written = {"place": "Outside the flat of Ida Known", "grounds": "PC 771 Jo and Una saw it; 770 agreed."}
    encounter = a.an_encounter(session, officer=officer, others_present=(mate,), **written)
    a.a_recording(session, encounter=encounter, officer_id=wearer.id)
    reader = a.an_account(session)
    review = a.a_review(session, frame_entry=a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter), reviewer=reader)
    stop = review_shown(session, review_id=review.id, viewer=viewer_of(reader)).stop
    assert (stop.place, stop.grounds) == ("Outside the flat of [officer]", "PC [officer] and [officer] saw it; [officer] agreed.")
