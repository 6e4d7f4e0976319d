"""What a correction says of what it changed."""

from msgspec.structs import replace

from shared.flywheel.summaries.changes import MOST, changes
from shared.flywheel.summaries.summary import Action, Figure, Summary, TenetLine
from tests.unit.domain.histories import History
from tests.unit.summaries.test_summaries import summaries
from tests.unit.summaries.wheels import at, first_turn


def of_release(history: History) -> Summary:
    """The summary of the phase in which a release soaks."""
    return next(each for each in summaries(history) if each.phase == 4)


def test_what_shows_the_same_has_changed_nothing() -> None:
    assert changes(of_release(first_turn()), of_release(first_turn())) == ()


def test_a_late_incident_is_told_by_the_figures_that_it_changes() -> None:
    late = first_turn().incident(at(6), "late", at(6.5), cause={"deployment": "d1"})
    told = changes(of_release(first_turn()), of_release(late))
    assert told[0] == "Change fail rate is 100% (1 of 1), and was not shown"
    assert len(told) <= MOST + 1


def test_figures_come_and_go_and_the_previous_value_may_be_what_changed() -> None:
    shown = of_release(first_turn())
    before = replace(shown, figures=(Figure(label="A", value="1", previous="2"), Figure(label="B", value="3")))
    after = replace(shown, figures=(Figure(label="A", value="1"), Figure(label="C", value="4")))
    assert changes(before, after) == (
        "A was unknown, not 2",
        "C is 4, and was not shown",
        "B is no longer shown",
    )


def test_tenets_action_finding_and_ground_are_told_and_the_rest_is_counted() -> None:
    shown = replace(of_release(first_turn()), figures=())
    before = replace(shown, tenets=(TenetLine(title="T", status="watch"), TenetLine(title="U", status="healthy")))
    after = replace(
        before,
        tenets=(TenetLine(title="T", status="act"), TenetLine(title="U", status="healthy", signals=("x",))),
        action=Action(text="Do.", because="so"),
        headline="Other.",
        missing=("more",),
    )
    assert changes(before, after) == (
        "“T” is act, not watch",
        "“U” has other signals",
        "another next best action",
        "another finding",
        "1 more",
    )
    assert changes(before, replace(before, outcome="stopped")) == ("no longer completed: it was stopped",)


def test_a_reversal_says_what_is_no_longer_so_and_why() -> None:
    history = first_turn().outcome(at(6), idea="one-page")
    delivered = next(each for each in summaries(history) if each.phase == 0)
    withdrawn = next(each for each in summaries(history.withdrawn(at(5.5), "one-page-checkout")) if each.phase == 0)
    assert changes(delivered, withdrawn)[0] == "no longer delivered: its only feature was withdrawn"
