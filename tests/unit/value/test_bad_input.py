"""What does not fit together is told, crashes nothing, and changes no other figure (value.md; docs/value.md)."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from events import decode
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import FlywheelSettings, HookSettings, SenderSettings, Settings
from tests.unit.domain.histories import FLYWHEEL, History, measured

AS_OF = "06-01"


def wired() -> History:
    history = History().add("Metric Defined", "01-01", metric="star", role="north_star", target=10, direction="up")
    history.add("Metric Defined", "01-01", metric="reorders", role="input").add(
        "Metric Measured", "05-01", metric="star", value=4
    )
    history.add("Goal Set", "01-01", goal="g", statement="s")
    history.proposed("04-01", "A", goal="g", input_metric="reorders").released("04-10", "f", idea="A")
    return history.outcome("05-10", idea="A", result="met")


def told(history: History, settings: Settings | None = None) -> dict[str, Any]:
    return measured(history.events, AS_OF, 84, settings)


def notes(found: dict[str, Any]) -> list[str]:
    return [note["note"] for note in found["receipt"]["notes"] if note["figure"].startswith("value.")]


def apart_from(found: dict[str, Any], *parts: str) -> dict[str, Any]:
    """A report without what tells of the events themselves, and without some parts."""
    rest = deepcopy(found)
    for part in ("receipt", "actions", *parts):
        rest.pop(part)
    rest["context"].pop("silent")
    return rest


def test_nothing_is_noted_where_everything_fits() -> None:
    assert notes(told(wired())) == []


def test_a_metric_that_was_measured_and_never_defined_is_told() -> None:
    before = told(wired())
    after = told(
        wired()
        .add("Metric Measured", "05-02", metric="orders", value=1)
        .add("Metric Measured", "05-03", metric="orders", value=2)
    )
    assert notes(after) == ["2 measurements of “orders”, which no Metric Defined of the scope defines: counted nowhere"]
    assert apart_from(after) == apart_from(before)


def test_an_idea_that_bets_on_no_input_is_told() -> None:
    history = wired().proposed("04-02", "B", input_metric="nowhere")
    assert notes(told(history)) == ["ideas name “nowhere”, which is no input of the scope: no bet"]


def test_an_outcome_for_an_unknown_turn_is_told() -> None:
    before = told(wired())
    after = told(wired().outcome("05-02", idea="nobody", result="missed"))
    assert notes(after) == ["an outcome of “nobody”, of which no turn is known: counted nowhere"]
    assert apart_from(after) == apart_from(before)


def test_contradictory_outcomes_are_told_and_the_latest_counts() -> None:
    history = wired().outcome("05-20", idea="A", result="missed")
    found = told(history)
    assert notes(found) == ["“A” was told to be met and missed: the latest counts, missed"]
    assert found["value"]["outcomes"]["missed"] == 1


def test_a_circle_of_goals_is_told() -> None:
    before = told(wired())
    history = wired().add("Goal Set", "02-01", goal="x", statement="s", parent="y")
    after = told(history.add("Goal Set", "02-01", goal="y", statement="s", parent="x"))
    assert notes(after) == ["goals that are their own ancestors: x → y → x; a chain ends where it began"]
    assert after["value"] == before["value"]


def test_a_target_without_a_direction_is_one_to_reach_upwards_and_that_is_told() -> None:
    before = told(wired())
    history = wired().add("Metric Defined", "01-01 01:00", metric="star", role="north_star", target=10)
    after = told(history)
    found = after["value"]["north_star"]
    assert (found["direction"], found["target"], found["reached"]) == ("up", 10.0, False)
    assert notes(after) == [
        "“star” has a target and no direction: more is taken to be better; direction `down` says otherwise"
    ]
    assert after["value"] == before["value"]


def test_a_metric_without_a_target_needs_no_direction() -> None:
    assert notes(told(wired().add("Metric Defined", "01-02", metric="calls", role="effort"))) == []


def test_a_circle_of_parents_ends_where_it_began() -> None:
    circle = Settings(
        flywheels={
            name: FlywheelSettings(id=name, parent=parent) for name, parent in ((FLYWHEEL, "b"), ("b", FLYWHEEL))
        }
    )
    history = wired().add("Metric Defined", "01-01", metric="far", role="input", flywheel="b")
    found = told(history, circle)["value"]
    assert [each["of"] for each in found["inputs"]] == [FLYWHEEL, "b"]


def test_long_and_hostile_notes_are_cut_and_made_fit_for_a_line() -> None:
    history = wired().outcome("05-21", idea="A", result="missed", note="it\n\u202efell " + "x" * 500)
    history.proposed("05-01", "B").stopped("05-02", "B", reason="<b>dropped</b>\u0000")
    turns = {turn["turn"]: turn for turn in told(history)["turn_list"]}
    assert turns["A"]["note"].startswith("it fell xxx")
    assert len(turns["A"]["note"]) == 200
    assert (turns["A"]["reason"], turns["B"]["reason"]) == (None, "<b>dropped</b>")


KINDS = (
    ("Metric Measured", {"metric": "nowhere", "value": 3}),
    ("Outcome Recorded", {"idea": "nobody", "result": "met"}),
    ("Goal Set", {"goal": "loop", "statement": "s", "parent": "loop"}),
    ("Idea Proposed", {"idea": "late", "input_metric": "nowhere"}),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 150)), max_size=12))
def test_whatever_does_not_fit_changes_nothing_of_a_turn_or_metric(sent: list[Any]) -> None:
    history = wired()
    before = told(history)
    for (kind, detail), day in sent:
        history.add(kind, f"01-0{day % 9 + 1}", **detail)
    after = told(history)
    assert after["value"]["north_star"] == before["value"]["north_star"]
    assert after["value"]["bets"] == before["value"]["bets"]
    assert after["value"]["outcomes"] == before["value"]["outcomes"]
    assert [turn for turn in after["turn_list"] if turn["turn"] == "A"] == before["turn_list"]


def family(**more: Any) -> Settings:
    wheels = {"shop": FlywheelSettings(id="shop"), FLYWHEEL: FlywheelSettings(id=FLYWHEEL, parent="shop")}
    return Settings(flywheels=wheels, **more)


def star_of_shop(settings: Settings, source: str, account: str | None = None) -> float | None:
    history = History().add("Metric Defined", "01-01", metric="star", role="north_star", flywheel="shop")
    history.add("Metric Measured", "02-01", metric="star", value=7, source=source)
    envelopes = [{**each, **({"account": account} if account else {})} for each in history.events]
    facts = [fact_of(decode(each)) for each in envelopes]
    found = report(facts, flywheel=FLYWHEEL, settings=settings, as_of=datetime(2026, 6, 1, tzinfo=UTC))
    value: float | None = found["value"]["north_star"]["value"]
    return value


def test_what_a_restricted_sender_measures_stays_within_its_reach() -> None:
    confined, above = SenderSettings(flywheels=(FLYWHEEL,)), SenderSettings(flywheels=("shop",))
    assert star_of_shop(family(), "ci") == 7
    assert star_of_shop(family(producers={"ci": confined}), "ci") is None
    assert star_of_shop(family(producers={"ci": above}), "ci") == 7
    assert star_of_shop(family(producers={"ci": confined}), "metrics") == 7
    hook = HookSettings(source="github", flywheels=(FLYWHEEL,))
    assert star_of_shop(family(hooks={"team": hook}), "github/team") is None
