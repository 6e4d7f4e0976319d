"""The ways in which a pipeline gets the released command: pip, pipx and uvx, with nothing at hand and once more.

Each runs in a repository with folders of all our names, on its PYTHONPATH, and with an environment of its own. The
seconds that each took are listed at the end of the run.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.packaging.conftest import UV, repository_of_strangers

UVX = UV.with_name("uvx")
EMIT = ("emit", "idea", "--idea", "SHOP-1", "--flywheel", "web", "--dry-run")


class Home(NamedTuple):
    """A machine that has nothing of ours: its home, where all caches lie, and the programs that install."""

    folder: Path
    tools: Path

    @property
    def environment(self) -> dict[str, str]:
        """Everything that a step sees."""
        kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_"))}
        caches = {"PIP_CACHE_DIR": "pip", "UV_CACHE_DIR": "uv", "PIPX_HOME": "pipx", "XDG_CACHE_HOME": "cache"}
        return {
            **kept,
            **{name: str(self.folder / place) for name, place in caches.items()},
            "PATH": f"{self.tools}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "PYTHONPATH": ".",
            "PIPX_DEFAULT_PYTHON": sys.executable,
            "UV_PYTHON": sys.executable,
            "UV_NO_CONFIG": "1",
            "UV_SYSTEM_CERTS": "1",
        }

    def run(self, *command: str | Path, at: Path) -> str:
        """What a command prints; what it complains of is shown where it fails."""
        done = subprocess.run(
            list(map(str, command)), cwd=at, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def by_pip(home: Home, wheel: Path, at: Path) -> str:
    """An environment of its own, as a step without pipx and uv makes one."""
    environment = home.folder / f"venv-{time.monotonic_ns()}"
    home.run(sys.executable, "-I", "-m", "venv", environment, at=at)
    home.run(environment / "bin" / "python", "-I", "-m", "pip", "install", "--quiet", wheel, at=at)
    return home.run(environment / "bin" / "flywheel", *EMIT, at=at)


def by_pipx(home: Home, wheel: Path, at: Path) -> str:
    """As docs/wiring.md says."""
    return home.run(home.tools / "pipx", "run", "--spec", wheel, "flywheel", *EMIT, at=at)


def by_uvx(home: Home, wheel: Path, at: Path) -> str:
    """As docs/wiring.md says, and action.yml does."""
    return home.run(UVX, "--quiet", "--from", wheel, "flywheel", *EMIT, at=at)


@pytest.mark.parametrize("way", [by_pip, by_pipx, by_uvx])
def test_an_event_is_made_with_nothing_at_hand_and_once_more(
    way: Callable[[Home, Path, Path], str],
    dist: Path,
    tools: Path,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    (wheel,) = dist.glob("*.whl")
    (tmp_path / "home").mkdir()
    home, repository = Home(tmp_path / "home", tools), repository_of_strangers(tmp_path / "repository")
    for when in ("cold", "warm"):
        began = time.monotonic()
        printed = way(home, wheel, repository)
        record_property(f"{way.__name__.removeprefix('by_')}, {when}", f"{time.monotonic() - began:.1f} s")
        assert json.loads(printed)["detail"]["idea"] == "SHOP-1"
