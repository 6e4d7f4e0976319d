"""Progress is told by the time that passed, however few or many there are."""

import time
from collections.abc import Iterator

import pytest

from cli.progress import counting


def test_off_a_terminal_a_count_is_told_every_five_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    passing: Iterator[float] = iter(range(0, 1000, 2))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(passing)))
    with counting("deliveries", 7) as report:
        for count in range(1, 8):
            report(count)
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.strip() for line in told.err.splitlines()] == ["3 of 7 deliveries", "6 of 7 deliveries"]
