"""Items of every format that was ever written are read, and go on being used.

`formats/format_<n>.json` holds what a release of that format wrote, every kind of item, with the events that it was
made of. A file is made once, with the release that writes its format, and never changed.
"""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from pynamodb.models import Model

from events import InvalidEventError
from shared.flywheel.facts.fact import IncidentOpened
from shared.pipeline.upkeep.rebuilding import rebuild
from shared.store.kept.bodies import DeadItem, RejectedItem, old_body
from shared.store.kept.ignored import IgnoredItem
from shared.store.log.identity import EventItem, identity_of
from shared.store.outbox.outbox import OutboxStore
from shared.store.outbox.outbox_items import LedgerItem, PaceItem, SummaryItem
from shared.store.projections.summary_packing import unpack_summary
from shared.store.table import names
from shared.store.table.formats import FORMAT, UnknownFormatError, upgraded
from shared.store.table.items import (
    Item,
    NameItem,
    SealedItem,
    SegmentItem,
    TransitionItem,
    TurnItem,
    WheelItem,
    WitnessItem,
)
from tests.unit.store.driving import Driver, later, report_of
from tests.unit.store.pipeline.test_auditing import audited
from tests.unit.store.pipeline.test_sealing import seal_all
from tests.unit.store.tangles import WORLD
from tests.unit.store.test_log import event

MODELS: tuple[type[Item], ...] = (
    *(DeadItem, EventItem, IgnoredItem, NameItem, RejectedItem, SealedItem, SegmentItem, TransitionItem, TurnItem),
    *(WheelItem, WitnessItem, LedgerItem, PaceItem, SummaryItem),
)
BY_KIND = {model.KIND: model for model in MODELS}
FORMATS = list(range(1, FORMAT + 1))
WHEELS = ("web", "search", "pay", "unassigned")
Written = dict[str, Any]


def written(number: int) -> Written:
    """What a release of this format wrote."""
    told: Written = json.loads((Path(__file__).parent / "formats" / f"format_{number}.json").read_text())
    return told | {"items": [{name: _value(value) for name, value in item.items()} for item in told["items"]]}


def _value(value: dict[str, Any]) -> dict[str, Any]:
    ((sort, content),) = value.items()
    if sort == "B":
        return {"B": base64.b64decode(content)}
    if sort == "L":
        return {"L": [_value(each) for each in content]}
    return {"M": {name: _value(each) for name, each in content.items()}} if sort == "M" else value


def upgraded_from(number: int) -> tuple[Driver, list[Any]]:
    """A table that a release of this format left behind, and its events."""
    told, driver = written(number), Driver(WORLD)
    for item in told["items"]:
        content = {name: value for name, value in item.items() if name not in (names.PK, names.SK)}
        driver.table.connection.put_item(item["pk"]["S"], item["sk"]["S"], content)
    driver.lose_stream()
    return driver, told["events"]


def same(driver: Driver, sent: list[Any]) -> bool:
    return all(driver.report(wheel) == report_of(sent, wheel, WORLD) for wheel in WHEELS)


@pytest.mark.parametrize("number", FORMATS)
def test_an_item_is_written_as_pynamodb_writes_it(number: int) -> None:
    for raw in written(number)["items"]:
        item = BY_KIND[raw["kind"]["S"]].from_raw_data(raw)
        assert item.serialize() == Model.serialize(item)


def test_an_item_that_lacks_what_its_kind_has_is_not_written() -> None:
    with pytest.raises(ValueError, match="'facts' cannot be None"):
        SegmentItem("F#web", "SEGMENT#1", kind="SEGMENT", facts=None).serialize()


@pytest.mark.parametrize("number", FORMATS)
def test_every_item_is_read_whole(number: int) -> None:
    driver = Driver()
    for raw in written(number)["items"]:
        item = driver.table.read(BY_KIND[raw["kind"]["S"]], raw)
        lacking = [
            name for name, each in item.get_attributes().items() if not each.null and getattr(item, name) is None
        ]
        assert lacking == [], raw["kind"]
        assert (item.pk, item.sk, int(item.v)) == (raw["pk"]["S"], raw["sk"]["S"], FORMAT)
        if isinstance(item, EventItem):
            assert identity_of(driver.table, raw).winner.event.id
        if isinstance(item, SummaryItem | TransitionItem):
            assert unpack_summary(item.shows).turn == item.turn
        if isinstance(item, DeadItem):
            assert json.loads(old_body(item) or "")["detail"]["id"] == "dead"


