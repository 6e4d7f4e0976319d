"""One report, as JSON or as a page."""

from datetime import timedelta

from cli.figures.question import Asked
from cli.terminal import page, print_json
from shared.flywheel.report.report import report_of
from shared.flywheel.wheel.fold import fold


def answer(asked: Asked, as_json: bool) -> None:
    """Print the report to stdout."""
    wheel = fold(asked.facts, asked.flywheel, asked.settings, asked.as_of, from_files=asked.from_files)
    figures = report_of(wheel, asked.window_days)
    if as_json:
        print_json(figures)
        return
    from cli.figures.page import draw
    from cli.figures.weeks import weeks_of

    before = asked.as_of - timedelta(days=asked.window_days)
    earlier = fold(asked.facts, asked.flywheel, asked.settings, before, seen_from=asked.as_of)
    draw(page(), figures, report_of(earlier, asked.window_days), wheel, weeks_of(wheel, asked.window_days))
