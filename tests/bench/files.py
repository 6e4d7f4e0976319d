"""Reports of files: `flywheel report FILES --json` in a process of its own, from the first line to the last byte."""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import median

from events.times import rfc3339
from tests.bench.figure import Bar, Row, worst
from tests.bench.mix import Days

PROJECT = Path(__file__).parents[2]
FILES = Bar("10⁵ ≤ 3.5 s, 10⁶ ≤ 35 s and ≤ 400 MB", "decoding and fact ≤ 12 µs an event")
COMMANDS = Bar("≤ 0.25 s; ≤ 0.5 s", "")
MEMORY_DAYS = 700
_SECONDS_EACH, _MOST_MEGABYTES, _LARGE = 35e-6, 400, 1_000_000
_HELP, _REPORT = 0.25, 0.5
_RUN = "import sys; from value_flywheel.launcher import main; sys.exit(main())"


def reports(sizes: Sequence[int], rounds: int) -> Row:
    """CPU seconds (median, least and most of the rounds) and the most memory, for files of so many events."""
    shown, notes, fine = [], [], True
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="flywheel-bench-") as folder:
            file, as_of = _written(Path(folder), size)
            took = [_run("report", str(file), "--json", "--as-of", as_of) for _ in range(rounds)]
        seconds = sorted(each for each, _ in took)
        memory = max(each for _, each in took)
        middle = median(seconds)
        fine &= middle <= size * _SECONDS_EACH and (size < _LARGE or memory <= _MOST_MEGABYTES)
        shown.append(f"{size:,}: {middle:.1f} s, {memory:.0f} MB")
        notes.append(f"{size:,}: {seconds[0]:.2f} to {seconds[-1]:.2f} s of CPU in {rounds} rounds")
    verdict = FILES.verdict(0) if fine else "MISSED"
    return Row("`flywheel report FILES --json`", FILES, "; ".join(shown), verdict, tuple(notes))


def commands(rounds: int) -> Row:
    """CPU seconds of `--help`, and of a report of five events."""
    with tempfile.TemporaryDirectory(prefix="flywheel-bench-") as folder:
        file, as_of = _written(Path(folder), 5)
        helps = sorted(_run("--help")[0] for _ in range(rounds))
        small = sorted(_run("report", str(file), "--as-of", as_of)[0] for _ in range(rounds))
    bars = (Bar("", "", _HELP).verdict(median(helps)), Bar("", "", _REPORT).verdict(median(small)))
    return Row(
        "`--help`; `report` of five events",
        COMMANDS,
        f"{median(helps):.2f} s; {median(small):.2f} s",
        worst(list(bars)),
        (f"{helps[0]:.2f} to {helps[-1]:.2f}, {small[0]:.2f} to {small[-1]:.2f} s of CPU in {rounds} rounds",),
    )


def _written(folder: Path, size: int) -> tuple[Path, str]:
    """A file of so many events, all within the memory of the moment that is given with it."""
    days = Days(per_day=max(100, size // MEMORY_DAYS // 100 * 100))
    file = folder / "events.jsonl"
    last = days.begin
    with file.open("w") as lines:
        for event in islice(days.span(100_000), size):
            lines.write(json.dumps(event) + "\n")
            last = max(last, days.begin.fromisoformat(event["detail"]["time"]))
    return file, rfc3339(last + timedelta(hours=1))


def _run(*arguments: str) -> tuple[float, float]:
    """CPU seconds and megabytes of one command; with bytecode, as it is installed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "flywheel-bench-bytecode")}
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, *arguments], cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{arguments}: {process.returncode}")
    return usage.ru_utime + usage.ru_stime, _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)
