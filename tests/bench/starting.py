"""Cold starts: how long a handler imports, against a bare one, each in fresh processes one after the other in turn."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.bench.figure import Bar, Row, worst

START = Bar("≤ 1.2", "≤ 1.1", 1.2, 1.1)
PROJECT = Path(__file__).parents[2]
BARE = "from aws_lambda_powertools import Logger; from pynamodb.models import Model"
_TIMED = "import time; began = time.process_time(); {}; print(time.process_time() - began)"
"""Seconds of CPU: what else runs on the machine does not count."""


def starts(functions: list[str], rounds: int) -> Row:
    """Median over the rounds of each handler's import divided by that of the bare one in the same round."""
    with tempfile.TemporaryDirectory(prefix="flywheel-bytecode-") as bytecode:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"PYTHONPYCACHEPREFIX": bytecode, "PYTHONPATH": str(PROJECT)}
        statements = {name: f"import functions.{name}.handler" for name in functions}
        for statement in (BARE, *statements.values()):
            _seconds(statement, environment)
        ratios: dict[str, list[float]] = {name: [] for name in functions}
        bare: list[float] = []
        for _ in range(rounds):
            bare.append(_seconds(BARE, environment))
            for name, statement in statements.items():
                ratios[name].append(_seconds(statement, environment) / bare[-1])
    middle = {name: median(found) for name, found in ratios.items()}
    shown = ", ".join(f"{name} {value:.2f}" for name, value in middle.items())
    return Row(
        "handler import / a bare handler (PynamoDB, Logger)",
        START,
        shown,
        worst([START.verdict(value) for value in middle.values()]),
        (f"the bare handler: {median(bare) * 1000:.0f} ms here, with bytecode; {rounds} rounds",),
    )


def _seconds(statement: str, environment: dict[str, str]) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(statement)], env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout)