def test_the_files_hold_every_kind() -> None:
    first, newest = ({item["kind"]["S"] for item in written(number)["items"]} for number in (1, FORMAT))
    added = {names.SEALED, names.WITNESS, names.DEAD, names.IGNORED}
    assert newest == first | added == set(BY_KIND)


def test_a_stored_event_whose_field_joined_its_contract_later_is_read_without_it() -> None:
    """What was unknown when it was taken may hold anything; the event stays as it was received."""
    driver = Driver()
    driver.append([event("1", "2026-03-02T10:00:00Z", "Incident Opened", flywheel="web", incident="i", title="slow")])
    (row,) = driver.items(names.EVENT)
    row["detail"] = {"S": row["detail"]["S"].replace('"slow"', '{"text":"slow"}')}

    identity = identity_of(driver.table, row)

    assert isinstance(identity.winner.fact, IncidentOpened)
    assert identity.winner.fact.title is None
    assert b'"title":{"text":"slow"}' in identity.winner.event.text
    row["detail"] = {"S": row["detail"]["S"].replace('"incident":"i"', '"incident":7')}
    with pytest.raises(InvalidEventError, match="incident"):
        identity_of(driver.table, row)


@pytest.mark.parametrize("number", FORMATS)
def test_figures_and_turns_are_those_of_the_events(number: int) -> None:
    driver, sent = upgraded_from(number)

    assert same(driver, sent)
    ticked = driver.tick(audited("web", later(minutes=5)))
    assert (ticked.failed, ticked.mended) == ([], ())
    assert same(driver, sent)


@pytest.mark.parametrize("number", FORMATS)
def test_a_table_goes_on_being_used_after_the_upgrade(number: int) -> None:
    """Appended to, rebuilt, sealed, read again; nothing is posted twice, and what is written says the newest format."""
    driver, sent = upgraded_from(number)
    ledger = driver.items(names.LEDGER)
    assert set(driver.append(sent, later(days=4))) == {"duplicate"}
    new = event("after", "2026-05-31T10:00:00Z", flywheel="web", idea="after", title="after the upgrade")
    revised = event("1", "2026-03-02T10:00:00Z", flywheel="pay", revision=9)
    driver.append([new, revised], later(days=4))
    sent = [*sent, new, revised]
    driver.project(later(days=4))
    list(rebuild(driver.store, WORLD, later(days=4), lambda *_: None))
    seal_all(driver, later(days=8))

    assert driver.items(names.SEGMENT) == []
    assert same(driver, sent)
    assert driver.tick(later(days=9)).failed == []
    outbox = OutboxStore(driver.table)
    announced = [item for item in driver.transitions("pay") if outbox.keep_summary(item)]
    assert all(int(item.historical) for item in announced)
    assert driver.items(names.LEDGER) == ledger
    for kind in (names.SEALED, names.WITNESS):
        assert {row[names.FORMAT]["N"] for row in driver.items(kind)} == {str(FORMAT)}


def test_each_item_says_in_which_format_it_is_written() -> None:
    driver = Driver()
    driver.append(
        [event("1", flywheel="web"), event("2", "2026-03-03T10:00:00Z", "Work Started", idea="checkout-button")]
    )
    driver.project()
    seal_all(driver, later(days=3))

    rows = list(driver.memory.rows.values())
    assert len({row["kind"]["S"] for row in rows}) > 5
    assert {row[names.FORMAT]["N"] for row in rows} == {str(FORMAT)}


def test_an_item_without_a_format_is_of_the_first() -> None:
    assert upgraded({"kind": {"S": "TURN"}})[names.FORMAT] == {"N": str(FORMAT)}


@pytest.mark.parametrize("number", [0, FORMAT + 1])
def test_an_item_of_a_newer_release_is_refused_and_says_what_mends_it(number: int) -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")])
    (row,) = driver.items(names.SEGMENT)
    content = {name: value for name, value in row.items() if name not in (names.PK, names.SK)}
    driver.table.connection.put_item(row["pk"]["S"], row["sk"]["S"], content | {names.FORMAT: {"N": str(number)}})

    with pytest.raises(UnknownFormatError, match="deploy a newer release"):
        driver.report("web")
