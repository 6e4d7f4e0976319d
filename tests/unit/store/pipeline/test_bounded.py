"""What one flywheel costs is bounded, whatever is wrong with it, and what is not done now is done later."""

import signal
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.flywheel.settings.values import CorrectionSettings, Settings
from shared.pipeline import advance as advancing
from shared.pipeline import budget, pending
from shared.pipeline.advance import advance
from shared.pipeline.budget import Budget, share
from shared.pipeline.digesting import digest_all
from shared.pipeline.projecting import Arrival, project
from shared.pipeline.rounds import Advanced
from shared.pipeline.upkeep import auditing
from shared.pipeline.upkeep.auditing import audit_wheel
from shared.pipeline.upkeep.sampling import sampled
from shared.pipeline.upkeep.ticking import Ticked, tick
from shared.runtime.deadline import ENDLESS, OutOfTimeError, OvertimeError, Time
from shared.runtime.lambda_time import broken_off, time_of
from shared.store.kept.attempts import SET_ASIDE, Attempts, attempts, set_aside
from shared.store.outbox.outbox_items import LedgerItem
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from shared.store.table.items import TransitionItem, WheelItem
from shared.store.table.keys import stamp, wheel_partition
from shared.store.table.table import Key
from tests.unit.domain.histories import History, commit, moment
from tests.unit.store.driving import Driver, later, only_in_process, turns_of
from tests.unit.store.pipeline.test_equivalence import WHEELS, arrivals, owning

pytestmark = pytest.mark.slow

QUARTER = timedelta(minutes=15)


class KilledError(BaseException):
    """The process is gone."""


def on(day: float) -> str:
    """So many days after the beginning, as histories have it."""
    return f"{moment('03-01') + timedelta(days=day):%Y-%m-%d %H:%M}"


def lived(days: int, first: int = 0) -> History:
    """A turn a day, each closed after its soak of seven days."""
    told = History(flywheel="web")
    for day in range(first, first + days):
        idea = f"idea-{day}"
        told.proposed(on(day), idea, id=f"p{day}")
        told.deployed(on(day + 1 / 12), f"d{day}", commit(f"c{day}", on(day + 1 / 24)), idea=idea, id=f"d{day}")
        told.released(on(day + 1 / 8), f"feature-{day}", idea=idea, id=f"r{day}")
    return told


def living(days: int, settings: Settings | None = None) -> Driver:
    """A flywheel that heard of each day on that day."""
    driver = Driver(settings)
    for day in range(days):
        driver.append(lived(1, first=day).events, moment(on(day + 1 / 6)))
        driver.project(moment(on(day + 1 / 6)))
    return driver


def late(day: int) -> list[dict[str, Any]]:
    """A rollback that nobody heard of in time: it changes what every later summary shows."""
    return (
        History(flywheel="web").deployed(on(day + 0.1), "late", id="late", kind="rollback", remediates=f"d{day}").events
    )


def wheel(driver: Driver, flywheel: str = "web") -> WheelItem:
    found = driver.table.get(WheelItem, wheel_partition(flywheel), names.WHEEL_SORT)
    assert found is not None
    return found


def shown(driver: Driver) -> dict[str, tuple[str, int]]:
    return {item.sk: (item.digest, int(item.version)) for item in driver.transitions("web")}


def after(driver: Driver, days: float) -> list[TransitionItem]:
    """What happened after so many days of the flywheel's life, the newest first."""
    since = stamp(moment(on(days)))
    return sorted((each for each in driver.transitions("web") if each.at > since), key=lambda each: each.at)[::-1]


# -- an advance


@only_in_process
def test_an_advance_writes_the_newest_first_says_what_is_left_and_the_next_goes_on() -> None:
    driver, now = living(12), moment("03-13")
    driver.append(late(0), now)
    before = shown(driver)

    left = []
    for _ in range(60):
        done = advance(driver.store, "web", driver.settings, now, Budget(items=2))
        stored = driver.transitions("web")
        changed = [item.at for item in stored if (item.digest, int(item.version)) != before.get(item.sk)]
        untouched = [item.at for item in stored if (item.digest, int(item.version)) == before.get(item.sk)]
        left.append(done.left)
        assert wheel(driver).left == (done.left or None)
        if not done.left:
            break
        assert not changed or min(changed) >= max(at for at in untouched if at > stamp(moment("03-02")))

    assert left == sorted(left, reverse=True)
    assert len(left) > 10
    assert left[-1] == 0
    once = living(12)
    once.append(late(0), now)
    advance(once.store, "web", once.settings, now)
    assert driver.state() == once.state()
    assert driver.turns("web") == turns_of([*lived(12).events, *late(0)], "web", driver.settings, now)


