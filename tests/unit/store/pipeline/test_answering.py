"""Stored answers: the report as it is, made when people are told something, and bounded for all other news."""

import random
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.flywheel.report.report import report
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.pipeline import answering
from shared.pipeline.answering import AT_LEAST, AT_MOST, UNITS_A_DAY, Answered, answer_all, answer_of, is_due, wait_of
from shared.store.log import family
from shared.store.projections import answer_items
from shared.store.projections.answer_items import Answer, Made, Stored, keep_answer, packed, read_answer, unpacked
from shared.store.table import names
from tests.unit.domain.histories import FLYWHEEL, History
from tests.unit.store.driving import Driver
from tests.unit.summaries.wheels import at, first_turn

NOW = datetime(2026, 1, 19, 9, tzinfo=UTC)
SOON, HOUR = timedelta(minutes=15), timedelta(hours=1)
MADE = Made(facts="f", settings="s", announced="t")


class Desk:
    """A driver of the store whose ticks store answers."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.driver = Driver(settings)

    def hears(self, history: History, at: datetime = NOW - HOUR) -> "Desk":
        self.driver.append(history.events, at)
        self.driver.project(at)
        return self

    def ticks(self, at: datetime = NOW) -> Answered:
        return answer_all(self.driver.store, self.driver.settings, at, self._failed)

    def _failed(self, _: str, error: Exception) -> None:
        self.driver.failures.append(error)

    def shown(self, flywheel: str = FLYWHEEL) -> dict[str, Any]:
        answer = read_answer(self.driver.table, flywheel)
        assert answer is not None
        return answer.report

    def reported(self, as_of: datetime, flywheel: str = FLYWHEEL) -> dict[str, Any]:
        facts = self.driver.facts(flywheel)
        return report(facts, flywheel=flywheel, settings=self.driver.settings, as_of=as_of)


def test_the_answer_is_the_report_as_of_the_tick() -> None:
    desk = Desk().hears(first_turn())

    assert desk.ticks().stored == 1
    assert desk.shown() == desk.reported(NOW)


def test_the_history_is_of_the_same_moment_and_comes_back_as_it_was() -> None:
    desk = Desk().hears(first_turn())
    desk.ticks()
    answer = read_answer(desk.driver.table, FLYWHEEL)

    assert answer is not None
    assert answer == answer_of(desk.driver.facts(FLYWHEEL), FLYWHEEL, desk.driver.settings, NOW)
    assert answer.history is not None
    assert answer.history.as_of == NOW


def test_a_history_that_this_release_cannot_read_is_none_and_the_report_is_there() -> None:
    other = zlib.compress(b'{"report":{"flywheel":"checkout"},"history":{"weeks":26}}')
    older = zlib.compress(b'{"report":{"flywheel":"checkout"}}')

    for body in (other, older):
        assert unpacked(body) == Answer(report={"flywheel": "checkout"})


def test_nothing_is_folded_again_while_nothing_happens_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk().hears(first_turn())
    desk.ticks()
    read = list[str]()

    def load_family(_: Any, flywheel: str, __: Any) -> list[Any]:
        read.append(flywheel)
        return []

    monkeypatch.setattr(family, "load_family", load_family)

    desk.ticks(NOW + AT_MOST - timedelta(seconds=1))
    assert read == []
    desk.ticks(NOW + AT_MOST)
    assert read == [FLYWHEEL]


def test_a_transition_shows_at_the_next_tick() -> None:
    desk = Desk().hears(History().proposed("01-05", "cart"))
    desk.ticks()

    desk.hears(History(source="later").released("01-19 09:01", "basket", idea="cart"), NOW + timedelta(minutes=5))

    assert desk.ticks(NOW + SOON).stored == 1
    assert desk.shown() == desk.reported(NOW + SOON)


def test_what_nobody_is_told_of_shows_as_soon_as_its_cost_allows() -> None:
    desk = Desk().hears(first_turn())
    size = desk.ticks().size
    desk.hears(History(source="pager").incident(at(13.9), "small", at(13.95)), NOW + timedelta(minutes=5))

    before = NOW + wait_of(size) - timedelta(minutes=1)
    assert (desk.ticks(before).stored, desk.ticks(NOW + wait_of(size)).stored) == (0, 1)


def test_a_digest_that_is_due_brings_an_answer_of_its_moment() -> None:
    desk = Desk().hears(first_turn(), NOW - 3 * HOUR)
    desk.ticks(NOW - HOUR)

    assert desk.ticks(NOW).stored == 1
    assert desk.shown()["as_of"] == "2026-01-19T09:00:00Z"


def test_new_settings_bring_a_new_answer() -> None:
    desk = Desk().hears(first_turn())
    desk.ticks()
    desk.driver.settings = Settings(window_days=28)

    assert desk.ticks(NOW + timedelta(minutes=1)).stored == 1
    assert desk.shown()["window_days"] == 28


def test_an_organisation_without_events_of_its_own_has_an_answer() -> None:
    flywheels = {
        "shop": FlywheelSettings(id="shop", kind="organisation"),
        FLYWHEEL: FlywheelSettings(id=FLYWHEEL, parent="shop"),
    }
    desk = Desk(Settings(flywheels=flywheels)).hears(first_turn())

    assert desk.ticks().stored == 2
    assert desk.shown("shop")["context"]["children"]["counts"]["delivered"] == 1


def test_a_flywheel_that_fails_keeps_no_other_back_and_its_answer_before(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk().hears(first_turn()).hears(History(flywheel="search").proposed("01-05", "list", id="other"))
    desk.ticks()
    before, made = desk.shown(), answering.answer_of

    def failing(facts: Any, flywheel: str, *rest: Any) -> Answer:
        if flywheel == FLYWHEEL:
            raise ArithmeticError
        return made(facts, flywheel, *rest)

    monkeypatch.setattr(answering, "answer_of", failing)

    answered = desk.ticks(NOW + AT_MOST)
    assert (answered.stored, answered.failed) == (1, [FLYWHEEL])
    assert desk.shown() == before
    assert desk.shown("search")["as_of"] == "2026-01-20T09:00:00Z"


def test_an_answer_of_any_size_is_kept_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_items, "ROOM", 1000)
    table = Driver().table
    chance = random.Random(7)
    answers = [Answer(report={"noise": chance.randbytes(size).hex()}) for size in (5000, 100, 4000)]
    for answer in answers:
        keep_answer(table, FLYWHEEL, answer, MADE, NOW)
        assert read_answer(table, FLYWHEEL) == answer
    parts = list(table.raw(f"W#{FLYWHEEL}", names.ANSWER_SORT))
    assert len(parts) == -(-len(packed(answers[-1])) // 1000)


def test_half_an_answer_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_items, "ROOM", 1000)
    table = Driver().table
    keep_answer(table, FLYWHEEL, Answer(report={"noise": random.Random(7).randbytes(3000).hex()}), MADE, NOW)
    [key] = [(raw["pk"]["S"], raw["sk"]["S"]) for raw in table.raw(f"W#{FLYWHEEL}") if raw["sk"]["S"].endswith("0002")]

    table.delete([key])

    assert read_answer(table, FLYWHEEL) is None


@pytest.mark.parametrize("size", [1, 1024, 20_000, 400_000, 10_000_000])
def test_answers_for_other_news_take_so_many_units_a_day_and_no_more(size: int) -> None:
    times = AT_MOST / wait_of(size)

    assert times * -(-size // 1024) <= UNITS_A_DAY + 1e-6 or times <= 1
    assert wait_of(size) >= AT_LEAST


@pytest.mark.parametrize(
    ("minutes", "changed", "due"),
    [
        (1, {"settings": "other"}, True),
        (14, {"announced": "other"}, False),
        (15, {"announced": "other"}, True),
        (15, {"facts": "other"}, False),
        (24 * 60, {}, True),
    ],
)
def test_when_an_answer_is_made_anew(minutes: int, changed: dict[str, str], due: bool) -> None:
    made = Made(**{"facts": "f", "settings": "s", "announced": "t", **changed})
    before = Stored(as_of=NOW, made=MADE, size=20_000)

    assert is_due(before, made, NOW + timedelta(minutes=minutes)) is due
