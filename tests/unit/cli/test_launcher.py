"""The launcher has our names mean our folders."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from value_flywheel.launcher import house, put_first


def test_in_a_clone_the_house_is_the_clone() -> None:
    assert (house() / "cli" / "main.py").is_file()


def test_what_others_loaded_under_our_names_is_forgotten_and_ours_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    theirs, ours = ModuleType("events"), ModuleType("shared")
    theirs.__file__, ours.__file__ = "/elsewhere/events/__init__.py", str(tmp_path / "shared" / "__init__.py")
    monkeypatch.setattr(sys, "modules", {"events": theirs, "shared": ours, "eventsource": theirs})
    monkeypatch.setattr(sys, "path", ["/elsewhere"])

    put_first(tmp_path)

    assert set(sys.modules) == {"shared", "eventsource"}
    assert sys.path == [str(tmp_path), "/elsewhere"]
