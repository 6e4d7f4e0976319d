"""DynamoDB Local, for what only a server can show; everything else here runs on a table in memory."""

from collections.abc import Iterator

import pytest

from tests.unit.store import engines
from tests.unit.store.conftest import local
from tests.unit.store.engines import REGION, Local

__all__ = ["local", "server"]


@pytest.fixture
def server(local: Local, monkeypatch: pytest.MonkeyPatch) -> Iterator[Local]:
    """Every driver of the test gets a table in DynamoDB Local."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setattr(engines, "connect", local.connect)
    yield local
    local.forget()
