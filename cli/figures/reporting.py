"""One report, as JSON or as a page."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from cli.terminal import page, print_json
from shared.flywheel.facts import Fact
from shared.flywheel.report import report_of
from shared.flywheel.settings import Settings
from shared.flywheel.wheel import fold


class Question(Struct, frozen=True):
    """Of which moment, over which window, by which rules."""

    as_of: datetime
    window_days: float
    settings: Settings


def answer(question: Question, flywheel: str, facts: Sequence[Fact], as_json: bool, *, from_files: bool) -> None:
    """Print the report to stdout. From files, events that come twice are duplicates of their sender's."""
    settings, days = question.settings, question.window_days
    wheel = fold(facts, flywheel, settings, question.as_of, from_files=from_files)
    figures = report_of(wheel, days)
    if as_json:
        print_json(figures)
        return
    from cli.figures.page import draw  # noqa: PLC0415  rich's tables are needed only here
    from cli.figures.weeks import weeks_of  # noqa: PLC0415

    before = report_of(fold(facts, flywheel, settings, question.as_of - timedelta(days=days)), days)
    draw(page(), figures, before, wheel, weeks_of(wheel, days))
