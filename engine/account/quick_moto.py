"""moto made quick, with the same answers: a replay of months would otherwise take hours.

moto reads and sorts the whole table for a query of one partition, measures each item of it anew, tries dozens of
spellings for each attribute that it writes into an answer, and counts a queue's messages whenever one is sent or
received. All of this is linear in what is stored, so a replay is quadratic. A template it reads as YAML first, and only
then as the JSON that it is, which takes seconds.
"""

import base64
import functools
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any, Final
from unittest.mock import patch

from botocore import useragent
from moto.cloudformation.models import ChangeSet, Stack
from moto.core.utils import camelcase_to_underscores, method_names_from_class
from moto.dynamodb.comparisons import get_comparison_func
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoResult
from moto.sqs import models as sqs_models
from moto.sqs.models import Message, SQSBackend

from engine.clock import epoch_seconds

_parse_template: Final = Stack.parse_template
_query: Final = Table.query
_size_of: Final = Item.size
_update_item: Final = DynamoDBBackend.update_item
_SIZE: Final = "size once measured"


@contextmanager
def quick() -> Iterator[None]:
    """For as long as this lasts."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(Stack, "parse_template", staticmethod(_template)))
        stack.enter_context(patch.object(ChangeSet, "_parse_template", _parsed))
        stack.enter_context(patch.object(Table, "query", _query_of_partition))
        stack.enter_context(patch.object(Item, "size", _size))
        stack.enter_context(patch.object(DynamoDBBackend, "update_item", _updated))
        stack.enter_context(patch.object(DynamoResult, "execute_result", _as_json))
        cached = functools.cache(method_names_from_class)
        stack.enter_context(patch("moto.core.responses.method_names_from_class", cached))
        stack.enter_context(patch.object(SQSBackend, "is_message_valid_based_on_retention_period", _is_retained))
        spelt = functools.cache(camelcase_to_underscores)
        stack.enter_context(patch("moto.sqs.models.camelcase_to_underscores", spelt))
        stack.enter_context(patch("moto.core.responses.camelcase_to_underscores", spelt))
        written = functools.cache(useragent.sanitize_user_agent_string_component)
        stack.enter_context(patch.object(useragent, "sanitize_user_agent_string_component", written))
        yield


def _template(text: str) -> dict[str, Any]:
    """A template as JSON where it is JSON, else as moto reads it."""
    try:
        read: dict[str, Any] = json.loads(text)
    except ValueError:
        return _parse_template(text)
    return read


def _parsed(changes: ChangeSet) -> None:
    changes.template_dict = _template(changes.template)


def _query_of_partition(table: Table, hash_key: DynamoType | None, *args: Any, **kwargs: Any) -> Any:
    """moto's query, shown only what can be in its answer: of the partition what fits, or the items of the index."""
    index = kwargs.get("index_name") or (args[6] if len(args) > 6 else None)
    shown = _indexed(table, str(index)) if index is not None else _fitting(_partition(table, hash_key), *args[:2])
    vars(table)["all_items"] = lambda: shown
    try:
        return _query(table, hash_key, *args, **kwargs)
    finally:
        del vars(table)["all_items"]


def _partition(table: Table, hash_key: DynamoType | None) -> list[Item]:
    stored: Any = table.items.get(hash_key)
    if stored is None:
        return []
    return list(stored.values()) if table.range_key_attr else [stored]


def _fitting(partition: list[Item], comparison: str | None = None, values: Sequence[DynamoType] = ()) -> list[Item]:
    """In the order of their sort keys, the items that a condition on it lets through, and one on either side.

    moto looks at those neighbours too, to know whether a page is the last. Only text is compared here.
    """
    if not all(item.range_key is not None and item.range_key.type == "S" for item in partition):
        return partition
    inside = sorted(partition, key=_sort_key)
    if comparison is None:
        return inside
    fits, wanted = get_comparison_func(comparison), [each.value for each in values]
    places = [place for place, item in enumerate(inside) if fits(_sort_key(item), *wanted)]
    return inside[max(0, places[0] - 1) : places[-1] + 2] if places else []


def _sort_key(item: Item) -> str:
    key: Any = item.range_key
    return str(key.value)


def _size(item: Item) -> int:
    """The bytes of an item, measured once: a put makes another item, and an update measures anew."""
    known: int | None = vars(item).get(_SIZE)
    if known is None:
        known = vars(item)[_SIZE] = _size_of(item)
    return known


def _updated(backend: DynamoDBBackend, *args: Any, **kwargs: Any) -> Item:
    item = _update_item(backend, *args, **kwargs)
    vars(item).pop(_SIZE, None)
    return item


def _indexed(table: Table, name: str) -> list[Item]:
    keys = [key["AttributeName"] for index in table.all_indexes() if index.name == name for key in index.schema]
    stored: Any = table.items.values()
    items = (item for group in stored for item in (group.values() if table.range_key_attr else [group]))
    return [item for item in items if all(key in item.attrs for key in keys)]


def _is_retained(backend: SQSBackend, queue_name: str, message: Message) -> bool:
    """Whether the queue still keeps a message, from the one attribute that says so."""
    seconds: int = vars(backend.get_queue(queue_name))["message_retention_period"]
    sent: Any = message.sent_timestamp
    return bool(vars(sqs_models)["unix_time"]() < seconds + sent / 1000)


def _as_json(result: DynamoResult, _context: Any) -> tuple[int, dict[str, str], str]:
    """The answer as it stands: it already has the API's shape."""
    body = json.dumps(result.result, default=_plain)
    return 200, {"Content-Type": "application/x-amz-json-1.0"}, body


def _plain(value: Any) -> Any:
    """What JSON has no form for, as DynamoDB's protocol writes it: bytes in base 64, moments in seconds."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):  # moto's are UTC and do not say so
        return epoch_seconds(value.replace(tzinfo=UTC))
    raise TypeError(f"{type(value).__name__} in an answer of DynamoDB")
