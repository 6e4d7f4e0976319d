"""One table at run time: the item kinds bound to it, over a single connection that opens on first use."""

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from botocore.config import Config
from pynamodb.connection import TableConnection
from pynamodb.exceptions import DeleteError, PutError
from pynamodb.expressions.condition import Condition

from shared.store.table import names
from shared.store.table.errors import UnprocessedKeysError, code_of
from shared.store.table.items import Item, NameItem

ItemT = TypeVar("ItemT", bound=Item)
Key = tuple[str, str]
"""Partition key and sort key."""

_BATCH = 100
_WRITTEN_AT_ONCE = 25
_ATTEMPTS = 6
_CONDITION_FAILED = "ConditionalCheckFailedException"


class Table:
    """The store's way to DynamoDB: typed items, reads that leave nothing unread, writes under conditions."""

    def __init__(
        self,
        name: str,
        *,
        region: str | None = None,
        host: str | None = None,
        connection: TableConnection | None = None,
    ) -> None:
        self.name = name
        options = {"table_name": name, "region": region, "host": host}
        self._meta = {
            **{key: value for key, value in options.items() if value is not None},
            "connect_timeout_seconds": 2,
            "read_timeout_seconds": 5,
            "max_retry_attempts": 5,
        }
        self._bound: dict[type[Item], Any] = {}
        self._connection = connection

    @property
    def connection(self) -> TableConnection:
        """The one connection that all kinds share."""
        self.of(NameItem)
        assert self._connection is not None  # noqa: S101  binding a kind makes it
        return self._connection

    def of(self, kind: type[ItemT]) -> type[ItemT]:
        """The kind of item, bound to this table."""
        bound: type[ItemT] | None = self._bound.get(kind)
        if bound is None:
            bound = self._bound[kind] = self._bind(kind)
        return bound

    def _bind(self, kind: type[Item]) -> Any:
        """PynamoDB looks into all that one class of a table has; the others have its table, and what their kind has."""
        meta: Any
        if kind is not NameItem:
            meta = self.of(NameItem).Meta
            return type.__new__(type(kind), kind.__name__, (kind,), {"Meta": meta, "_connection": self._connection})
        meta = type("Meta", (), dict(self._meta))
        bound: Any = type(kind.__name__, (kind,), {"Meta": meta, "_connection": self._connection})
        if self._connection is None:
            self._connection = bound._get_connection()  # noqa: SLF001  PynamoDB's only way to it
            session = self._connection.connection.session
            # Who calls is said once here. Botocore puts that text together twice a call: a sixth of its work.
            session.set_default_client_config(Config(user_agent=session.user_agent()))
        return bound

    def new(self, kind: type[ItemT], pk: str, sk: str, **attributes: Any) -> ItemT:
        """A new item of a kind, not yet written."""
        return self.of(kind)(pk, sk, kind=kind.KIND, **attributes)

    def read(self, kind: type[ItemT], raw: dict[str, Any]) -> ItemT:
        """An item from what DynamoDB returned."""
        return self.of(kind).from_raw_data(raw)

    def get(self, kind: type[ItemT], pk: str, sk: str, *, consistent: bool = True) -> ItemT | None:
        """One item, or None."""
        raw = self.connection.get_item(pk, sk, consistent_read=consistent).get("Item")
        return None if raw is None else self.read(kind, raw)

    def get_many(self, keys: Iterable[Key], *, consistent: bool = True) -> dict[Key, dict[str, Any]]:
        """Items of any kind, raw, by key; keys that DynamoDB leaves unprocessed are asked for again."""
        wanted = sorted(set(keys))
        items: dict[Key, dict[str, Any]] = {}
        for start in range(0, len(wanted), _BATCH):
            items.update(self._get_batch(wanted[start : start + _BATCH], consistent=consistent))
        return items

    def _get_batch(self, keys: Sequence[Key], *, consistent: bool) -> dict[Key, dict[str, Any]]:
        items: dict[Key, dict[str, Any]] = {}
        for attempt in range(_ATTEMPTS):
            wanted: Any = [{names.PK: pk, names.SK: sk} for pk, sk in keys]
            answer = self.connection.batch_get_item(wanted, consistent_read=consistent)
            for raw in answer.get("Responses", {}).get(self.name, []):
                items[raw[names.PK]["S"], raw[names.SK]["S"]] = raw
            unread = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            if not unread:
                return items
            keys = [(key[names.PK]["S"], key[names.SK]["S"]) for key in unread]
            time.sleep(0.05 * 2**attempt)
        raise UnprocessedKeysError(len(keys))

    def query(  # noqa: PLR0913  what to read, and bounds, each by its name
        self,
        kind: type[ItemT],
        pk: str,
        *,
        begins: str | None = None,
        after: str | None = None,
        until: str | None = None,
        consistent: bool = True,
    ) -> Iterator[ItemT]:
        """Items of one partition in the order of their sort keys, over all pages.

        `after` and `until` bound those that begin so: the first is left out, the second is not.
        """
        model = self.of(kind)
        condition: Condition | None = None
        if begins is not None and (after is not None or until is not None):
            floor = begins if after is None else after + "\0"
            condition = model.sk.between(floor, until or begins + "\U0010ffff")
        elif begins is not None:
            condition = model.sk.startswith(begins)
        yield from model.query(pk, range_key_condition=condition, consistent_read=consistent)

    def raw(self, pk: str, begins: str = "") -> Iterator[dict[str, Any]]:
        """Items of one partition as DynamoDB has them, whether or not they can be read."""
        start = None
        condition = self.of(NameItem).sk.startswith(begins) if begins else None
        while True:
            answer = self.connection.query(
                pk, range_key_condition=condition, consistent_read=True, exclusive_start_key=start
            )
            yield from answer["Items"]
            start = answer.get("LastEvaluatedKey")
            if not start:
                return

    def due(self, due_pk: str, until: str) -> Iterator[Key]:
        """Keys of the items that are due by a moment, earliest first."""
        model = self.of(NameItem)
        items: Iterator[Any] = model.due.query(due_pk, model.due_at <= until)
        for item in items:
            yield item.pk, item.sk

    def put(self, item: Item, condition: Condition | None = None) -> bool:
        """Write an item; False where its condition does not hold."""
        try:
            self.connection.put_item(item.pk, item.sk, attributes=item.serialize(), condition=condition)
        except PutError as error:
            if code_of(error) == _CONDITION_FAILED:
                return False
            raise
        return True

    def delete_where(self, kind: type[Item], key: Key, condition: Condition) -> bool:
        """Delete one item; False where its condition does not hold."""
        try:
            self.of(kind)(*key).delete(condition)
        except DeleteError as error:
            if code_of(error) == _CONDITION_FAILED:
                return False
            raise
        return True

    def delete(self, keys: Iterable[Key]) -> None:
        """Delete items, wherever they are still there; what DynamoDB leaves undone is asked for again."""
        wanted = list(dict.fromkeys(keys))
        for start in range(0, len(wanted), _WRITTEN_AT_ONCE):
            self._delete_batch(wanted[start : start + _WRITTEN_AT_ONCE])

    def _delete_batch(self, keys: Sequence[Key]) -> None:
        for attempt in range(_ATTEMPTS):
            items = [{names.PK: pk, names.SK: sk} for pk, sk in keys]
            answer = self.connection.batch_write_item(delete_items=items)
            left = answer.get("UnprocessedItems", {}).get(self.name, [])
            if not left:
                return
            undone = [each["DeleteRequest"]["Key"] for each in left]
            keys = [(key[names.PK]["S"], key[names.SK]["S"]) for key in undone]
            time.sleep(0.05 * 2**attempt)
        raise UnprocessedKeysError(len(keys))

    def scan(self, kind: type[ItemT], *, after: Key | None = None) -> Iterator[tuple[list[dict[str, Any]], Key | None]]:
        """Raw items of a kind over the whole table, page by page, each with where the next page begins (None: done)."""
        start = _start(after)
        while True:
            answer = self.connection.scan(
                Item.kind == kind.KIND,
                exclusive_start_key=start,  # type: ignore[arg-type]  # PynamoDB calls a key a text
                consistent_read=True,
            )
            start = answer.get("LastEvaluatedKey")
            yield answer["Items"], (start[names.PK]["S"], start[names.SK]["S"]) if start else None
            if not start:
                return


def _start(after: Key | None) -> dict[str, Any] | None:
    return None if after is None else {names.PK: {"S": after[0]}, names.SK: {"S": after[1]}}
