"""The union by key: however often facts of an event lie in the log, the event counts once."""

from shared.flywheel.report.report import report
from shared.flywheel.settings.values import Settings
from tests.unit.domain.histories import FLYWHEEL, History, commit, facts_of, moment


def test_an_event_whose_facts_lie_in_three_segments_counts_once() -> None:
    told = History().deployed("03-05", "d1", commit("a", "03-04", "idea-1")).released("03-06", "f1", idea="idea-1")
    facts, copies, again = (facts_of(told.events) for _ in range(3))
    shown = [
        report(log, flywheel=FLYWHEEL, settings=Settings(), as_of=moment("03-20"), window_days=28)
        for log in (facts, facts + copies + again, [*again, *reversed(copies)])
    ]

    assert shown[0]["receipt"]["counted"] == 2
    assert shown[1] == shown[2] == shown[0]


def test_the_highest_revision_of_an_event_counts_in_whichever_order_they_lie() -> None:
    told = History()
    for revision in (2, 3, 1):
        told.add("Idea Proposed", "03-05", id="one", idea=f"idea-{revision}", revision=revision)

    for log in (facts_of(told.events), facts_of(told.events[::-1])):
        shown = report(log, flywheel=FLYWHEEL, settings=Settings(), as_of=moment("03-20"), window_days=28)
        assert [turn["turn"] for turn in shown["turn_list"]] == ["idea-3"]
