"""What some tests need and this machine may lack: skipped with what to install; in CI, which installs it, a failure."""

import os

import pytest


def need(what: str, lacking: str | None) -> None:
    """Go no further without it; `lacking` says what to install, None that all is there."""
    if lacking is None:
        return
    told = f"{what} cannot run here: {lacking}"
    if os.environ.get("CI"):
        pytest.fail(told, pytrace=False)
    pytest.skip(told)
