"""A report as `flywheel report` makes one: the whole of it, with no search for cycles meanwhile."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from shared.flywheel.facts.fact import Fact
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import Settings
from shared.runtime.collecting import collecting_later
from tests.bench.ground.cpu import taking


def reported(
    facts: Callable[[], Sequence[Fact]],
    flywheel: str,
    settings: Settings,
    as_of: datetime,
    counted: int,
    window_days: float | None = None,
) -> float:
    """CPU seconds of getting the facts and of every figure; asserts that so many events were counted, of the flywheel
    and its children.
    """
    with taking() as taken, collecting_later():
        made = report(facts(), flywheel=flywheel, settings=settings, as_of=as_of, window_days=window_days)
    known = _counted(made)
    assert known == counted, known
    return taken.seconds


def _counted(made: dict[str, Any]) -> int:
    children = made["context"]["children"]
    own: int = made["receipt"]["counted"]
    return own + (int(children["counts"]["events"]) if children else 0)
