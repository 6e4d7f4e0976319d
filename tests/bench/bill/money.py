"""What a month costs at three sizes, from measured request units and list prices."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.bench.bill import prices
from tests.bench.bill.costs import Measured
from tests.bench.figure import NONE, Row, row

PER_DAY, WORKDAYS = 100, 21
CORE = 1769 / 1024
"""Of the seconds of one core those of a function of 1 GB, which has a share of one
(docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html)."""
RECORD_SECONDS, OTHER_SECONDS = 0.15, 0.2
"""Billed for one event alone in its batch, and for one summary or one message; 512 MB."""
YEAR = 250
WEBHOOK_SECONDS, WEBHOOK_LOG_GB = 0.06, 0.8e-6
"""Billed for a delivery at 1 GB, and what it leaves in the logs of the API and of the function."""
COLD = 0.25
"""Of the advances, those whose function remembers nothing: Lambda does not say how long it keeps one warm, so this is
our guess for events some minutes apart."""
WARM_READS = 28
"""Two days of events that are not sealed, each in a segment of its own (some 400 bytes), and what tells what is new."""


class Size(NamedTuple):
    """How many flywheels of a hundred events a working day."""

    name: str
    flywheels: int


MILLION = Size("a million events", round(prices.MILLION / (PER_DAY * WORKDAYS)))
SIZES = (Size("a team", 1), Size("50 teams", 50), Size("1,000 teams", 1_000))


def bill(size: Size, measured: Measured, writes: float, idle: float) -> dict[str, float]:
    """By service, with a year of history in the table and every event alone in its batch (the dearest case)."""
    events = size.flywheels * PER_DAY * WORKDAYS
    transitions = events * measured.transitions_per_event
    facts = PER_DAY * YEAR
    everything = facts * (measured.bytes_per_event + measured.derived_bytes_per_event) / 4096
    reads = WARM_READS + COLD * everything
    advance = COLD * measured.cold.of(facts) + (1 - COLD) * measured.warm.of(facts)
    folded = events * advance + transitions * measured.summary.of(facts)
    seconds = folded * CORE + (events * RECORD_SECONDS + transitions * 2 * OTHER_SECONDS) * 0.5
    stored = size.flywheels * facts * 700 / 1e9
    return {
        "writes": events * writes * prices.WRITE,
        "reads": events * reads * prices.READ,
        "Lambda": seconds * prices.GB_SECOND + (events * 2 + transitions * 2) * prices.INVOCATION,
        "bus, queues, archive, logs": events
        * (prices.BUS_EVENT + 3 * prices.QUEUE_REQUEST + 1e-6 * (prices.ARCHIVED + prices.LOG_GB)),
        "storage and recovery": stored * prices.STORED,
        "idle": idle,
    }


def of_webhooks(events: int) -> float:
    """What so many deliveries cost before they are on the bus, where they cost what the others do."""
    function = WEBHOOK_SECONDS * prices.GB_SECOND + prices.INVOCATION
    return events * (prices.HTTP_REQUEST + function + WEBHOOK_LOG_GB * prices.LOG_GB)


def rows(measured: Measured, writes: float, idle: float) -> Iterator[Row]:
    """What a month costs a team, fifty, a thousand, from write units of an event and an idle month's dollars."""
    for size in SIZES:
        parts = bill(size, measured, writes, idle)
        listed = ", ".join(f"{name} ${cost:,.2f}" for name, cost in parts.items())
        yield row(f"a month of {size.name}, a year of history", "$", NONE, sum(parts.values()), listed)
    by_bus = sum(bill(MILLION, measured, writes, 0.0).values())
    by_webhook = by_bus + of_webhooks(prices.MILLION)
    yield row("a million events by the bus, idle not counted", "$", NONE, by_bus, prices.LISTED)
    yield row("a million events by webhooks, idle not counted", "$", NONE, by_webhook)
    yield row("traced, a million events more", "$", NONE, 3 * prices.TRACE * prices.MILLION)
