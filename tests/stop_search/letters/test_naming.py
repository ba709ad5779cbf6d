"""A complaint's reader notes whom it is about: by number, once, in complaints only."""

import pytest
from sqlalchemy.orm import Session

from stop_search.audit.queries import newest_entries
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.letters.naming import name_in_complaint, named_in_complaints, named_numbers
from stop_search.letters.rules import LetterKind
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.letters import a_letter, a_reader


def test_whom_a_complaint_is_about_is_noted_once(session: Session) -> None:
    encounter, reader = a.an_encounter(session), a_reader(session)
    letter, sergeant = a_letter(session, encounter=encounter), a.an_officer(session, number="1234")
    for _ in range(2):
        name_in_complaint(session, reference=letter.reference, officer_number=" 1234 ", viewer=reader, now=NOON)
    assert named_numbers(session, reference=letter.reference, viewer=reader) == ["1234"]
    assert named_in_complaints(session, encounter_id=encounter.id) == {sergeant.id}
    assert [entry.action for entry in newest_entries(session)].count("officer_named_in_complaint") == 1


def test_an_unknown_number_says_so_beside_the_field(session: Session) -> None:
    letter, reader = a_letter(session), a_reader(session)
    with pytest.raises(Invalid) as caught:
        name_in_complaint(session, reference=letter.reference, officer_number="9", viewer=reader, now=NOON)
    assert caught.value.fields == {"number": "There is no officer with this number."}


def test_only_a_complaint_is_about_somebody(session: Session) -> None:
    letter, reader = a_letter(session, kind=LetterKind.PANEL_INTEREST), a_reader(session)
    with pytest.raises(Conflict):
        name_in_complaint(session, reference=letter.reference, officer_number="1", viewer=reader, now=NOON)


def test_whoever_may_not_read_the_letter_names_nobody(session: Session) -> None:
    reader_account = a.an_account(session)
    encounter = a.an_encounter(session, officer=reader_account)
    letter = a_letter(session, encounter=encounter)
    with pytest.raises(NotFound):
        name_in_complaint(
            session, reference=letter.reference, officer_number="1", viewer=a_reader(session, account=reader_account), now=NOON
        )
