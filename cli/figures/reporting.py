"""One report, as JSON, as a page, or its turns as CSV."""

from typing import Literal

from cli.figures.question import Asked
from cli.terminal import page, print_json
from shared.flywheel.report.context import earlier_figures
from shared.flywheel.report.report import report_of
from shared.flywheel.wheel.fold import fold


def answer(asked: Asked, form: Literal["page", "json", "csv"]) -> None:
    """Print the report to stdout."""
    wheel = fold(asked.facts, asked.flywheel, asked.settings, asked.as_of, from_files=asked.from_files)
    figures = report_of(wheel, asked.window_days)
    if form == "json":
        del asked, wheel  # the text of a large report takes the room of its facts
        print_json(figures)
        return
    if form == "csv":
        from cli.figures.turns_csv import write_turns

        write_turns(figures, wheel)
        return
    from cli.figures.page import draw
    from cli.figures.weeks import weeks_of

    before = earlier_figures(wheel, asked.window_days)
    draw(page(), figures, before, wheel, weeks_of(wheel, asked.window_days))
