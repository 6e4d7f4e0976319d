"""`flywheel rebuild`: of whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from cli.target import target_of
from cli.upkeep import rebuilding
from shared.flywheel.settings.values import FlywheelSettings, Settings

SETTINGS = Settings(flywheels={"new": FlywheelSettings(id="new")})


@contextmanager
def _kept(_: Any) -> Iterator[Any]:
    yield SimpleNamespace(store=SimpleNamespace(hints=SimpleNamespace(wheels=lambda: ["shop"])))


@pytest.mark.parametrize(("flywheel", "warned"), [("shpo", True), ("shop", False), ("new", False), (None, False)])
def test_a_flywheel_that_nothing_names_is_warned_about(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], flywheel: str | None, warned: bool
) -> None:
    monkeypatch.setattr(rebuilding, "kept_by", _kept)
    monkeypatch.setattr(rebuilding, "rebuild", lambda *_: iter(()))
    rebuilding.run(target_of("dev", None, None, None), SETTINGS, datetime(2026, 3, 1, tzinfo=UTC), flywheel, None)
    assert ("--flywheel: neither dev nor flywheel.toml names 'shpo'" in capsys.readouterr().err) is warned
