"""The lanes that a review fills: where marks, force, what was watched, and other cameras stand."""

from starlette.testclient import TestClient

from services.api.supervisors.opened import bench_of
from services.api.supervisors.own_lanes import OwnLanes
from services.api.supervisors.shown import cameras
from stop_search.accounts.rules import Role, Viewer
from stop_search.footage.timing import Span
from stop_search.installation import Installation
from stop_search.reviews.rules import ReviewState
from tests.support.workbench import Bench, a_bench


def lanes_of(bench: Bench, *watched: Span) -> OwnLanes:
    """Return the lanes of the review's one recording of ten minutes."""
    viewer = Viewer(id=bench.reviewer_id, name="x", roles=frozenset({Role.SUPERVISOR}))
    with bench.installation.reading() as session:
        found = bench_of(session, bench.review_id, viewer)
    shown = cameras(found.review)
    found.watched.spans[shown[0].footage_id] = watched
    return found.lanes(shown, shown[0])


def test_marks_flags_and_force_stand_at_their_share_of_the_length(client: TestClient, installation: Installation) -> None:
    bench = a_bench(client, installation, state=ReviewState.STARTED)
    bench.mark("C5", evidence_from="1:00", evidence_to="2:00")
    bench.mark("C9", evidence_from="5:00")
    bench.mark("C3", item_G_at="0:30")
    bench.post("/themes", flag=["needless_force"], flag_needless_force_from="9:00", flag_needless_force_to="10:00")
    marks, force, watched = lanes_of(bench, (0.0, 150.0)).lanes
    assert [(bar.name, round(bar.left, 4), round(bar.width, 4)) for bar in marks.bars] == [
        ("C3 G", 0.05, 0.0033),
        ("C5", 0.1, 0.1),
        ("C9", 0.5, 0.0033),
        ("needless force", 0.9, 0.1),
    ]
    assert [bar.name for bar in force.bars] == ["C9", "needless force"]
    assert force.summary == "none on the record; marked here"
    assert (watched.summary, [(bar.left, bar.width) for bar in watched.bars]) == ("25%", [(0.0, 0.25)])


def test_where_nothing_is_marked_the_lanes_say_so(client: TestClient, installation: Installation) -> None:
    bench = a_bench(client, installation, state=ReviewState.STARTED)
    found = lanes_of(bench)
    assert [(lane.key, lane.summary, lane.bars) for lane in found.lanes] == [
        ("marks", "none yet", ()),
        ("force", "none on the record", ()),
        ("watched", "nothing yet", ()),
    ]
    assert found.words == "Marks: none yet. Force: none on the record. Watched: nothing yet"
    assert found.height == found.lanes[-1].top + 16
