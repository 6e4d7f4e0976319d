"""`make setup` on a machine that lacks something: one sentence that says what, and how to get it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.stage import PROJECT

OLD = "exit 1"
"""What `sys.exit(sys.version_info < (3, 11))` comes to."""
NO_VENV = 'if [ "$2" = venv ]; then echo "No module named venv" >&2; exit 1; fi'
"""As Debian's python3 without python3-venv."""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What `make setup` reads before it runs anything that it installed."""
    shutil.copy(PROJECT / "Makefile", tmp_path)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "dev.txt").write_text("")
    return tmp_path


def setup(clone: Path, script: str | None) -> "subprocess.CompletedProcess[str]":
    """`make demo` with a Python that is this script, or with none."""
    python = clone / "python"
    if script is not None:
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o755)
    environment = {"PATH": os.environ["PATH"], "HOME": str(clone), "NO_COLOR": "1"}
    return subprocess.run(
        ["make", "demo", f"PYTHON={python}"], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (None, "Python 3.11 or later is needed; point PYTHON at one: make PYTHON=python3.12 …"),
        (OLD, "Python 3.11 or later is needed; point PYTHON at one: make PYTHON=python3.12 …"),
        (NO_VENV, "python3 has no venv module: on Debian or Ubuntu, apt-get install python3-venv"),
    ],
)
def test_what_is_lacking_is_named_with_its_mend(clone: Path, script: str | None, says: str) -> None:
    ran = setup(clone, script)
    assert ran.returncode == 2
    assert says in ran.stderr.splitlines()
    assert not (clone / ".venv" / ".ready").exists()
