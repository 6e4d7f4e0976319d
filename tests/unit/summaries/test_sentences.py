"""Sentences that hold what they say: of the north star, of an input after a release, of what is to be done."""

import pytest

from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.summaries.digest import digest_of
from shared.flywheel.summaries.phases_and_turns import summary_of
from shared.flywheel.summaries.summary import OUTCOME, Action, Summary
from shared.flywheel.summaries.transition import transitions
from shared.flywheel.wheel.fold import fold
from tests.unit.board.pages import Tree, page_of
from tests.unit.domain.histories import FLYWHEEL, History, facts_of, moment, rules


def digest(history: History, as_of: str, phase: int = 0) -> Summary:
    settings = rules()
    period = periods(settings.flywheel(FLYWHEEL), moment(as_of), 1)[0]
    found = digest_of(facts_of(history.events), FLYWHEEL, settings, period, phase)
    assert found is not None
    return found


def advised(history: History, as_of: str, phase: int = 0) -> Action:
    found = digest(history, as_of, phase).action
    assert found is not None
    return found


def star(*measured: tuple[str, float], cadence: float | None = None) -> History:
    history = History().add("Metric Defined", "01-01", metric="orders", role="north_star", target=100, direction="up")
    if cadence is not None:
        history = History().add(
            "Metric Defined", "01-01", metric="orders", role="north_star", target=100, cadence_days=cadence
        )
    for time, value in measured:
        history.add("Metric Measured", time, metric="orders", value=value)
    return history


@pytest.mark.parametrize(
    ("measured", "as_of", "said"),
    [
        ([("03-01", 40), ("04-01", 60)], "04-06 12:00", "60, from 40, 33% of the gap to 100 closed in a month."),
        ([("01-10", 40), ("04-01", 60)], "04-06 12:00", "60, from 40, 33% of the gap to 100 closed in 81 days."),
        ([("03-01", 60.04), ("04-01", 60.01)], "04-06 12:00", "goes away from 100: 60.01, from 60.04."),
    ],
)
def test_the_north_star_says_in_which_time_it_went_so_far(
    measured: list[tuple[str, float]], as_of: str, said: str
) -> None:
    assert digest(star(*measured), as_of).headline.endswith(said)


def test_a_stale_north_star_says_when_it_was_measured_last() -> None:
    history = star(("03-01", 40), ("04-01", 60), cadence=7).proposed("05-20", "a")
    assert digest(history, "05-25 12:00").headline.endswith("closed in a month; last measured 54 d ago.")


def test_a_north_star_that_was_never_measured_was_not_measured_last() -> None:
    history = star(cadence=7).add("Metric Defined", "02-01", metric="orders", role="north_star", cadence_days=14)
    assert reason(history, "north_star_stale", "03-02") == "it was never measured"
    history.add("Metric Defined", "02-01", metric="calls", role="input")
    history.add("Metric Measured", "02-02", metric="calls", value=1)
    said = "it was never measured, 4.3 × its cadence after it was defined"
    assert reason(history, "north_star_stale", "03-02") == said


def reason(history: History, rule: str, as_of: str) -> str:
    return str(next(each["because"] for each in history.report(as_of, 84)["actions"] if each["rule"] == rule))


def test_nothing_delivered_is_not_too_early_to_tell() -> None:
    history = History()
    for n in range(1, 5):
        history.proposed(f"0{n}-01", f"idea-{n}")
    assert digest(history, "05-04 12:00", 2).headline == (
        "Nothing to compare: no turn was delivered in this window or the one before."
    )
    assert digest(history, "02-02 12:00", 2).headline.startswith("Too early to tell")


def test_an_input_is_told_with_the_hours_since_a_release_of_today() -> None:
    history = History().add("Metric Defined", "01-01", metric="reorders", role="input")
    history.add("Metric Measured", "03-01", metric="reorders", value=4.1).proposed(
        "02-20", "a", input_metric="reorders"
    )
    history.released("03-02", "f", idea="a").add("Metric Measured", "03-02 02:00", metric="reorders", value=4.14)
    history.outcome("03-02 05:00", idea="a", result="missed")
    assert told(history) == "Missed; its input “reorders” went from 4.10 to 4.14 in the 5 h after."


def told(history: History) -> str:
    """The headline of the newest summary of a turn."""
    facts, settings = facts_of(history.events), rules()
    wheel = fold(facts, FLYWHEEL, settings, moment("03-03"))
    newest = max(transitions(wheel), key=lambda each: (each.at, each.phase != OUTCOME))
    return summary_of(newest, facts, FLYWHEEL, settings).headline


def test_several_ideas_are_to_move_an_input_that_there_is() -> None:
    history = History()
    for n in range(1, 7):
        history.proposed(f"02-{n:02}", f"i{n}", input_metric="speed" if n == 1 else "nowhere")
        if n < 6:
            history.released(f"03-{n:02}", f"f{n}", idea=f"i{n}")
    history.proposed("03-20", "i7").add("Metric Defined", "01-01", metric="speed", role="input")
    found = {each["rule"]: each["text"] for each in history.report("03-30", 84)["actions"]}
    assert found["tenet_to_act_on.features_with_input"] == "Name the input metric that “i7” and “i6” are to move."


