"""One table at run time: the item kinds bound to it, over a single connection that opens on first use."""

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from pynamodb.connection import TableConnection
from pynamodb.exceptions import DeleteError, PutError, UpdateError
from pynamodb.expressions.condition import Condition

from shared.store import names
from shared.store.errors import UnprocessedKeysError
from shared.store.items import Item, NameItem

ItemT = TypeVar("ItemT", bound=Item)
Key = tuple[str, str]
"""Partition key and sort key."""

_BATCH = 100
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
        self._bound: dict[type[Item], type[Item]] = {}
        self._connection = connection

    @property
    def connection(self) -> TableConnection:
        """The one connection that all kinds share."""
        self.of(NameItem)
        assert self._connection is not None  # noqa: S101  binding a kind makes it
        return self._connection

    def of(self, kind: type[ItemT]) -> type[ItemT]:
        """The kind of item, bound to this table."""
        bound = self._bound.get(kind)
        if bound is None:
            meta = type("Meta", (), dict(self._meta))
            bound = type(kind.__name__, (kind,), {"Meta": meta, "_connection": self._connection})
            self._bound[kind] = bound
            if self._connection is None:
                self._connection = bound._get_connection()  # noqa: SLF001  PynamoDB's only way to it
        return bound  # type: ignore[return-value]

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
        found: dict[Key, dict[str, Any]] = {}
        for start in range(0, len(wanted), _BATCH):
            found.update(self._get_batch(wanted[start : start + _BATCH], consistent=consistent))
        return found

    def _get_batch(self, keys: Sequence[Key], *, consistent: bool) -> dict[Key, dict[str, Any]]:
        found: dict[Key, dict[str, Any]] = {}
        for attempt in range(_ATTEMPTS):
            wanted: Any = [{names.PK: pk, names.SK: sk} for pk, sk in keys]
            answer = self.connection.batch_get_item(wanted, consistent_read=consistent)
            for raw in answer.get("Responses", {}).get(self.name, []):
                found[raw[names.PK]["S"], raw[names.SK]["S"]] = raw
            unread = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            if not unread:
                return found
            keys = [(key[names.PK]["S"], key[names.SK]["S"]) for key in unread]
            time.sleep(0.05 * 2**attempt)
        raise UnprocessedKeysError(len(keys))

    def query(
        self,
        kind: type[ItemT],
        pk: str,
        *,
        begins: str | None = None,
        after: str | None = None,
        consistent: bool = True,
    ) -> Iterator[ItemT]:
        """Items of one partition in the order of their sort keys, over all pages."""
        model = self.of(kind)
        condition: Condition | None = None
        if after is not None and begins is not None:
            condition = model.sk.between(after + "\0", begins + "\U0010ffff")
        elif begins is not None:
            condition = model.sk.startswith(begins)
        yield from model.query(pk, range_key_condition=condition, consistent_read=consistent)

    def due(self, due_pk: str, until: str) -> Iterator[Key]:
        """Keys of the items that are due by a moment, earliest first."""
        model = self.of(NameItem)
        found: Iterator[Any] = model.due.query(due_pk, model.due_at <= until)
        for item in found:
            yield item.pk, item.sk

    def put(self, item: Item, condition: Condition | None = None) -> bool:
        """Write an item; False where its condition does not hold."""
        try:
            item.save(condition)
        except (PutError, UpdateError, DeleteError) as error:
            if error.cause_response_code == _CONDITION_FAILED:
                return False
            raise
        return True
