"""Lambda's own Python: a CPython 3.14 imports every handler with the locked packages, and writes its bytecode."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

from infra.bundle import LOCK, LOCKS, PYTHON, bundle, compile_bytecode
from infra.stage import PROJECT

FUNCTIONS = sorted(path.parent.name for path in (PROJECT / "functions").glob("*/handler.py"))
RUNTIME = ("boto3",)
"""What Lambda's runtime brings, as locked here."""


@pytest.fixture(scope="session")
def python314() -> str:
    """An interpreter of exactly Lambda's version."""
    done = subprocess.run([PROJECT / ".ci" / "python3.14"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def packages(lock: str, into: Path) -> Path:
    """The locked packages of a bundle, built for this machine's processor, and those of the runtime."""
    machine = f"{platform.machine()}-manylinux2014" if sys.platform == "linux" else "macos"
    there = ["--python-platform", machine, "--python-version", PYTHON, "--target", str(into / lock)]
    requirements = PROJECT / "requirements"
    for what in (
        ["--no-deps", "--require-hashes", "-r", str(requirements / lock)],
        ["--constraints", str(requirements / "dev.txt"), *RUNTIME],
    ):
        command = [find_uv_bin(), "pip", "install", "--quiet", "--only-binary", ":all:", *there, *what]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return into / lock


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Lock of a bundle → its packages."""
    into = tmp_path_factory.mktemp("packages")
    return {lock: packages(lock, into) for lock in sorted({LOCK, *LOCKS.values()})}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_is_imported_by_lambdas_python(function: str, python314: str, installed: dict[str, Path]) -> None:
    source = f"""
import sys
sys.path[:0] = [{str(PROJECT)!r}, {str(installed[LOCKS.get(function, LOCK)])!r}]
import functions.{function}.handler as module
assert callable(module.handler)
"""
    environment = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_REGION": "eu-west-1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [python314, "-I", "-W", "error::DeprecationWarning:functions", "-W", "error::SyntaxWarning", "-c", source]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_bundles_bytecode_is_written_by_lambdas_python(python314: str, tmp_path: Path) -> None:
    made = bundle("record").directory / "shared"
    copy = tmp_path / "shared"
    subprocess.run(["cp", "-R", str(made), str(copy)], check=True)
    compile_bytecode(copy, python314)
    assert list(copy.rglob("*.cpython-314.pyc"))
