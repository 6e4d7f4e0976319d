"""The wheel, built from this checkout and installed as a pipeline would: into an environment of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

PROJECT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")
NEIGHBOUR = "opensearch-py"
"""It needs `Events`, a distribution whose package is called `events`."""


FOLDERS = ("cli", "engine", "events", "functions", "infra", "shared")
EVERY_PYTHON = "EVERY_PYTHON"
"""Set where each CPython of the machine is to be tried, and not only this one."""


class Ran(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


class Installed(NamedTuple):
    """An environment with the command in it."""

    bin: Path

    def run(self, *command: str, at: Path, path: str | None = None) -> Ran:
        """Run a command of this environment in a folder; `path`: the PYTHONPATH of whoever calls."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(at), "NO_COLOR": "1"}
        if path is not None:
            environment["PYTHONPATH"] = path
        done = subprocess.run(
            [self.bin / command[0], *command[1:]], cwd=at, env=environment, capture_output=True, text=True, check=False
        )
        return Ran(done.returncode, done.stdout, done.stderr)


def uv(*arguments: str | Path) -> None:
    """Run uv; what it says is shown where it fails."""
    done = subprocess.run([UV, *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    to = tmp_path_factory.mktemp("dist")
    uv("build", "--quiet", "--wheel", "--no-build-isolation", "--out-dir", to, PROJECT)
    (built,) = to.glob("*.whl")
    return built


def repository_of_strangers(at: Path) -> Path:
    """A repository with folders of all our names, each of which would break us."""
    for name in FOLDERS:
        (at / name).mkdir(parents=True)
        (at / name / "__init__.py").write_text('raise RuntimeError("not ours")\n')
    return at


def interpreters() -> Sequence[str]:
    """This Python, and where all are asked for one of each other version that the machine has.

    Those on the PATH, those that pyenv keeps, and the one that `.ci/python3.14` fetched.
    """
    if EVERY_PYTHON not in os.environ:
        return [sys.executable]
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = {here: sys.executable}
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in ("3.11", "3.12", "3.13", "3.14"):
        fetched = (PROJECT / ".cache").glob(f"python-*/bin/python{version}")
        on_path = [Path(path)] if (path := shutil.which(f"python{version}")) else []
        candidates = [*sorted(kept.glob(f"{version}.*/bin/python")), *on_path, *fetched]
        for each in candidates:
            if subprocess.run([each, "-c", ""], capture_output=True, check=False).returncode == 0:
                found.setdefault(version, str(each))
    return list(found.values())


@pytest.fixture(scope="session", params=interpreters())
def installed(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel beside a package that brings somebody else's `events`."""
    at = tmp_path_factory.mktemp("environment") / "venv"
    uv("venv", "--quiet", "--python", str(request.param), at)
    uv("pip", "install", "--quiet", "--python", at / "bin" / "python", wheel, NEIGHBOUR)
    return Installed(at / "bin")