def test_a_list_of_names_is_not_cut_short_in_two() -> None:
    history = History().add("Metric Defined", "01-01", metric="speed", role="input")
    for n in range(1, 7):
        history.proposed(f"02-{n:02}", f"i{n}").released(f"03-{n:02}", f"f{n}", idea=f"i{n}")
    for n in range(1, 4):
        history.proposed(f"03-0{n}", f"open-{n}")
    befores = {advised(history, f"04-{day:02} 12:00", phase).before for day in (6, 13, 20, 27) for phase in range(5)}
    assert not any("“open-3”." in each for each in befores)
    assert any("“open-3”, “open-2” and “open-1” are to move." in each for each in befores)


@pytest.mark.parametrize(
    ("outcomes", "line"),
    [
        (["failed"], "“d0” failed to deploy"),
        (["failed", "succeeded"], "“d1” was deployed, the last of 2 deployments; 1 failed to deploy"),
        (["rolled_back", "failed"], "“d1” failed to deploy, the last of 2 deployments; 1 failed change"),
    ],
)
def test_a_deployment_that_never_took_effect_is_no_failed_change(outcomes: list[str], line: str) -> None:
    history = History().proposed("03-01", "a")
    for n, outcome in enumerate(outcomes):
        history.deployed(f"03-02 0{n}:00", f"d{n}", outcome=outcome, ideas=["a"])
    facts, settings = facts_of(history.released("03-03", "f", idea="a").events), rules()
    wheel = fold(facts, FLYWHEEL, settings, moment("03-04"))
    [summary] = [summary_of(each, facts, FLYWHEEL, settings) for each in transitions(wheel) if each.phase == 3]
    assert [each.text for each in summary.evidence] == [line]


def test_one_team_turns_or_does_not() -> None:
    settings = Settings(flywheels={each.id: each for each in (TEAM, FlywheelSettings(id="shop", kind="organisation"))})
    history = History().proposed("03-01", "a").released("03-02", "f", idea="a")
    facts, period = facts_of(history.events), periods(settings.flywheel("shop"), moment("03-04"), 1)[0]
    shop = digest_of(facts, "shop", settings, period)
    assert shop is not None
    assert shop.headline == "0 of 1 team turns; 0 turns delivered, 0 met."


TEAM = FlywheelSettings(id=FLYWHEEL, parent="shop")


def test_what_is_no_input_is_told_in_its_number() -> None:
    history = History().proposed("03-01", "a", input_metric="x")
    assert note(history) == "ideas name “x”, which is no input of the scope: no bet"
    assert note(history.proposed("03-01", "b", input_metric="y")) == (
        "ideas name “x” and “y”, which are no inputs of the scope: no bet"
    )


def note(history: History) -> str:
    notes = history.report("03-10", 84)["receipt"]["notes"]
    return str(next(each["note"] for each in notes if each["figure"] == "value.traceability.with_input"))


def test_the_board_says_in_which_time_a_metric_went_so_far() -> None:
    history = star(("01-10", 40), ("04-01", 60))
    history.add("Metric Defined", "01-01", metric="calls", role="input")
    for time, value in (("01-10", 5), ("04-01", 7)):
        history.add("Metric Measured", time, metric="calls", value=value)
    page = Tree(page_of(history.events, "04-06")).text
    assert "60, 40 (81 days before); the target is 100." in page
    assert "81 days closed 33% of the gap." in page
    assert "5 (81 days before), 7 now." in page


def test_bets_that_share_their_input_are_told_in_the_digest_after_their_release() -> None:
    history = History().add("Metric Defined", "01-01", metric="reorders", role="input")
    for idea, day in (("a", "03-10"), ("b", "03-24"), ("c", "03-26")):
        history.proposed("03-01", idea, title=f"Idea {idea}", input_metric="reorders")
        history.released(day, f"f-{idea}", idea=idea)
    assert shares(digest(history, "03-16 12:00")) == []
    assert shares(digest(history, "03-30 12:00", 1)) == shares(digest(history, "03-30 12:00"))
    assert shares(digest(history, "03-30 12:00")) == ["“Idea b” and “Idea c” share what happens to “reorders”"]
    history.proposed("04-01", "d", input_metric="reorders").released("04-02", "f-d", idea="d")
    assert shares(digest(history, "04-06 12:00")) == ["“d” shares what happens to “reorders” with another bet on it"]
    assert shares(digest(history, "03-30 12:00", 2)) == []
    assert shares(digest(history, "04-13 12:00")) == []


def shares(summary: Summary) -> list[str]:
    return [each for each in summary.missing if "what happens to" in each]


def test_links_are_those_of_the_things_that_the_sentence_names() -> None:
    history, url = History(), "https://tracker.example.com/{}"
    for n, (title, at) in enumerate([("First", None), ("Second", url.format(1)), ("First", url.format(2))]):
        history.proposed(f"01-0{n + 1}", f"i{n}", title=title, url=at)
    action = advised(history, "03-02 12:00")
    assert (action.text, action.links) == ("Decide on “First”: finish it, cut it down or stop it.", ())
    linked = (
        History().proposed("01-01", "i", title="First", url=url.format(0)).proposed("01-02", "j", url=url.format(1))
    )
    assert [each.url for each in advised(linked, "03-02 12:00").links] == [url.format(0)]
