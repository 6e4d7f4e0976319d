"""What the store's tests run on: a table in this process, or one in DynamoDB Local, each new and watched in one way."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol, cast

from pynamodb.connection import TableConnection

from shared.store.table import names
from shared.store.table.table import Table
from tests.unit.store.memory import MemoryConnection, Raw, Watch

REGION = "eu-west-1"


class Connection(Protocol):
    """A table as `MemoryConnection` shows it; `inserted` are the images of what this connection wrote anew."""

    before: Watch
    after: Watch
    inserted: list[Raw]

    @property
    def rows(self) -> dict[tuple[str, str], Raw]: ...

    def shared(self) -> "Connection":
        """Another connection to the same table."""


class LocalConnection:
    """PynamoDB's own connection to a table in DynamoDB Local, watched as the one in memory is."""

    def __init__(self, inner: TableConnection) -> None:
        self.inner = inner
        self.table_name = inner.table_name
        self.before: Watch = lambda *_: None
        self.after: Watch = lambda *_: None
        self.inserted: list[Raw] = []

    def shared(self) -> "LocalConnection":
        """Another connection to the same table."""
        return LocalConnection(self.inner)

    @property
    def rows(self) -> dict[tuple[str, str], Raw]:
        """Every item, by its key."""
        pages = self.inner.connection.client.get_paginator("scan").paginate(TableName=self.table_name)
        return {(row[names.PK]["S"], row[names.SK]["S"]): row for page in pages for row in page["Items"]}

    def put_item(self, hash_key: str, range_key: str, attributes: Raw, condition: Any = None, **options: Any) -> Any:
        item = {names.PK: {"S": hash_key}, names.SK: {"S": range_key}, **attributes}
        self.before("put", f"{hash_key} {range_key}", item)
        answer = self.inner.put_item(
            hash_key, range_key, attributes, condition, **{**options, "return_values": "ALL_OLD"}
        )
        if not answer.get("Attributes"):
            self.inserted.append(item)
        self.after("put", f"{hash_key} {range_key}", item)
        return answer

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Every other operation, as it is."""
        method = getattr(self.inner, name)
        operation = name.removesuffix("_item")

        def watched(*told: Any, **options: Any) -> Any:
            keys = told[0] if told and isinstance(told[0], list) else options.get("delete_items")
            place = f"{len(keys)} keys" if keys else " ".join(each for each in told[:2] if isinstance(each, str))
            self.before(operation, place, None)
            answer = method(*told, **options)
            if operation in ("batch_write", "delete", "update"):
                self.after(operation, place, None)
            return answer

        return watched


class Local:
    """One DynamoDB Local; its tables are new whenever asked for, and gone with `forget`."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._client: Any = None
        self._made: list[str] = []
        self._count = 0

    def table(self, name: str | None = None) -> Table:
        """A new table, over a client that all share: making one takes longer than most tests."""
        self._count += 1
        table = Table(name or f"flywheel-{self._count}", region=REGION, host=self.endpoint)
        connection = table.connection.connection
        self._client = self._client or connection.client
        connection._client = self._client
        # A counted name is used once: where it is there already, a first request was answered too late and sent again.
        late = () if name else (self._client.exceptions.ResourceInUseException,)
        with suppress(*late):
            create_table(table.name, self._client)
        self._made.append(table.name)
        return table

    def connect(self) -> Connection:
        return LocalConnection(self.table().connection)

    def forget(self) -> None:
        for name in self._made:
            self._client.delete_table(TableName=name)
        self._made.clear()


def create_table(name: str, client: Any) -> None:
    """A table as `infra` makes it."""
    text = [{"AttributeName": n, "AttributeType": "S"} for n in (names.PK, names.SK, names.DUE_PK, names.DUE_AT)]
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=text,
        KeySchema=[{"AttributeName": names.PK, "KeyType": "HASH"}, {"AttributeName": names.SK, "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": names.DUE_INDEX,
                "KeySchema": [
                    {"AttributeName": names.DUE_PK, "KeyType": "HASH"},
                    {"AttributeName": names.DUE_AT, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )


def in_memory() -> Connection:
    return MemoryConnection()


connect: Callable[[], Connection] = in_memory
"""A connection to a new table; the fixture `engine` says where."""


def bound(connection: Connection) -> Table:
    """The store's table over a connection."""
    return Table(cast("Any", connection).table_name, connection=cast("TableConnection", connection))
