"""`make bench`: the figures to reach, measured here and now, each with its bar, the spread of its rounds and a verdict.

Floors are measured in the same run, so that ratios hold on any machine; times are CPU seconds unless a row says
otherwise. `--full` takes the sizes that the bars name (two years, 10⁶ events), and most of an hour. Names of sections
measure those alone.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table as Printed

from tests.bench.catalogue import SECTIONS, Section
from tests.bench.figure import Row, number
from tests.bench.ground.surroundings import FULL, USUAL, Surroundings

_STYLES = {"hoped for": "green", "reached": "green", "MISSED": "bold red", "not measured": "yellow", "no bar": "dim"}


def main() -> int:
    """Measure, print; 0 whatever the verdicts: this measures, it does not judge a commit."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="the sizes that the bars name")
    parser.add_argument("--rounds", type=int, default=USUAL.rounds, help="of each row that is timed")
    names = [section.name for section in SECTIONS]
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(names)}; all, if none is named")
    asked = parser.parse_args()
    if unknown := set(asked.sections) - set(names):
        parser.error(f"no section {', '.join(sorted(unknown))}: there are {', '.join(names)}")
    began = time.monotonic()
    chosen = [section for section in SECTIONS if not asked.sections or section.name in asked.sections]
    sizes = (FULL if asked.full else USUAL)._replace(rounds=asked.rounds)
    with Surroundings(sizes) as ground:
        rows = list(measured(chosen, ground))
    printed(rows)  # once no handler of these surroundings keeps standard output for itself
    sys.stderr.write(f"{time.monotonic() - began:.0f} s in all\n")
    return 0


def measured(sections: Sequence[Section], ground: Surroundings) -> Iterator[Row]:
    """The rows, section by section; on standard error how long each takes."""
    for section in sections:
        began, busy = time.monotonic(), time.process_time()
        yield from section.rows(ground)
        seconds, cpu = time.monotonic() - began, time.process_time() - busy
        sys.stderr.write(f"{section.name}: {seconds:.0f} s, {cpu:.0f} of them of this process's CPU\n")


def printed(rows: Sequence[Row]) -> None:
    """The table, and below it what there is to say of some rows."""
    console = Console(width=max(150, Console().width))
    table = Printed("what", "measured", "least – most (rounds)", "grows as", "bar", "hoped for", "verdict")
    for row in rows:
        grows = "" if row.growth is None else f"size^{number(row.growth)}"
        verdict = f"[{_STYLES[row.verdict]}]{row.verdict}[/]"
        table.add_row(row.what, row.measured, row.spread, grows, row.bar.words, row.bar.hoped, verdict)
    console.print(table)
    for row in rows:
        for note in row.notes:
            console.print(f"· {row.what}: {note}", highlight=False, markup=False)


if __name__ == "__main__":
    sys.exit(main())
