"""What a month costs at three sizes, from measured request units and list prices."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.bench import prices
from tests.bench.simulation import Measured

PER_DAY, WORKDAYS = 100, 21
TRANSITIONS_A_DAY = 4
RECORD_SECONDS, OTHER_SECONDS = 0.15, 0.2
"""Billed for one event alone in its batch, and for one summary or one message; 512 MB."""
YEAR = 250
COLD = 0.25
"""Of the advances, those whose function remembers nothing: Lambda does not say how long it keeps one warm, so this is
our guess for events some minutes apart."""
WARM_READS = 28
"""Two days of events that are not sealed, each in a segment of its own (some 400 bytes), and what tells what is new."""


class Size(NamedTuple):
    """How many flywheels of a hundred events a working day."""

    name: str
    flywheels: int


SIZES = (Size("a team", 1), Size("50 teams", 50), Size("1,000 teams", 1_000))


def bill(size: Size, measured: Measured, writes: float, idle: float) -> dict[str, float]:
    """By service, with a year of history in the table and every event alone in its batch (the dearest case)."""
    events = size.flywheels * PER_DAY * WORKDAYS
    transitions = size.flywheels * TRANSITIONS_A_DAY * WORKDAYS
    facts = PER_DAY * YEAR
    everything = facts * (measured.bytes_per_event + measured.derived_bytes_per_event) / 4096
    reads = WARM_READS + COLD * everything
    advance = measured.seconds_per_advance + facts * measured.seconds_per_fact
    seconds = events * (RECORD_SECONDS * 0.5 + advance) + transitions * 2 * OTHER_SECONDS * 0.5
    stored = size.flywheels * facts * 700 / 1e9
    return {
        "writes": events * writes * prices.WRITE,
        "reads": events * reads * prices.READ,
        "Lambda": seconds * prices.GB_SECOND + (events * 2 + transitions * 2) * prices.INVOCATION,
        "bus, queues, archive, logs, traces": events
        * (prices.BUS_EVENT + 3 * prices.QUEUE_REQUEST + 3 * prices.TRACE + 1e-6 * (prices.ARCHIVED + prices.LOG_GB)),
        "storage and recovery": stored * prices.STORED,
        "idle": idle,
    }


def lines(measured: Measured, writes: float, idle: float) -> Iterator[str]:
    """A table for the terminal and for docs/performance.md."""
    yield f"A month ({prices.LISTED}; {PER_DAY} events a working day and team, a year of history):"
    for size in SIZES:
        parts = bill(size, measured, writes, idle)
        told = ", ".join(f"{name} ${cost:,.2f}" for name, cost in parts.items())
        yield f"  {size.name}: ${sum(parts.values()):,.2f} — {told}"
