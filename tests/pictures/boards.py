"""Boards as a browser shows them on their first screen, in both themes."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from cli.boards.making import Look, board_of
from cli.demo.moments import WEEKS, end_of_week
from cli.demo.performance import Performance
from cli.figures.from_files import Origins
from cli.figures.question import Asked
from shared.board.theme import Theme
from shared.flywheel.settings.values import Settings
from tests.pictures.browser import shoot

THEMES: tuple[Theme, ...] = ("light", "dark")


class Screen(Struct, frozen=True):
    """A flywheel's board on a screen of so many pixels."""

    flywheel: str
    width: int
    height: int


SCREENS: Mapping[str, Screen] = {
    "board": Screen("checkout", 1240, 900),
    "organisation": Screen("shop", 1240, 940),
}


def draw_boards(performance: Performance, settings: Settings, scratch: Path, into: Path) -> None:
    """Draw each board, as the stack's table has it at the end of the story."""
    for name, screen in SCREENS.items():
        facts, as_of = performance.facts(screen.flywheel, settings), end_of_week(WEEKS)
        asked = Asked(screen.flywheel, as_of, settings.window_days, settings, facts, False, Origins({}, {}))
        board = board_of(asked)
        for theme in THEMES:
            look = Look("inside", theme, lambda _, other: f"{other}.html", as_of + timedelta(minutes=4))
            page = scratch / f"{name}-{theme}.html"
            page.write_text(board.page(look), encoding="utf-8")
            shoot(page, into / f"{name}-{theme}.png", screen.width, screen.height)
