"""Reports of files: `flywheel report FILES --json` in a process of its own, from the first line to the last byte."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from events.times import rfc3339
from tests.bench.figure import Bar, Row, grown, row
from tests.bench.ground.mix import Days
from tests.bench.ground.surroundings import Surroundings

PROJECT = Path(__file__).parents[3]
SECONDS = Bar(35e-6, growth=1.1)
"""CPU of an event: 10⁵ in 3.5 s."""
MEMORY = Bar(400)
"""Megabytes, of 10⁶ and of fewer."""
HELP, REPORT = Bar(0.25), Bar(0.5)
_RUN = "import sys; from value_flywheel.launcher import main; sys.exit(main())"
_WATCHED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""
"""Between this process and the one that is watched: the most memory of a process counts that of whoever began it."""


def rows(ground: Surroundings) -> Iterator[Row]:
    """CPU seconds, and the most memory, for files of so many events."""
    seconds: dict[int, list[float]] = {}
    memory: dict[int, list[float]] = {}
    for size in ground.sizes.files:
        with tempfile.TemporaryDirectory(prefix="flywheel-bench-") as folder:
            file, as_of = _written(Path(folder), size)
            took = [_run("report", str(file), "--json", "--as-of", as_of) for _ in range(ground.sizes.rounds)]
        seconds[size], memory[size] = [each for each, _ in took], [each for _, each in took]
    yield from grown("`flywheel report FILES --json` of {:,} events", "s", SECONDS, seconds, each=True)
    yield from grown("the same of {:,} events: memory", "MB", MEMORY, memory)


def commands(ground: Surroundings) -> Iterator[Row]:
    """CPU seconds of `--help`, and of a report of five events."""
    with tempfile.TemporaryDirectory(prefix="flywheel-bench-") as folder:
        file, as_of = _written(Path(folder), 5)
        times = range(ground.sizes.rounds)
        yield row("`flywheel --help`", "s", HELP, [_run("--help")[0] for _ in times])
        small = [_run("report", str(file), "--as-of", as_of)[0] for _ in times]
        yield row("`flywheel report` of five events", "s", REPORT, small)


def _written(folder: Path, size: int) -> tuple[Path, str]:
    """A file of so many events, all within the memory of the moment that is given with it."""
    days, file = Days.holding(size), folder / "events.jsonl"
    with file.open("w") as lines:
        for event in days.first(size):
            lines.write(json.dumps(event) + "\n")
    return file, rfc3339(days.after(size))


def _run(*arguments: str) -> tuple[float, float]:
    """CPU seconds and megabytes of one command; with bytecode, as it is installed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "flywheel-bench-bytecode")}
    command = [sys.executable, "-c", _RUN, *arguments]
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, *command], cwd=PROJECT, env=environment, stdout=subprocess.PIPE, check=True
    )
    seconds, most = done.stdout.split()
    return float(seconds), float(most) / (1024 if sys.platform == "linux" else 1024 * 1024)
