"""What is published of a family's surveys: digests say what reports say, and summaries of turns say nothing of them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from shared.flywheel.report.report import report
from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.settings.values import FlywheelSettings, Persona, Settings
from shared.flywheel.summaries.digest import digests_of
from shared.flywheel.summaries.summary import Summary
from shared.pipeline.digesting import digest_all
from shared.store.log.family import load_family
from shared.store.outbox.outbox_items import SummaryItem
from shared.store.projections.summary_packing import unpack_summary
from shared.store.table import names
from shared.store.table.keys import wheel_partition
from tests.unit.domain.histories import History
from tests.unit.store.driving import Driver, Envelope, facts_of, only_in_process

PERSONAS: dict[Persona, str] = {"ceo": "#a", "engineers": "#b", "product_leaders": "#c", "cto": "#d"}
FAMILY = Settings(
    flywheels={
        "shop": FlywheelSettings(id="shop", personas=PERSONAS),
        "web": FlywheelSettings(id="web", parent="shop", soak_days=1, personas=PERSONAS),
        "app": FlywheelSettings(id="app", parent="shop", soak_days=1, personas=PERSONAS),
    }
)
ALONE = Settings(flywheels={"web": FlywheelSettings(id="web", soak_days=1)})
MONDAY = datetime(2026, 1, 19, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
SURVEYS = (("alignment", 3), ("psychological_safety", 7), ("westrum", 6), ("developer_experience", 3))
TOLD = ("Psychological safety", "score ", "index ", "Westrum", "alignment", "developer experience", "answer")
"""Words that only a signal of a survey has."""


def answered(flywheel: str, day: str, count: int, answer: int = 2, poll: str = "first") -> list[Envelope]:
    history = History(flywheel=flywheel, source=f"{poll}-{flywheel}")
    for number in range(count):
        for survey, items in SURVEYS:
            history.add("Survey Answered", day, survey=survey, answers=[answer] * items, id=f"{survey}-{day}-{number}")
    return history.events


def turned(flywheel: str) -> list[Envelope]:
    """Two turns through all phases, the second after the answers."""
    history = History(flywheel=flywheel, source=f"ci-{flywheel}")
    for day, name in (("07", "one"), ("13", "two")):
        idea, feature = f"{flywheel}-{name}", f"{flywheel}-{name}-feature"
        history.proposed(f"01-{day}", idea).challenged(f"01-{day} 06:00", idea, f"01-{day} 12:00", idea=idea)
        history.worked(f"01-{day} 13:00", idea=idea).released(f"01-{day} 18:00", feature, idea=idea)
    return history.events


EVENTS = [*turned("web"), *turned("app"), *answered("web", "01-09", 10), *answered("app", "01-09", 3, answer=7)]


class Family:
    """A family in the store, with its digests."""

    def __init__(self, settings: Settings = FAMILY) -> None:
        self.driver = Driver(settings)

    def hears(self, events: Iterable[Envelope], at: datetime = MONDAY - timedelta(hours=1)) -> "Family":
        self.driver.append(events, at)
        self.driver.project(at)
        return self

    def ticks(self, at: datetime = MONDAY) -> "Family":
        failed = digest_all(self.driver.store, self.driver.settings, at, lambda _: True, lambda *_: None).failed
        assert not failed
        return self

    def digests(self, flywheel: str) -> list[Summary]:
        begins = f"{names.SUMMARY_SORT}digest#"
        found = self.driver.table.query(SummaryItem, wheel_partition(flywheel), begins=begins)
        return [unpack_summary(item.shows) for item in found]


def survey_signals(summaries: Iterable[Summary]) -> list[str]:
    summaries = list(summaries)
    lines = [text for each in summaries for line in each.tenets for text in (line.title, *line.signals)]
    said = [each.headline for each in summaries]
    said += [f"{each.action.text} {each.action.because} {each.action.before}" for each in summaries if each.action]
    return [text for text in (*lines, *said) if any(word in text for word in TOLD)]


@only_in_process
@pytest.mark.parametrize("flywheel", ["shop", "web", "app"])
def test_a_digest_from_the_store_says_what_one_made_of_all_events_says(flywheel: str) -> None:
    family = Family().hears(EVENTS).ticks()
    digests = family.digests(flywheel)
    assert digests or flywheel == "shop"
    [period] = periods(FAMILY.flywheel(flywheel), MONDAY, 1)
    made = digests_of(facts_of(EVENTS), flywheel, FAMILY, period)
    assert sorted(digests, key=lambda each: each.phase) == (made if digests else [])


@only_in_process
def test_where_parent_less_sibling_would_tell_three_answers_no_sibling_is_told() -> None:
    events = [*EVENTS, *History(flywheel="shop").proposed("01-08", "shop").events]
    family = Family().hears(events).ticks()
    assert survey_signals(family.digests("shop"))
    assert survey_signals([*family.digests("web"), *family.digests("app")]) == []


@only_in_process
def test_answers_of_a_sibling_that_come_late_correct_the_digests_of_the_others() -> None:
    family = Family().hears(EVENTS).ticks()
    assert survey_signals(family.digests("web")) == []
    tuesday = MONDAY + timedelta(days=1)
    family.hears(answered("app", "01-09", 5, poll="late"), tuesday).ticks(tuesday)
    assert survey_signals(family.digests("web"))
    [period] = periods(FAMILY.flywheel("web"), MONDAY, 1)
    expected = digests_of(load_family(family.driver.store, "web", FAMILY), "web", FAMILY, period)
    assert sorted(family.digests("web"), key=lambda each: each.phase) == expected


@only_in_process
def test_summaries_of_turns_tell_no_survey_of_a_family() -> None:
    def shown(settings: Settings) -> list[Summary]:
        found = Family(settings).hears(EVENTS, MONDAY - timedelta(days=5)).driver.transitions("web")
        return [unpack_summary(item.shows) for item in found if not item.historical]

    assert survey_signals(shown(ALONE))
    assert survey_signals(shown(FAMILY)) == []


@only_in_process
@pytest.mark.parametrize("number", range(4))
def test_sheets_count_from_the_store_as_from_the_events_whatever_else_has_their_ids(number: int) -> None:
    chance = Random(number)
    sheets = [sheet for each in ("web", "app") for sheet in answered(each, f"01-0{chance.randint(5, 9)}", 6)]
    sent = list(sheets)
    for sheet in chance.sample(sheets, 6):
        detail = sheet["detail"]
        other = {**sheet, "detail": {**detail, "answers": detail["answers"][:-1], "flywheel": "shop"}}
        behind = {
            "id": detail["id"],
            "time": "2025-02-01T00:00:00Z",
            "flywheel": "web",
            "revision": 3,
            "ritual": "walk",
        }
        back = {"id": f"back {detail['id']}", "time": "2026-01-12T00:00:00Z", "retracts": detail["id"]}
        sent.append(other)
        sent.append({"source": sheet["source"], "detail-type": "Ritual Held", "detail": behind})
        sent.append({"source": sheet["source"], "detail-type": "Event Retracted", "detail": back})
    chance.shuffle(sent)
    family = Family()
    for first in range(0, len(sent), 7):
        family.hears(sent[first : first + 7])
    for flywheel in FAMILY.flywheels:
        stored = load_family(family.driver.store, flywheel, FAMILY)
        for as_of in (MONDAY - timedelta(days=10), MONDAY):
            of_store, of_files = (
                report(facts, flywheel=flywheel, settings=FAMILY, as_of=as_of) for facts in (stored, facts_of(sent))
            )
            assert of_store["tenets"] == of_files["tenets"]
            assert of_store["receipt"] == of_files["receipt"]
