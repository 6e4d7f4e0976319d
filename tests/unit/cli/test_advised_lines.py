"""The lines that an action advises to send an event with are lines that `emit` takes."""

import shlex
from collections.abc import Callable
from typing import Any

import pytest

from shared.flywheel.actions.unknown import LINES
from shared.flywheel.tenets.wording import SENDS

PLACES = {
    "NUMBER": "1",
    "GRAMS": "2",
    "START": "2026-01-01T00:00:00Z",
    "END": "2026-02-01T00:00:00Z",
    "$(cat MAP.owm)": "component A [1, 0.5]",
    "{}": "market",
}


def test_every_kind_that_can_be_advised_has_a_line() -> None:
    assert {kinds[0] for kinds in SENDS.values()} <= set(LINES)


@pytest.mark.parametrize("kind", LINES)
def test_the_line_sends_the_kind(flywheel: Callable[..., Any], kind: str) -> None:
    program, *arguments = shlex.split(LINES[kind])
    assert program == "flywheel"
    ran = flywheel(*(PLACES.get(each, each) for each in arguments), "--dry-run")
    assert (ran.code, ran.err) == (0, "")
    assert f'"detail-type":"{kind}"' in ran.out.replace(": ", ":")
