"""`make bench`: every row of the figures to reach, measured here and now, with its bar and its verdict.

Peers and floors are measured in the same run, so that ratios hold on any machine. `--full` takes the sizes that the
bars name (10⁶ events in memory, 10⁵ imported), and minutes.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import ParamSpec, TypeVar

from rich.console import Console
from rich.table import Table as Printed

from cli.embedded.assembly import assembly
from engine import available, dynamodb_local
from tests.bench import (
    advancing,
    answering,
    bundles,
    figure,
    files,
    folding,
    idling,
    importing,
    money,
    reading,
    simulation,
    starting,
    warming,
    writing,
)
from tests.bench.driven import driven
from tests.bench.figure import Row
from tests.bench.metering import Meter, metered
from tests.bench.mix import Days

P = ParamSpec("P")
T = TypeVar("T")
TABLE = "flywheel"
_STYLES = {"hoped for": "green", "reached": "green", "MISSED": "bold red", "not measured": "yellow"}
_UNITS = (
    ("write units per event, whole path", writing.BURSTS),
    ("the same, single events far apart", writing.SINGLE),
    ("read units per advance", reading.ADVANCE),
    ("one advance, 100 events a day, CPU seconds", advancing.ADVANCES),
    ("report: read units; time", reading.REPORT),
    ("import through the stack", importing.IMPORT),
    ("warm `record` of one event", warming.WARM),
)


def main() -> int:
    """Measure, print; 0 whatever the verdicts: this measures, it does not judge a commit."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="the sizes that the bars name; takes minutes")
    full = parser.parse_args().full
    began = time.monotonic()
    bench = Bench(full=full)
    rows = list(bench.rows())
    _print(rows, list(bench.money()), time.monotonic() - began)
    return 0


class Bench:
    """All rows, in the order of the figures to reach."""

    def __init__(self, *, full: bool) -> None:
        self.full = full
        self._resources = idling.resources_of(assembly({"stage": "dev", "retain_data": "false"}))
        self._functions = idling.functions_of(self._resources)
        self._idle = idling.idle(self._resources)
        self.measured: simulation.Measured | None = None
        self._writes = 0.0

    def rows(self) -> Iterator[Row]:
        """Each as soon as it is measured; progress on standard error."""
        reason = available()
        if reason:
            yield from (figure.lacking(what, bar, reason) for what, bar in _UNITS)
        else:
            yield from self._on_dynamodb()
        yield _told(reading.sealed_bytes, Days())
        yield _told(folding.folds, (100_000, 1_000_000) if self.full else (20_000, 80_000))
        yield _told(files.reports, (100_000, 1_000_000) if self.full else (20_000,), 5 if self.full else 3)
        yield _told(files.commands, 5)
        yield _told(starting.starts, self._functions, 15 if self.full else 5)
        yield _told(answering.answers, 15 if self.full else 5)
        yield _told(bundles.bundles, self._functions)
        yield self._idle
        if self.measured is not None:
            yield _told(simulation.simulate, self.measured)

    def _on_dynamodb(self) -> Iterator[Row]:
        days = Days()
        with ExitStack() as stack:
            meter: Meter = stack.enter_context(metered(stack.enter_context(dynamodb_local())))
            handlers = stack.enter_context(driven(meter, TABLE))
            _told(writing.filled, handlers, days)
            yield _told(writing.bursts, handlers, days)
            single = _told(writing.singles, handlers, days)
            yield single
            self._writes = float(single.measured.split(" / ")[0])
            yield _told(reading.advances, handlers, days, TABLE)
            yield _told(warming.records, handlers, days, TABLE)
            self.measured = _told(reading.costs, handlers, days, TABLE)
        with ExitStack() as stack:
            meter = stack.enter_context(metered(stack.enter_context(dynamodb_local())))
            yield _told(advancing.advances, meter, (35, 365, 730) if self.full else (35, 120))
            yield _told(reading.reports, meter, (10_000, 1_000_000) if self.full else (10_000, 30_000))
            yield _told(importing.imports, meter, (10_000, 100_000) if self.full else (1_000, 3_000))

    def money(self) -> Iterator[str]:
        """What a month costs, where units were measured."""
        if self.measured is not None:
            idle = float(self._idle.measured.removeprefix("$").partition(",")[0])
            yield from money.lines(self.measured, self._writes, idle)


def _told(measure: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Measure, and say what is being measured and how long it took."""
    name = f"{measure.__module__.rpartition('.')[2]}.{measure.__name__}"
    began = time.monotonic()
    result = measure(*args, **kwargs)
    sys.stderr.write(f"{name}: {time.monotonic() - began:.0f} s\n")
    return result


def _print(rows: list[Row], bill: list[str], seconds: float) -> None:
    console = Console(width=max(140, Console().width))
    printed = Printed("what", "bar", "hoped for", "measured", "verdict", show_lines=True)
    for row in rows:
        style = _STYLES[row.verdict]
        printed.add_row(row.what, row.bar.words, row.bar.hoped, row.measured, f"[{style}]{row.verdict}[/]")
    console.print(printed)
    for row in rows:
        for note in row.notes:
            console.print(f"· {row.what}: {note}", highlight=False, markup=False)
    for line in bill:
        console.print(line, highlight=False, markup=False)
    console.print(f"{seconds:.0f} s", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
