"""Recursive loops: how often each function was invoked in one chain of requests, counted and stopped as Lambda does.

Lambda writes into the trace header that a function finds in its environment (`Lineage`) how often the chain has come
through each function. The SDK sends the header along with every call, SQS and SNS keep it with the message, and the
next function gets it again. Where a function has been invoked 16 times in a chain, the next invocation is refused.
What goes through EventBridge or DynamoDB begins a chain of its own.

Of a batch the longest chain counts, for all of its messages: AWS says nothing of it, and this is the strictest reading.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

MOST: Final = 16
"""Invocations of one function in a chain; the next one is stopped."""
VARIABLE: Final = "_X_AMZN_TRACE_ID"
"""Where a function finds its trace header, and the SDK too."""
_LINEAGE: Final = "Lineage="

Lineage = Mapping[str, int]
"""Hash of a function's ARN → how often the chain has come through it."""


def mark_of(function_arn: str) -> str:
    """How a lineage names a function: eight hexadecimal digits."""
    return hashlib.sha256(function_arn.encode()).hexdigest()[:8]


def lineage_of(headers: Iterable[str]) -> dict[str, int]:
    """By function, the longest chain of any of these trace headers."""
    longest: dict[str, int] = {}
    for header in headers:
        parts = [part.removeprefix(_LINEAGE) for part in header.split(";") if part.startswith(_LINEAGE)]
        for mark, _, count in (each.partition(":") for part in parts for each in part.split(",")):
            longest[mark] = max(longest.get(mark, 0), int(count) if count.isdigit() else 0)
    return longest


def header_of(request_id: str, lineage: Lineage) -> str:
    """The trace header of an invocation: a root of its own, not sampled, and the lineage."""
    root = hashlib.sha256(request_id.encode()).hexdigest()
    counts = ",".join(f"{mark}:{count}" for mark, count in lineage.items())
    return f"Root=1-{root[:8]}-{root[8:32]};Parent={root[32:48]};Sampled=0;{_LINEAGE}{counts}"
