"""`make mutation`: takes away one safeguard at a time, in a copy of the tree, and demands that its test fails.

A test that still passes without what it is for proves nothing; that is what this finds. `python -m tests.mutation WORD`
tries some of them.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from tests.mutation.mutation import Mutation
from tests.mutation.mutations import MUTATIONS

PROJECT = Path(__file__).parents[2]
_COPIED = ("cli", "engine", "events", "functions", "infra", "shared", "tests", "pyproject.toml")
_FAILED = 1
"""pytest's exit code where tests ran and some failed; others say that they did not run."""


class MutationError(Exception):
    """A mutation that cannot be judged, or one that no test noticed."""


def main() -> int:
    """Try the mutations asked for, one to a core at a time; the exit code is 1 where any went wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation",
        description="Take away one safeguard at a time; a test that is named must fail.",
    )
    parser.add_argument("word", nargs="*", help="only mutations with one of these in their name, file or test")
    chosen = _chosen(parser.parse_args().word)
    if not chosen:
        parser.error("no mutation has any of these words in its name, file or test")
    with tempfile.TemporaryDirectory(prefix="flywheel-mutation-") as scratch:
        copies: Queue[Path] = Queue()
        workers = os.cpu_count() or 1
        for number in range(workers):
            copy = Path(scratch) / str(number)
            _copy_tree(copy)
            copies.put(copy)
        try:
            _all_pass(copy, chosen)
        except MutationError as error:
            sys.stdout.write(f"{error}\n")
            return 1
        with ThreadPoolExecutor(workers) as pool:
            noticed = list(pool.map(lambda mutation: _noticed(copies, mutation), chosen))
    sys.stdout.write(f"{sum(noticed)} of {len(chosen)} mutations noticed\n")
    return 0 if all(noticed) else 1


def _chosen(words: Sequence[str]) -> list[Mutation]:
    """Of all mutations those with one of the words, in any case of letters; all where there is no word."""
    lowered = [word.lower() for word in words]
    return [each for each in MUTATIONS if not words or any(word in _known_by(each) for word in lowered)]


def _known_by(mutation: Mutation) -> str:
    return f"{mutation.name}\n{mutation.file}\n{mutation.test}".lower()


def _noticed(copies: "Queue[Path]", mutation: Mutation) -> bool:
    """Whether the test of a mutation fails in a copy that nobody else uses meanwhile."""
    copy, began = copies.get(), time.monotonic()
    try:
        _try(copy, mutation)
    except MutationError as error:
        sys.stdout.write(f"✗ without {mutation.name}: {error}\n")
        return False
    finally:
        copies.put(copy)
    name = mutation.test.rpartition("::")[2]
    sys.stdout.write(f"✓ without {mutation.name} fails {name} ({time.monotonic() - began:.1f} s)\n")
    return True


def _try(copy: Path, mutation: Mutation) -> None:
    """Apply, test, take back. Raises MutationError."""
    file = copy / mutation.file
    text, times = file.read_text(), file.stat()
    found = text.count(mutation.old)
    if found != 1:
        raise MutationError(f"stands {found} times in {mutation.file}, expected once; the code moved: {mutation.old!r}")
    file.write_text(text.replace(mutation.old, mutation.new))
    try:
        done = _pytest(copy, "-x", mutation.test)
    finally:
        file.write_text(text)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    if done.returncode != _FAILED:
        raise MutationError(f"pytest ended with {done.returncode}, expected {_FAILED}:\n{done.stdout[-2000:]}")


def _all_pass(copy: Path, mutations: Sequence[Mutation]) -> None:
    done = _pytest(copy, *sorted({mutation.test for mutation in mutations}))
    if done.returncode != 0:
        raise MutationError(f"without any mutation the tests fail already:\n{done.stdout[-4000:]}{done.stderr}")


def _pytest(copy: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """Run tests of the copy, and only of the copy, which comes first on the path; of a mutation no bytecode is kept."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:randomly", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, *tests], cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def _copy_tree(copy: Path) -> None:
    """Sources with their times, so that the bytecode beside them is theirs here too."""
    copy.mkdir()
    ignored = shutil.ignore_patterns(".hypothesis")
    for name in _COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=ignored)
        else:
            shutil.copy(source, copy / name)


if __name__ == "__main__":
    sys.exit(main())