@only_in_process
def test_facts_are_counted_too_once_a_moment_and_something_is_always_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "FACTS", 1)
    driver, now = living(12), moment("03-13")
    driver.append(late(0), now)
    told = shown(driver)
    left, moments = 1, []
    while left:
        left = advance(driver.store, "web", driver.settings, now, Budget(items=len(late(0)) + 6)).left
        written = [item for item in driver.transitions("web") if told[item.sk] != (item.digest, int(item.version))]
        moments.append({item.at for item in written})
        told = shown(driver)

    assert len(moments) > 10
    assert {len(each) for each in moments} <= {0, 1}
    assert wheel(driver).left is None


@only_in_process
@pytest.mark.parametrize(("first", "others", "told"), [(2, (), 9), (8, (35, 36, 39), 6)])
def test_of_much_history_what_is_news_comes_first(
    first: int, others: tuple[int, ...], told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turns that summaries tell of, the newest others up to so many turns, the summaries, and then all else."""
    monkeypatch.setattr(pending, "TURNS", first)
    driver, now = Driver(), moment(on(39))
    driver.append([*lived(40).events, *History(flywheel="web").outcome(on(38.9), idea="idea-3").events], now)
    advance(driver.store, "web", driver.settings, now, Budget(items=14))

    news = ("3#5", "38#3", "31#4", "31#0", "38#1", "37#3", "30#4", "30#0", "37#1")
    assert {item.sk for item in driver.transitions("web")} == {f"TRANSITION#idea#idea-{each}" for each in news[:told]}
    turns = {item["sk"]["S"] for item in driver.items("TURN")}
    assert turns == {f"TURN#idea#idea-{day}" for day in (3, 30, 31, 37, 38, *others)}


@only_in_process
def test_the_time_of_an_advance_ends_it_between_two_items() -> None:
    driver, now = living(12), moment("03-13")
    driver.append(late(0), now)
    clock = iter(range(1000, 0, -1))

    done = advance(driver.store, "web", driver.settings, now, Budget(Time(left=lambda: next(clock)), seconds=5))

    assert done.turns + done.transitions == 6
    assert done.left


some = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@only_in_process
@some
@given(number=st.integers(0, 2**32 - 1))
def test_whatever_the_budgets_what_is_stored_at_last_is_the_same(number: int) -> None:
    chance = Random(number)
    owners, history = owning(chance), arrivals(chance)
    whole, parts = Driver(owners), Driver(owners)
    for driver in (whole, parts):
        driver.append(history)
    for flywheel in WHEELS:
        advance(whole.store, flywheel, owners, later())
        for _ in range(1000):
            if chance.random() < 0.2:
                parts.restart()
            if not advance(parts.store, flywheel, owners, later(), Budget(items=chance.randint(0, 20))).left:
                break
    assert parts.state() == whole.state()


@only_in_process
def test_what_is_left_is_not_taken_for_damage() -> None:
    driver, now = living(12), moment("03-13")
    driver.append(late(0), now)
    assert advance(driver.store, "web", driver.settings, now, Budget(items=2)).left

    assert audit_wheel(driver.store, "web", driver.settings, now) == []


@only_in_process
def test_what_an_advance_left_the_ticks_go_on_with() -> None:
    driver, now = living(12), moment("03-13")
    driver.append(late(0), now)
    advance(driver.store, "web", driver.settings, now, Budget(items=2))

    assert [each.flywheel for each in driver.tick(now + QUARTER).advanced] == ["web"]
    assert wheel(driver).left is None


@only_in_process
def test_a_tick_goes_on_with_what_its_advances_leave_when_all_others_had_their_turn(
    monkeypatch: pytest.MonkeyPatch, unsampled: datetime
) -> None:
    order = list[str]()

    def watched(store: Store, flywheel: str, *rest: Any) -> Advanced:
        order.append(flywheel)
        return advance(store, flywheel, *rest)

    monkeypatch.setattr(advancing, "advance", watched)
    monkeypatch.setattr(advancing, "share", lambda *_: Budget(items=1))
    driver = teams("a", "b", "c")

    made = driver.tick(unsampled).advanced
    assert [each.flywheel for each in made] == ["a", "b", "c"]
    assert all(each.turns and each.transitions and not each.left for each in made)
    assert order[:6] == ["a", "b", "c", "a", "b", "c"]
    assert all(wheel(driver, each).left is None for each in ("a", "b", "c"))


# -- corrections


@only_in_process
@pytest.mark.parametrize("days", [28.0, 10.0])
def test_a_correction_reaches_back_so_many_days_and_older_summaries_stay_as_told(days: float) -> None:
    driver = living(40, Settings(corrections=CorrectionSettings(days=days)))
    now = moment(on(40))
    before = shown(driver)
    driver.append(late(0), now)
    driver.project(now)

    bound = 40 - days
    changed = {sk for sk, told in shown(driver).items() if told != before[sk]}
    assert changed == {item.sk for item in after(driver, bound)}
    assert changed
    assert driver.turns("web") == turns_of([*lived(40).events, *late(0)], "web", driver.settings, now)


@only_in_process
def test_what_never_happened_but_was_told_long_ago_stays_as_told() -> None:
    driver = living(40)
    now = moment(on(40))
    driver.append(History(flywheel="web").retracted(on(40), "p0", id="x").retracted(on(40), "p39", id="y").events, now)
    driver.project(now)

    first, last = ("TRANSITION#idea#idea-0#1", "TRANSITION#idea#idea-39#1")
    gone = {item.sk: int(item.vanished) for item in driver.transitions("web")}
    assert (gone[first], gone[last]) == (0, 1)


# -- a tick over many, of which one is not well


def teams(*flywheels: str) -> Driver:
    driver = Driver()
    for flywheel in flywheels:
        told = (
            History(flywheel=flywheel)
            .proposed("03-01", "cart", id=flywheel)
            .challenged("03-02", "c", idea="cart", id=f"{flywheel}-c")
        )
        driver.append(told.events, moment("03-02"))
    driver.lose_stream()
    return driver


def overdue(driver: Driver, at: datetime) -> Key:
    told: dict[str, Any] = {"summary": "s", "flywheel": "b", "turn": "cart", "key": "idea", "phase": 1, "channel": "c"}
    due = {"due_pk": names.DUE_LEDGER, "due_at": stamp(at)}
    driver.table.put(
        driver.table.new(LedgerItem, "L#s", "LEDGER#c", state="pending", attempts=0, version=1, **told, **due)
    )
    return "L#s", "LEDGER#c"


def loops() -> None:
    while True:
        pass


def never_ends(*_: Any) -> None:
    """Its time is over at once, so that what ends may take as long as a busy machine takes."""
    signal.raise_signal(signal.SIGALRM)
    loops()


def raises(*_: Any) -> None:
    raise ValueError


def kills(*_: Any) -> None:
    raise KilledError


class Sick:
    """Folding one flywheel goes wrong."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, flywheel: str) -> None:
        self.how: Callable[..., None] | None = None
        self.tried = 0
        self._flywheel = flywheel
        for module in (advancing, auditing):
            monkeypatch.setattr(module, "load", self._or_ill(module.load))

    def _or_ill(self, load: Callable[..., Any]) -> Callable[..., Any]:
        def loaded(store: Any, flywheel: str, *rest: Any, **more: Any) -> Any:
            if flywheel == self._flywheel and self.how is not None:
                self.tried += 1
                self.how()
            return load(store, flywheel, *rest, **more)

        return loaded


@pytest.fixture
def sick(monkeypatch: pytest.MonkeyPatch) -> Sick:
    return Sick(monkeypatch, "b")


HASTY = Time(within=lambda _: broken_off(60))
"""Work that does not end is broken off."""


def ticked(driver: Driver, at: datetime, time: Time = HASTY, meanwhile: Callable[[], None] = lambda: None) -> Ticked:
    """One tick with digests in between, tried again where it kills the process."""
    woken: list[Key] = []

    def failed(_: str, error: Exception) -> None:
        driver.failures.append(error)

    return tick(driver.store, driver.settings, at, woken.append, failed, time=time, meanwhile=meanwhile)


@pytest.fixture
def unsampled() -> datetime:
    """A moment at which nothing of these is audited."""
    ticks: Iterator[datetime] = (moment("03-05") + QUARTER * number for number in range(96 * 9))
    return next(at for at in ticks if not any(sampled(each, at) for each in ("a", "b", "c", "F#a", "F#b", "F#c", "S#")))


@only_in_process
@pytest.mark.parametrize("how", [never_ends, raises, kills], ids=["never ends", "raises", "kills"])
def test_one_flywheel_that_cannot_be_folded_changes_nothing_for_the_others(
    how: Callable[..., None], sick: Sick, unsampled: datetime
) -> None:
    """All is done by the second tick at the latest: the first may have been killed."""
    driver, at = teams("a", "b", "c"), unsampled
    sick.how = how
    key, woken, digests = overdue(driver, at), list[Key](), list[str]()

    def digest() -> None:
        digests.append(str(digest_all(driver.store, driver.settings, at, lambda _: True, lambda *_: None)))

    def run() -> Ticked:
        return tick(
            driver.store,
            driver.settings,
            at,
            woken.append,
            lambda *_: None,
            time=HASTY,
            meanwhile=lambda: digests.append(
                str(digest_all(driver.store, driver.settings, at, lambda _: True, raises))
            ),
        )

    for _ in range(2):
        try:
            run()
        except KilledError:
            driver.restart()

    assert set(driver.turns("a")) == set(driver.turns("c")) == {"idea cart"}
    assert key in woken
    assert len(driver.items(names.SEGMENT)) == 0, "all that is old is sealed"
    assert digests
    assert attempts(driver.table)[0].flywheel == "b"

    sick.how = None
    run()
    assert set(driver.turns("b")) == {"idea cart"}, "though its segments are gone"
    assert attempts(driver.table) == []


@only_in_process
def test_who_failed_before_is_tried_after_all_else(sick: Sick, unsampled: datetime) -> None:
    driver = teams("a", "b", "c")
    sick.how = kills
    with pytest.raises(KilledError):
        ticked(driver, unsampled)
    assert driver.turns("c") == {}
    order = list[str]()

    with pytest.raises(KilledError):
        ticked(driver, unsampled, meanwhile=lambda: order.append(f"{sick.tried} {sorted(driver.turns('c'))}"))

    assert order == ["1 ['idea cart']"]
    assert sick.tried == 2


@only_in_process
def test_after_a_few_ends_in_vain_it_is_set_aside_and_tried_ever_less_often(sick: Sick, unsampled: datetime) -> None:
    driver, at = teams("a", "b", "c"), unsampled
    sick.how = never_ends
    tried = []
    for number in range(96):
        ticked(driver, at + QUARTER * number)
        tried.append(sick.tried)

    assert tried[:SET_ASIDE] == list(range(1, SET_ASIDE + 1))
    assert tried[-1] < 10
    assert ticked(driver, at + QUARTER * 96).set_aside == ("b",)
    assert Attempts(driver.table, at).failed("advance") == {"b"}

    sick.how = None
    ticked(driver, at + timedelta(days=3))
    assert ticked(driver, at + timedelta(days=3)).set_aside == ()
    assert set(driver.turns("b")) == {"idea cart"}


@only_in_process
def test_the_stream_wakes_no_flywheel_that_is_set_aside(sick: Sick, unsampled: datetime) -> None:
    driver = teams("a", "b")
    sick.how = raises
    for number in range(SET_ASIDE):
        ticked(driver, unsampled + QUARTER * number)
    assert set_aside(driver.table, "advance") == {"b"}
    tried = sick.tried

    done, failed = project(
        driver.store, driver.settings, [Arrival("1", unsampled.timestamp(), ("a", "b"))], lambda *_: None
    )

    assert (sick.tried, [each.flywheel for each in done], failed) == (tried, ["a"], [])


@only_in_process
def test_who_was_not_reached_in_time_is_owed_it_and_comes_first(unsampled: datetime) -> None:
    driver = teams("a", "b", "c")
    left = iter([1000.0] * 8)
    time = Time(left=lambda: next(left, 5.0))

    first = ticked(driver, unsampled, time)

    assert 1 <= len(first.advanced) < 3
    assert first.failed == []
    assert set(first.waiting) == {"a", "b", "c"} - {each.flywheel for each in first.advanced}
    then = ticked(driver, unsampled + QUARTER, ENDLESS)
    assert [each.flywheel for each in then.advanced][: len(first.waiting)] == list(first.waiting)
    assert len(driver.items(names.SEGMENT)) == 0


@only_in_process
def test_a_throttle_is_nobodys_fault() -> None:
    """However often a table is throttled, no flywheel is set aside for it."""
    driver = Driver()

    for _ in range(SET_ASIDE + 1):
        known = Attempts(driver.table, moment("03-01"))
        with pytest.raises(LostRaceError), known.begun("advance", "a"):
            raise LostRaceError("a", 1)

    assert known.owed("advance") == {"a"}
    assert known.failed("advance") == set()


# -- time


def test_work_that_does_not_end_is_broken_off_and_what_ends_is_not() -> None:
    with pytest.raises(OvertimeError), broken_off(0.02):
        loops()
    with broken_off(10):
        pass


def test_lambda_tells_how_much_time_is_left() -> None:
    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 2500

    assert time_of(Context()).left() == 2.5
    assert time_of(None) is ENDLESS


def test_with_hardly_any_time_left_nothing_is_begun() -> None:
    time = Time(left=lambda: 19.0)
    with pytest.raises(OutOfTimeError):
        share(time, 1)
    with pytest.raises(OutOfTimeError), time.bounded():
        pass
    assert msgspec.structs.replace(time, reserve=9.0).free() == 10
