"""The release of this checkout, made once, with the very command that makes one for publishing."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from infra.stage import PROJECT


@pytest.fixture(scope="session")
def dist() -> Path:
    """The folder of what `make release` makes."""
    done = subprocess.run([PROJECT / ".ci" / "release"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return PROJECT / "dist"


@pytest.fixture(scope="session")
def tools(dist: Path) -> Path:
    """The programs that requirements/release.txt locks."""
    assert dist.is_dir()
    lock = hashlib.sha256((PROJECT / "requirements" / "release.txt").read_bytes()).hexdigest()
    return PROJECT / ".cache" / f"release-{lock[:16]}" / "bin"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what tests measured, such as how long each way to install takes."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in getattr(report, "user_properties", []):
            terminalreporter.write_line(f"{name}: {value}")
