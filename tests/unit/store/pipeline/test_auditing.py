"""What is damaged or deleted by hand is noticed, told, and made anew from the events."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from shared.pipeline.upkeep.auditing import UnknownContentError, audit_partition, audit_wheel
from shared.pipeline.upkeep.sampling import AUDITED, sampled
from shared.store.outbox.outbox import OutboxStore
from shared.store.projections.summary_packing import unpack_summary
from shared.store.table import names
from tests.unit.domain.histories import History
from tests.unit.store.driving import NOW, Driver, Envelope, later, only_in_process, report_of
from tests.unit.store.pipeline.test_sealing import seal_all
from tests.unit.store.test_log import event

pytestmark = pytest.mark.slow

Row = dict[str, Any]


def told() -> list[Envelope]:
    history = History(flywheel="web")
    for day in range(1, 6):
        name = f"d{day}"
        history.proposed(f"03-0{day}", f"idea-{day}").deployed(f"03-0{day} 12:00", name, idea=f"idea-{day}")
        history.released(f"03-0{day} 13:00", f"f-{day}", idea=f"idea-{day}")
    return history.events


def wheel(sealed: bool = True) -> Driver:
    """A flywheel of five turns, each delivered, its facts sealed."""
    driver = Driver()
    for each in told():
        driver.append([each])
    driver.project()
    if sealed:
        seal_all(driver, later(days=3))
    return driver


def write(driver: Driver, row: Row, **changes: Any) -> None:
    content = {name: value for name, value in row.items() if name not in (names.PK, names.SK)} | changes
    driver.table.connection.put_item(row["pk"]["S"], row["sk"]["S"], content)


def delete(driver: Driver, row: Row) -> None:
    driver.table.delete([(row["pk"]["S"], row["sk"]["S"])])


def place(row: Row) -> str:
    return f"{row['pk']['S']} {row['sk']['S']}"


def audited(name: str, after: datetime = NOW) -> datetime:
    """A quarter of an hour at which this name is in the sample."""
    times = (after + timedelta(minutes=15 * number) for number in range(96 * AUDITED))
    return next(at for at in times if sampled(name, at))


def damaged(driver: Driver, row: Row) -> None:
    content = bytes(row["facts"]["B"])
    write(driver, row, facts={"B": content[:40] + b"?" + content[41:]})


def emptied(driver: Driver, row: Row) -> None:
    """Valid, and not what it was."""
    (other, *_) = [each for each in driver.items(names.SEALED) if each is not row and each["sk"] != row["sk"]]
    write(driver, row, facts=other["facts"])


@pytest.mark.parametrize("harm", [damaged, delete, emptied])
@pytest.mark.parametrize("number", [0, 2, 4])
def test_a_sealed_part_that_was_harmed_is_found_and_made_anew(harm: Any, number: int) -> None:
    driver = wheel()
    expected = driver.report("web")
    row = sorted(driver.items(names.SEALED), key=place)[number]
    harm(driver, row)

    assert audit_partition(driver.table, "F#web") == [place(row)]
    assert driver.report("web") == expected == report_of(told(), "web", driver.settings)
    assert audit_partition(driver.table, "F#web") == []


def test_superseded_facts_of_a_part_come_back_too() -> None:
    driver = Driver()
    sent = [event("1", flywheel="web"), event("1", "2026-03-04T10:00:00Z", flywheel="web", revision=2)]
    for each in sent:
        driver.append([each])
    seal_all(driver, later(days=3))
    for row in driver.items(names.SEALED):
        delete(driver, row)

    assert len(audit_partition(driver.table, "F#web")) == 2
    assert driver.report("web") == report_of(sent, "web", driver.settings)
    assert driver.report("web")["receipt"]["excluded"] == {"superseded": 1}


def test_a_part_without_its_witness_is_no_damage_and_gets_one() -> None:
    """As after a crash between the two writes."""
    driver = wheel()
    witnesses = sorted(driver.items(names.WITNESS), key=place)
    delete(driver, witnesses[0])

    assert audit_partition(driver.table, "F#web") == []
    assert sorted(driver.items(names.WITNESS), key=place) == witnesses


def test_a_part_that_is_damaged_and_has_lost_its_witness_is_told_and_left() -> None:
    driver = wheel()
    row = sorted(driver.items(names.SEALED), key=place)[0]
    damaged(driver, row)
    (lost,) = [each for each in driver.items(names.WITNESS) if each["sk"]["S"].endswith(row["sk"]["S"][-16:])]
    delete(driver, lost)

    with pytest.raises(UnknownContentError, match="flywheel rebuild"):
        audit_partition(driver.table, "F#web")


def test_sealing_while_the_audit_looks_raises_no_alarm() -> None:
    driver = wheel()
    driver.append([event("late", "2026-03-01T15:00:00Z", flywheel="web", idea="late")], later(days=3))
    other, calls = driver.another(), 0

    def seals(operation: str, at: str, item: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            seal_all(other, later(days=6))

    driver.memory.before = seals
    assert audit_partition(driver.table, "F#web") == []


@pytest.mark.parametrize("kind", [names.TURN, names.TRANSITION])
def test_a_turn_or_transition_that_was_deleted_is_found_and_the_next_advance_writes_it(kind: str) -> None:
    driver = wheel()
    expected = driver.state()
    row = sorted(driver.items(kind), key=place)[1]
    delete(driver, row)

    assert audit_wheel(driver.store, "web", driver.settings, later(days=1)) == [place(row)]
    driver.tick(audited("web"))
    assert {name: _told(row) for name, row in driver.state().items()} == {
        name: _told(row) for name, row in expected.items()
    }
    assert audit_wheel(driver.store, "web", driver.settings, later(days=1)) == []


def _told(row: Row) -> Row:
    """What an item says of its turn, not when it was first written."""
    return {name: value for name, value in row.items() if name not in ("arrived_at", "historical", "inputs")}


TURN_HARM: dict[str, Row] = {
    "no JSON": {"shows": {"S": "{"}},
    "another state": {"state": {"S": "open"}},
    "another turn": {"turn": {"S": "other"}},
    "a version that is no number": {"version": {"S": "two"}},
    "no time of the close": {"shows": {"S": '{"turn":"idea-1","key":"idea"}'}},
}


@pytest.mark.parametrize("harm", TURN_HARM)
def test_a_turn_that_was_damaged_is_found_and_the_tick_mends_it(harm: str) -> None:
    driver = wheel()
    expected = driver.turns("web")
    row = next(row for row in driver.items(names.TURN) if row["turn"]["S"] == "idea-1")
    write(driver, row, **TURN_HARM[harm])

    ticked = driver.tick(audited("web"))

    assert place(row) in ticked.mended
    assert driver.turns("web") == expected
    assert driver.tick(audited("web")).mended == ()


def test_a_turn_with_other_figures_in_it_is_found() -> None:
    driver = wheel()
    row = next(row for row in driver.items(names.TURN) if row["turn"]["S"] == "idea-1")
    shown = msgspec.json.decode(row["shows"]["S"])
    write(driver, row, shows={"S": msgspec.json.encode({**shown, "weight": 0.25}).decode()})

    assert audit_wheel(driver.store, "web", driver.settings, later(days=1)) == [place(row)]


def test_a_transition_that_shows_what_it_did_not_is_found_and_nobody_is_told_twice() -> None:
    driver = wheel()
    outbox = OutboxStore(driver.table)
    for item in driver.transitions("web"):
        outbox.keep_summary(item)
    summaries = driver.items(names.SUMMARY)
    row = sorted(driver.items(names.TRANSITION), key=place)[0]
    shown = msgspec.json.encode(unpack_summary(row["shows"]["S"])).decode()
    write(driver, row, shows={"S": shown.replace("idea-1", "idea-9")})

    ticked = driver.tick(audited("web"))
    for item in driver.transitions("web"):
        outbox.keep_summary(item)

    assert ticked.mended == (place(row),)
    assert driver.items(names.SUMMARY) == summaries


def test_a_wheel_that_is_on_its_way_is_not_judged() -> None:
    """Facts that came and are not folded in yet, or other settings, are no damage."""
    driver = wheel()
    driver.append([event("new", "2026-03-09T10:00:00Z", flywheel="web", idea="new")], later(days=-9))

    assert audit_wheel(driver.store, "web", driver.settings, later(days=1)) == []


def test_what_others_share_does_not_keep_a_wheel_from_being_judged() -> None:
    driver = wheel()
    driver.append([event("stray", "2026-03-09T10:00:00Z", "Work Started", idea="nobodys")])
    row = sorted(driver.items(names.TURN), key=place)[0]
    delete(driver, row)

    assert audit_wheel(driver.store, "web", driver.settings, later(days=1)) == [place(row)]


def test_a_quiet_audit_writes_nothing() -> None:
    driver = wheel()
    before = dict(driver.memory.rows)

    assert audit_wheel(driver.store, "web", driver.settings, later(days=1)) == []
    assert audit_partition(driver.table, "F#web") == []
    assert driver.memory.rows == before


@pytest.mark.parametrize("harm", [damaged, delete])
def test_the_tick_in_whose_sample_a_partition_is_mends_its_parts(harm: Any) -> None:
    driver = wheel()
    row = sorted(driver.items(names.SEALED), key=place)[3]
    harm(driver, row)

    ticked = driver.tick(audited("F#web"))

    assert ticked.mended[:1] == (place(row),)
    assert driver.report("web") == report_of(told(), "web", driver.settings)


def test_a_damaged_part_that_an_advance_cannot_read_is_mended_in_the_same_tick() -> None:
    driver = wheel()
    row = sorted(driver.items(names.SEALED), key=place)[0]
    damaged(driver, row)
    driver.append([event("new", "2026-03-09T10:00:00Z", flywheel="web", idea="new")], later(days=4))
    driver.lose_stream()
    at = next(at for n in range(1, 99) if not sampled("F#web", at := later(days=4, minutes=15 * n)))

    ticked = driver.tick(at)

    assert (ticked.failed, ticked.mended[0]) == ([], place(row))
    assert "idea new" in driver.turns("web")


@only_in_process
def test_every_partition_and_wheel_is_in_the_sample_about_once_a_day() -> None:
    ticks = [NOW + timedelta(minutes=15 * number) for number in range(7 * 96)]
    for name in ("F#web", "S#", "web", "R#shop"):
        assert 1 <= sum(sampled(name, at) for at in ticks) <= 20
