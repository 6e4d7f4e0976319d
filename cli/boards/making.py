"""One flywheel's board from its facts: the report, its history, and the receipts behind the figures that it shows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from cli.figures.question import Asked
from shared.board.page import flywheel_page
from shared.board.sections.receipts import FIGURES
from shared.board.theme import Theme
from shared.board.turn.page import turn_page
from shared.board.view import Audience, Link
from shared.flywheel.explain.explanation import Explanation
from shared.flywheel.explain.figure import explanations
from shared.flywheel.history.advised import advised_before
from shared.flywheel.history.history import history_of
from shared.flywheel.history.values import History
from shared.flywheel.report.report import report_of
from shared.flywheel.wheel.fold import fold


class Look(Struct, frozen=True):
    """How pages are made: for whom, in which theme, with which addresses, and when they are read."""

    audience: Audience
    theme: Theme | None
    link: Link
    at: datetime


class Board(Struct, frozen=True):
    """All that the pages of one flywheel are made of."""

    report: dict[str, Any]
    history: History
    receipts: Mapping[str, Explanation]

    def page(self, look: Look) -> str:
        """The flywheel's page."""
        return flywheel_page(
            self.report,
            self.history,
            as_of=look.at,
            audience=look.audience,
            theme=look.theme,
            link=look.link,
            receipts=self.receipts,
        )

    def turn(self, turn: str, look: Look) -> str:
        """The page of one of its turns."""
        return turn_page(
            self.report,
            self.history,
            turn,
            as_of=look.at,
            audience=look.audience,
            theme=look.theme,
            link=look.link,
        )


def board_of(asked: Asked) -> Board:
    """The board of what was asked for."""
    wheel = fold(asked.facts, asked.flywheel, asked.settings, asked.as_of, from_files=asked.from_files)
    report = report_of(wheel, asked.window_days)
    advised = advised_before(wheel, asked.facts, asked.settings, report["actions"])
    return Board(
        report,
        history_of(wheel, asked.settings, asked.window_days, advised),
        {each.figure: each for each in explanations(wheel, report, FIGURES, asked.window_days, asked.origins.events)},
    )
