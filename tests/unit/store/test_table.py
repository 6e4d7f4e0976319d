"""The table: two in one process, reads that leave nothing behind, writes under conditions."""

import subprocess
import sys
from collections.abc import Iterator
from inspect import getmembers
from typing import Any

import pytest
from botocore.useragent import UserAgentString
from pynamodb.attributes import Attribute

from shared.store.log.identity import EventItem
from shared.store.table import names
from shared.store.table.errors import UnprocessedKeysError
from shared.store.table.items import Item, NameItem, SegmentItem
from shared.store.table.table import Table
from tests.unit.store.driving import only_in_process

pytestmark = pytest.mark.slow


def test_two_tables_in_one_process_share_nothing(make_table: Any) -> None:
    one, two = make_table("one"), make_table("two")

    one.put(one.new(NameItem, "N#idea#checkout", "web"))

    assert one.get(NameItem, "N#idea#checkout", "web") is not None
    assert two.get(NameItem, "N#idea#checkout", "web") is None


@only_in_process
def test_importing_the_store_opens_no_connection_and_reads_no_region() -> None:
    code = "import shared.store.table.table, shared.store.table.items, botocore.session as s; print(s.Session.__name__)"

    ran = subprocess.run([sys.executable, "-c", code], env={"PATH": ""}, capture_output=True, text=True, check=False)

    assert ran.stdout.strip() == "Session", ran.stderr


def test_all_kinds_share_one_connection(table: Table) -> None:
    assert table.of(SegmentItem)._get_connection() is table.of(NameItem)._get_connection() is table.connection


def test_no_call_describes_anew_who_makes_it(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    table.put(table.new(NameItem, "N#1", "web"))
    monkeypatch.setattr(UserAgentString, "_build_sdk_metadata", lambda _: pytest.fail("described for one call"))

    assert table.put(table.new(NameItem, "N#2", "web"))


def test_an_item_takes_no_attribute_that_its_kind_does_not_have(table: Table) -> None:
    with pytest.raises(ValueError, match="flywhel"):
        table.new(NameItem, "N#1", "web", flywhel="web")


def kinds(base: type[Item] = Item) -> Iterator[type[Item]]:
    yield base
    for kind in base.__subclasses__():
        yield from kinds(kind)


def test_each_kind_has_the_attributes_and_keys_that_pynamodb_would_find_in_it() -> None:
    assert {NameItem, EventItem} <= {*kinds()}
    for kind in kinds():
        assert kind.get_attributes() == dict(getmembers(kind, lambda member: isinstance(member, Attribute)))
        assert all(name == attribute.attr_name for name, attribute in kind.get_attributes().items())
        assert (kind._hash_keyname, kind._range_keyname) == (names.PK, names.SK)


def test_keys_left_unprocessed_are_asked_for_again(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        table.put(table.new(NameItem, f"N#{number}", "web"))
    whole = table.connection.batch_get_item
    calls = []

    def halved(keys: Any, **options: Any) -> Any:
        calls.append(len(keys))
        answer = whole(keys[:2], **options)
        rest = [{name: {"S": value} for name, value in key.items()} for key in keys[2:]]
        return {**answer, "UnprocessedKeys": {table.name: {"Keys": rest}} if rest else {}}

    monkeypatch.setattr(table.connection, "batch_get_item", halved)
    monkeypatch.setattr("time.sleep", lambda _: None)

    assert len(table.get_many((f"N#{number}", "web") for number in range(5))) == 5
    assert calls == [5, 3, 1]


def test_keys_never_processed_are_an_error_and_not_an_absence(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    unread = {"UnprocessedKeys": {table.name: {"Keys": [{"pk": {"S": "N#1"}, "sk": {"S": "web"}}]}}}
    monkeypatch.setattr(table.connection, "batch_get_item", lambda *_, **__: unread)
    monkeypatch.setattr("time.sleep", lambda _: None)

    with pytest.raises(UnprocessedKeysError):
        table.get_many([("N#1", "web")])


def test_more_than_a_hundred_keys_are_read_in_several_calls(table: Table) -> None:
    for number in range(130):
        table.put(table.new(NameItem, f"N#{number}", "web"))

    assert len(table.get_many((f"N#{number}", "web") for number in range(130))) == 130


def test_a_query_reads_all_pages(table: Table) -> None:
    for number in range(8):
        table.put(table.new(SegmentItem, "F#web", f"{names.SEGMENT_SORT}{number}", facts=bytes(300_000)))

    found = [item.sk for item in table.query(SegmentItem, "F#web", begins=names.SEGMENT_SORT)]

    assert found == [f"{names.SEGMENT_SORT}{number}" for number in range(8)]


def test_a_query_may_begin_after_a_sort_key(table: Table) -> None:
    for number in range(4):
        table.put(table.new(SegmentItem, "F#web", f"{names.SEGMENT_SORT}{number}", facts=b""))
    table.put(table.new(SegmentItem, "F#web", "TOTAL", facts=b""))

    after = table.query(SegmentItem, "F#web", begins=names.SEGMENT_SORT, after=f"{names.SEGMENT_SORT}1")

    assert [item.sk for item in after] == [f"{names.SEGMENT_SORT}2", f"{names.SEGMENT_SORT}3"]


def test_a_put_whose_condition_does_not_hold_says_so(table: Table) -> None:
    model = table.of(NameItem)
    item = table.new(NameItem, "N#idea#checkout", "web")

    assert table.put(item, model.pk.does_not_exist())
    assert not table.put(item, model.pk.does_not_exist())


def test_what_is_due_comes_earliest_first_and_nothing_later(table: Table) -> None:
    for day in ("03", "01", "02", "09"):
        table.put(table.new(NameItem, f"W#{day}", "WHEEL", due_pk=names.DUE_WHEELS, due_at=f"2026-01-{day}"))
    table.put(table.new(NameItem, "W#idle", "WHEEL"))

    assert [pk for pk, _ in table.due(names.DUE_WHEELS, "2026-01-03")] == ["W#01", "W#02", "W#03"]
