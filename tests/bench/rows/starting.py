"""Cold starts: how long a handler imports, against a bare one, each in fresh processes one after the other in turn."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figure import NONE, Bar, Row, row
from tests.bench.ground.surroundings import Surroundings

START = Bar(1.2, 1.1)
PROJECT = Path(__file__).parents[3]
BARE = "from aws_lambda_powertools import Logger; from pynamodb.models import Model"
_TIMED = "import time; began = time.process_time(); {}; print(time.process_time() - began)"
"""Seconds of CPU: what else runs on the machine does not count."""


def rows(ground: Surroundings) -> Iterator[Row]:
    """Each handler's import divided by that of the bare one in the same round."""
    functions = ground.functions
    with tempfile.TemporaryDirectory(prefix="flywheel-bytecode-") as bytecode:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"PYTHONPYCACHEPREFIX": bytecode, "PYTHONPATH": str(PROJECT)}
        statements = {name: f"import functions.{name}.handler" for name in functions}
        for statement in (BARE, *statements.values()):
            _seconds(statement, environment)
        ratios: dict[str, list[float]] = {name: [] for name in functions}
        bare: list[float] = []
        for _ in range(ground.sizes.starts):
            bare.append(_seconds(BARE, environment))
            for name, statement in statements.items():
                ratios[name].append(_seconds(statement, environment) / bare[-1])
    for name, rounds in ratios.items():
        yield row(f"import of `{name}` / of a bare handler (PynamoDB, Logger)", "", START, rounds)
    yield row("import of the bare handler", "ms", NONE, [seconds * 1000 for seconds in bare])


def _seconds(statement: str, environment: dict[str, str]) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(statement)], env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout)
