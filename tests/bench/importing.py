"""History through the stack, as `flywheel import` sends it: whether twice the events take twice the time and units."""

import gc
import time
from collections.abc import Sequence

from tests.bench.driven import driven
from tests.bench.figure import Bar, Row
from tests.bench.metering import Meter
from tests.bench.mix import Days

IMPORT = Bar("linear; nothing quadratic", "")
_SLACKENING = 1.5
"""Cost per event of the largest over that of the smallest that still counts as linear where others work too."""


def imports(meter: Meter, sizes: Sequence[int]) -> Row:
    """Each size into a table of its own, from the inbox to the summaries."""
    told = [_import(meter, size) for size in sizes]
    costs = [seconds / size for size, seconds, _, _ in told]
    writes = [units / size for size, _, units, _ in told]
    growth = max(costs[-1] / costs[0], writes[-1] / writes[0])
    shown = "; ".join(
        f"{size:,}: {size / seconds:.0f} events/s of CPU, {written / size:.2f} write, {read / size:.2f} read units each"
        for size, seconds, written, read in told
    )
    fastest = f"the cost of an event grows by {growth:.2f} at most (linear: ≤ {_SLACKENING})"
    return Row("import through the stack", IMPORT, shown, "reached" if growth <= _SLACKENING else "MISSED", (fastest,))


def _import(meter: Meter, size: int) -> tuple[int, float, float, float]:
    """Size, seconds, write units, read units."""
    days = Days()
    events = [event for number in range(size // 95 + 30) for event in days.day(number)][:size]
    with driven(meter, f"import-{size}") as handlers:
        gc.collect()
        meter.clear()
        began = time.process_time()
        handlers.deliver(events, days.at(size // 95 + 60))
        return size, time.process_time() - began, meter.written, meter.read
