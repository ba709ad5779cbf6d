"""Nobody near an encounter ever reviews it: tables of single conflicts, and thousands of random organisations."""

import uuid
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from stop_search.accounts.rules import HeldPost, PostKind
from stop_search.reviews.assignment import Candidate, Circumstances, Conflict, chosen_reviewer, conflict_of, unassigned_reason
from tests.support.organisations import DAY, an_organisation, is_forbidden

ORGANISATIONS = 10_000
OFFICER, REVIEWER, TEAM, OTHER_TEAM = (uuid.UUID(int=n) for n in range(1, 5))
IN_TEAM = HeldPost(TEAM, PostKind.MEMBER, DAY - timedelta(days=300), None)
ABOUT = Circumstances(OFFICER, (IN_TEAM,), frozenset(), None, DAY)


def a_post(*, team: uuid.UUID = TEAM, kind: PostKind = PostKind.MEMBER, start: int = -300, end: int | None = None) -> HeldPost:
    """Return a post from `start` to `end` days after DAY."""
    return HeldPost(team, kind, DAY + timedelta(days=start), None if end is None else DAY + timedelta(days=end))


@pytest.mark.parametrize(
    ("posts", "about", "expected"),
    [
        ((), ABOUT, None),
        ((a_post(team=OTHER_TEAM),), ABOUT, None),
        ((a_post(),), ABOUT, Conflict.SHARES_A_TEAM),
        ((a_post(kind=PostKind.LEAD),), ABOUT, Conflict.LEADS_THE_OFFICER),
        ((a_post(kind=PostKind.LEAD, start=1),), ABOUT, Conflict.SHARES_A_TEAM),
        ((a_post(end=-90),), ABOUT, Conflict.SHARES_A_TEAM),
        ((a_post(end=-91),), ABOUT, None),
        ((a_post(start=90),), ABOUT, Conflict.SHARES_A_TEAM),
        ((a_post(start=91),), ABOUT, None),
        ((a_post(team=OTHER_TEAM),), replace(ABOUT, team_id=OTHER_TEAM), Conflict.SHARES_A_TEAM),
        ((a_post(team=OTHER_TEAM, kind=PostKind.LEAD),), replace(ABOUT, team_id=OTHER_TEAM), Conflict.LEADS_THE_OFFICER),
        ((), replace(ABOUT, officer_id=REVIEWER), Conflict.IS_THE_OFFICER),
        ((), replace(ABOUT, present=frozenset({REVIEWER})), Conflict.WAS_PRESENT),
        ((), replace(ABOUT, gave_back=frozenset({REVIEWER})), Conflict.GAVE_IT_BACK),
        ((), replace(ABOUT, other_readers=frozenset({REVIEWER})), Conflict.HAS_READ_IT),
    ],
)
def test_each_conflict_of_interest_is_told_by_name(posts: tuple[HeldPost, ...], about: Circumstances, expected: Conflict | None) -> None:
    assert conflict_of(Candidate(REVIEWER, posts), about) is expected


def test_in_ten_thousand_random_organisations_nobody_forbidden_is_chosen_and_nobody_free_is_passed_over() -> None:
    assigned = 0
    for seed in range(ORGANISATIONS):
        organisation = an_organisation(seed)
        free = [c for c in organisation.candidates if not is_forbidden(organisation, c.account_id)]
        chosen = chosen_reviewer(organisation.candidates, organisation.about, loads=organisation.loads, seed="s", token=str(seed))
        if chosen is None:
            assert free == [], seed
            assert unassigned_reason(organisation.candidates, organisation.about).startswith("No supervisor may review it"), seed
            continue
        assigned += 1
        assert chosen in free, seed
        assert organisation.loads[chosen.account_id] == min(organisation.loads[c.account_id] for c in free), seed
    assert ORGANISATIONS * 0.1 < assigned < ORGANISATIONS * 0.9  # both ends were really tried


def test_equal_loads_are_shared_out_evenly_and_the_same_way_each_time() -> None:
    candidates = [Candidate(uuid.UUID(int=n), ()) for n in range(10, 14)]
    drawn = [chosen_reviewer(candidates, ABOUT, loads={}, seed="seed", token=str(n)) for n in range(2000)]
    again = [chosen_reviewer(reversed(candidates), ABOUT, loads={}, seed="seed", token=str(n)) for n in range(2000)]
    assert drawn == again
    assert all(400 < number < 600 for number in Counter(drawn).values())


def test_a_second_reader_comes_from_another_unit_where_there_is_one_that_is_free() -> None:
    far_team, near_team = uuid.UUID(int=91), uuid.UUID(int=92)
    units = {TEAM: "North", near_team: "North", far_team: "South"}
    near, far = Candidate(uuid.UUID(int=10), (a_post(team=near_team),)), Candidate(uuid.UUID(int=11), (a_post(team=far_team),))
    moved = Candidate(uuid.UUID(int=12), (a_post(team=near_team, end=-1), a_post(team=far_team, start=0)))
    loads = {far.account_id: 9, moved.account_id: 8}
    given = {"loads": loads, "seed": "s", "token": "t"}
    assert chosen_reviewer([near, far, moved], ABOUT, units=units, **given) is moved
    assert chosen_reviewer([near, far], ABOUT, units=units, **given) is far
    assert chosen_reviewer([near, far], ABOUT, **given) is near, "for a first reading the fewest open reviews count"
    assert chosen_reviewer([near], ABOUT, units=units, **given) is near


def test_nobody_reads_for_an_officer_of_whom_no_team_is_known() -> None:
    unknown = replace(ABOUT, officer_posts=(a_post(end=-91), a_post(start=91)), team_id=None)
    assert conflict_of(Candidate(REVIEWER, ()), unknown) is Conflict.TEAM_NOT_KNOWN
    assert conflict_of(Candidate(REVIEWER, ()), replace(unknown, officer_posts=(a_post(end=-90),))) is None
    assert conflict_of(Candidate(REVIEWER, ()), replace(unknown, team_id=OTHER_TEAM)) is None
    assert chosen_reviewer([Candidate(REVIEWER, ())], unknown, loads={}, seed="s", token="t") is None
    assert "1 could be of the officer's team, which nobody noted" in unassigned_reason([Candidate(REVIEWER, ())], unknown)


def test_an_encounter_without_a_known_officer_goes_to_nobody() -> None:
    unknown = replace(ABOUT, officer_id=None, officer_posts=())
    assert chosen_reviewer([Candidate(REVIEWER, ())], unknown, loads={}, seed="s", token="t") is None
    assert unassigned_reason([Candidate(REVIEWER, ())], unknown).startswith("The record names no officer")


def test_the_reason_for_no_reviewer_counts_what_stands_against_each() -> None:
    candidates = [Candidate(OFFICER, ()), Candidate(REVIEWER, (a_post(),)), Candidate(uuid.UUID(int=9), (a_post(),))]
    assert (
        unassigned_reason(candidates, ABOUT) == "No supervisor may review it: 1 is the officer, 2 was in the officer's team within 90 days."
    )
    assert unassigned_reason([], ABOUT) == "There is no supervisor."
