"""The table is large: pages of three items would take minutes."""

import pytest

from tests.unit.store import memory


@pytest.fixture(autouse=True)
def _usual_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "PAGE", 500)
