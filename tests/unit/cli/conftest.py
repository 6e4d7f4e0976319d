"""What the tests of the CLI share: running `flywheel` in this process, and git repositories of their own making."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli.main import main


class Ran(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


@pytest.fixture
def flywheel(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Ran]:
    """Run `flywheel` in a folder of its own, with no account and no terminal."""
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL", "FLYWHEEL_BUS", "FLYWHEEL_STACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    def run(*arguments: Any) -> Ran:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


class Repository:
    """A git repository whose clock is told: every commit and tag says its own time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, at: str = "2026-03-01T00:00:00Z", authored: str | None = None) -> str:
        environment = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_AUTHOR_NAME": "Ada Example",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_COMMITTER_NAME": "Ada Example",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
            "GIT_COMMITTER_DATE": at,
            "GIT_AUTHOR_DATE": authored or at,
        }
        command = ["git", "-C", str(self.path), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout.strip()

    def commit(self, message: str, at: str, authored: str | None = None) -> str:
        self.git("commit", "-q", "--allow-empty", "-m", message, at=at, authored=authored)
        return self.git("rev-parse", "HEAD")

    def tag(self, name: str, at: str | None = None, target: str = "HEAD") -> None:
        """Annotated if it has a time of its own, else lightweight."""
        if at is None:
            self.git("tag", name, target)
        else:
            self.git("tag", "-a", "-m", name, name, target, at=at)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "shop")
