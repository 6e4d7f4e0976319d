"""A table that is throttled, fails, and loses its answers, behind a client that tries again as botocore does."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any, Literal

from botocore.exceptions import ClientError, ReadTimeoutError
from pynamodb.exceptions import DeleteError, GetError, PutError, QueryError, UpdateError

from tests.unit.store.memory import MemoryConnection

Fault = Literal["throttled", "failed", "lost"]
FAULTS: tuple[Fault, ...] = ("throttled", "failed", "lost")
CODES = {"throttled": "ProvisionedThroughputExceededException", "failed": "InternalServerError"}
ERRORS = {
    "put_item": PutError,
    "delete_item": DeleteError,
    "update_item": UpdateError,
    "get_item": GetError,
    "batch_get_item": GetError,
    "batch_write_item": PutError,
    "query": QueryError,
}


class FlakyConnection:
    """Each attempt of each call goes wrong with probability `p`; after `retries` more the client gives up.

    Of a lost answer the call has taken place: the next attempt of a conditional write finds its own item.
    """

    def __init__(self, inner: MemoryConnection, chance: Random, p: float, retries: int) -> None:
        self.inner = inner
        self.chance = chance
        self.p = p
        self.retries = retries
        self.table_name = inner.table_name
        self.faults: Counter[str] = Counter()
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        return (lambda *args, **options: self._tried(name, found, args, options)) if name in ERRORS else found

    def _tried(self, name: str, call: Callable[..., Any], args: Any, options: Any) -> Any:
        self.calls += 1
        fault: Fault = "failed"
        for _ in range(1 + self.retries):
            if self.chance.random() >= self.p:
                return call(*args, **options)
            fault = self.chance.choice(FAULTS)
            self.faults[fault] += 1
            if fault == "lost":
                self._lost(call, args, options)
        self.faults["given up"] += 1
        raise ERRORS[name](f"{name}: {fault}", _cause(fault))

    def _lost(self, call: Callable[..., Any], args: Any, options: Any) -> None:
        try:
            call(*args, **options)
        except PutError:
            self.faults["refusals lost"] += 1


class ConflictingConnection:
    """Writes meet, with probability `p`, somebody else's: a transaction in progress, or the very same write by another
    process, faster by a moment, of which nothing was heard again."""

    def __init__(self, inner: MemoryConnection, chance: Random, p: float) -> None:
        self.inner = inner
        self.chance = chance
        self.p = p
        self.table_name = inner.table_name
        self.faults: Counter[str] = Counter()

    def put_item(self, hash_key: str, range_key: str, attributes: Any, condition: Any = None, **options: Any) -> Any:
        put = partial(self.inner.put_item, hash_key, range_key, attributes, condition, **options)
        if self.chance.random() < self.p:
            self._meet(put, condition)
        return put()

    def _meet(self, put: Callable[[], Any], condition: Any) -> None:
        if condition is not None and self.chance.random() < 0.7:
            self.faults["overtaken"] += 1
            put()
            return
        self.faults["conflict"] += 1
        code = "TransactionConflictException"
        raise PutError(code, ClientError({"Error": {"Code": code, "Message": code}}, "PutItem"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def _cause(fault: Fault) -> Exception:
    cause: Exception = (
        ReadTimeoutError(endpoint_url="http://dynamodb.invalid")
        if fault == "lost"
        else ClientError({"Error": {"Code": CODES[fault], "Message": CODES[fault]}}, "Operation")
    )
    return cause
