"""A DynamoDB table in memory, at the seam where PynamoDB calls it: fast enough for thousands of histories, and every
call can be watched, refused, or lost on its way back. It knows what the store uses, and refuses the rest.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import nsmallest
from random import Random
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.exceptions import DeleteError, PutError
from pynamodb.expressions.operand import Path, Value

from shared.store.table import names

Raw = dict[str, Any]
Watch = Callable[[str, str, Raw | None], None]
PAGE = 3
"""Items per page, so that every query of some size has several."""


def refused(code: str, operation: str = "PutItem") -> PutError | DeleteError:
    """What PynamoDB raises where DynamoDB answers with an error."""
    cause = ClientError({"Error": {"Code": code, "Message": code}}, operation)
    return (DeleteError if operation == "DeleteItem" else PutError)(code, cause)


class Rows(dict[tuple[str, str], Raw]):
    """Items by key, the sort keys of each partition in order, so that a query looks at no others, and all that were."""

    def __init__(self) -> None:
        super().__init__()
        self.order: defaultdict[str, list[str]] = defaultdict(list)
        self._past: defaultdict[str, defaultdict[str, list[Raw | None]]] = defaultdict(
            lambda: defaultdict(lambda: [None])
        )

    def __setitem__(self, key: tuple[str, str], row: Raw) -> None:
        is_new = key not in self
        super().__setitem__(key, row)
        if is_new:
            insort(self.order[key[0]], key[1])
        self._past[key[0]][key[1]].append(row)

    def __delitem__(self, key: tuple[str, str]) -> None:
        super().__delitem__(key)
        keys = self.order[key[0]]
        del keys[bisect_left(keys, key[1])]
        self._past[key[0]][key[1]].append(None)

    def lagging(self, pk: str, chance: Random) -> list[Raw]:
        """A partition as replicas may have it that lag behind, each item as of another time."""
        rows = (past[-1] if chance.random() < 0.7 else chance.choice(past) for past in self._past[pk].values())
        return [row for row in rows if row is not None]

    def pop(self, key: tuple[str, str], default: Any = None) -> Any:
        """Take a row out; None, or what is given, where there is none."""
        found = self.get(key, default)
        if key in self:
            del self[key]
        return found


class MemoryConnection:
    """Stands in for `TableConnection`. `before` and `after` see each call: its operation, place, and item written."""

    def __init__(self, table_name: str = "memory") -> None:
        self.table_name = table_name
        self.rows = Rows()
        self.before: Watch = lambda *_: None
        self.after: Watch = lambda *_: None
        self.lag: Random | None = None
        """By which chance queries that are not consistent lag behind; None: they never do."""
        self.inserted: list[Raw] = []
        """Images as the stream tells of them, of items that were not there before."""
        self.told: list[tuple[str, Raw]] = []
        """The whole stream: each change with its name, `INSERT` or `MODIFY`; nothing of a put that changed nothing."""

    def shared(self) -> "MemoryConnection":
        """Another connection to the same table."""
        other = MemoryConnection(self.table_name)
        other.rows = self.rows
        return other

    def put_item(
        self, hash_key: str, range_key: str, attributes: Raw, condition: Any = None, **options: Any
    ) -> dict[str, Any]:
        assert not options
        item = {names.PK: {"S": hash_key}, names.SK: {"S": range_key}, **attributes}
        self.before("put", f"{hash_key} {range_key}", item)
        known = self.rows.get((hash_key, range_key))
        if condition is not None and not holds(condition, known or {}):
            raise refused("ConditionalCheckFailedException")
        self.rows[hash_key, range_key] = item
        if known is None:
            self.inserted.append(item)
        if known != item:
            self.told.append(("INSERT" if known is None else "MODIFY", item))
        self.after("put", f"{hash_key} {range_key}", item)
        return {}

    def delete_item(self, hash_key: str, range_key: str, condition: Any = None, **options: Any) -> dict[str, Any]:
        assert not {name for name, value in options.items() if value}
        self.before("delete", f"{hash_key} {range_key}", None)
        known = self.rows.get((hash_key, range_key))
        if condition is not None and not holds(condition, known or {}):
            raise refused("ConditionalCheckFailedException", "DeleteItem")
        self.rows.pop((hash_key, range_key), None)
        self.after("delete", f"{hash_key} {range_key}", None)
        return {}

    def get_item(self, hash_key: str, range_key: str, consistent_read: bool = False) -> dict[str, Any]:
        self.before("get", f"{hash_key} {range_key}", None)
        found = self.rows.get((hash_key, range_key))
        return {} if found is None else {"Item": dict(found)}

    def batch_get_item(self, keys: list[dict[str, str]], consistent_read: bool = False) -> dict[str, Any]:
        assert 1 <= len(keys) <= 100, len(keys)
        places = [(key[names.PK], key[names.SK]) for key in keys]
        assert len(set(places)) == len(places)
        self.before("batch_get", f"{len(keys)} keys", None)
        found = [dict(self.rows[place]) for place in places if place in self.rows]
        return {"Responses": {self.table_name: found}, "UnprocessedKeys": {}}

    def batch_write_item(self, delete_items: list[dict[str, str]]) -> dict[str, Any]:
        assert 1 <= len(delete_items) <= 25, len(delete_items)
        self.before("batch_write", f"{len(delete_items)} keys", None)
        for key in delete_items:
            self.rows.pop((key[names.PK], key[names.SK]), None)
        self.after("batch_write", f"{len(delete_items)} keys", None)
        return {"UnprocessedItems": {}}

    def scan(
        self, filter_condition: Any, exclusive_start_key: Any = None, consistent_read: bool = False
    ) -> dict[str, Any]:
        self.before("scan", "", None)
        last = ("", "")
        if exclusive_start_key:
            last = exclusive_start_key[names.PK]["S"], exclusive_start_key[names.SK]["S"]
        places = nsmallest(PAGE + 1, (place for place in self.rows if place > last))
        page = [self.rows[place] for place in places[:PAGE]]
        answer: dict[str, Any] = {"Items": [dict(row) for row in page if holds(filter_condition, row)]}
        if len(places) > PAGE:
            answer["LastEvaluatedKey"] = {names.PK: page[-1][names.PK], names.SK: page[-1][names.SK]}
        return answer

    def query(
        self,
        hash_key: str,
        range_key_condition: Any = None,
        index_name: str | None = None,
        exclusive_start_key: Any = None,
        **options: Any,
    ) -> dict[str, Any]:
        assert not {name for name, value in options.items() if value} - {"consistent_read"}
        self.before("query", hash_key, None)
        start = exclusive_start_key["place"]["N"] if exclusive_start_key else 0
        if index_name:
            rows = _chosen(self.rows.values(), (names.DUE_PK, names.DUE_AT), hash_key, range_key_condition)
        elif self.lag is not None and not options.get("consistent_read"):
            rows = _chosen(self.rows.lagging(hash_key, self.lag), (names.PK, names.SK), hash_key, range_key_condition)
        else:
            keys = self.rows.order[hash_key]
            first, end = _span(keys, range_key_condition)
            rows = [self.rows[hash_key, key] for key in keys[first : min(first + start + PAGE + 1, end)]]
        page = rows[start : start + PAGE]
        answer: dict[str, Any] = {"Items": [dict(row) for row in page], "Count": len(page), "ScannedCount": len(page)}
        if start + PAGE < len(rows):
            answer["LastEvaluatedKey"] = {"place": {"N": start + PAGE}}
        return answer


def _chosen(among: Iterable[Raw], keys: tuple[str, str], hash_key: str, condition: Any) -> list[Raw]:
    """Of any rows those with a key of a partition, or of an index, that a condition lets through, in their order."""
    (pk, sk), wanted = keys, {"S": hash_key}
    rows = [row for row in among if row.get(pk) == wanted and sk in row]
    return sorted(
        (row for row in rows if condition is None or holds(condition, row)), key=lambda row: str(row[sk]["S"])
    )


def _span(keys: Sequence[str], condition: Any) -> tuple[int, int]:
    """Where the sort keys that a condition lets through begin and end; text is in the order of its bytes in UTF-8."""
    if condition is None:
        return 0, len(keys)
    operand, *values = condition.values
    assert operand.path == [names.SK]
    one, *another = (value.value["S"] for value in values)
    spans: dict[str, Callable[[], tuple[int, int]]] = {
        "=": lambda: (bisect_left(keys, one), bisect_right(keys, one)),
        "<=": lambda: (0, bisect_right(keys, one)),
        "BETWEEN": lambda: (bisect_left(keys, one), bisect_right(keys, another[0])),
        "begins_with": lambda: (bisect_left(keys, one), bisect_right(keys, one, key=lambda key: key[: len(one)])),
    }
    return spans[condition.operator]()


def holds(condition: Any, row: Raw) -> bool:
    """Whether a condition of PynamoDB holds for a row (an empty one where there is no item)."""
    operator, values = condition.operator, condition.values
    if operator == "AND":
        return all(holds(value, row) for value in values)
    if operator in ("attribute_not_exists", "attribute_exists"):
        return bool((values[0].path[0] in row) == (operator == "attribute_exists"))
    left, *others = (_plain(value, row) for value in values)
    if left is None:
        return False
    told: dict[str, Callable[[], bool]] = {
        "=": lambda: left == others[0],
        "<=": lambda: left <= others[0],
        "BETWEEN": lambda: others[0] <= left <= others[1],
        "begins_with": lambda: left.startswith(others[0]),
    }
    return told[operator]()


def _plain(operand: Any, row: Raw) -> Any:
    raw = row.get(operand.path[0]) if isinstance(operand, Path) else operand.value
    assert isinstance(operand, Path | Value)
    if raw is None:
        return None
    ((sort, value),) = raw.items()
    return float(value) if sort == "N" else value.encode() if sort == "S" else value


def crashes(at: int, error: Exception) -> Callable[[str, str, Raw | None], None]:
    """Raise at the call with this number, counted from 0."""
    numbers: Iterator[int] = iter(range(10**9))

    def watch(operation: str, place: str, item: Raw | None) -> None:
        if next(numbers) == at:
            raise error

    return watch
