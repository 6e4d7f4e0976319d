"""The pictures of README and docs, made from the demo's own data: `make pictures`.

The story is played to the stack as `flywheel demo` does, and what the stack then holds is drawn: boards as a browser
shows them on their first screen, in both themes, and a map with what moved.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from cli.boards.making import Look, board_of
from cli.demo.maps import ORGANISATION, ORGANISATION_LATER
from cli.demo.moments import ENDS, WEEKS, end_of_week
from cli.demo.performance import Performance, stage
from cli.demo.show import CONTEXT
from cli.demo.story import story
from cli.embedded.assembly import PROJECT, assembly
from cli.failure import CommandError
from cli.figures.from_files import Origins
from cli.figures.question import Asked
from cli.progress import counting
from cli.terminal import say
from shared.board.view import Theme
from shared.flywheel.maps.drawing import draw
from shared.flywheel.maps.text import parse
from shared.flywheel.settings.file import load
from shared.flywheel.settings.values import Settings
from shared.store.log.family import load_family

PICTURES = PROJECT / "docs" / "pictures"
THEMES: tuple[Theme, ...] = ("light", "dark")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Picture(Struct, frozen=True):
    """A board on a screen of so many pixels."""

    name: str
    flywheel: str
    width: int
    height: int


DRAWN = (
    Picture("board", "checkout", 1240, 900),
    Picture("organisation", "shop", 1240, 940),
)


def main() -> int:
    """Make every picture anew."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        say(f"no browser: one of {', '.join(_BROWSERS)} is needed", "error")
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    settings = load((PROJECT / CONTEXT["config"]).read_bytes(), CONTEXT["config"])
    deliveries = story()
    with stage(assembly(CONTEXT), deliveries, settings) as performance, tempfile.TemporaryDirectory() as scratch:
        with counting("deliveries", len(deliveries)) as progress:
            performance.play(deliveries, progress)
        performance.until(ENDS)
        for picture in DRAWN:
            _draw(picture, _asked(performance, picture.flywheel, settings), browser, Path(scratch))
    (PICTURES / "map.svg").write_text(draw(parse(ORGANISATION_LATER), before=parse(ORGANISATION)), encoding="utf-8")
    say(f"{len(DRAWN) * len(THEMES) + 1} pictures in {PICTURES.relative_to(PROJECT)}")
    return 0


def _asked(performance: Performance, flywheel: str, settings: Settings) -> Asked:
    facts = load_family(performance.store, flywheel, settings)
    return Asked(flywheel, end_of_week(WEEKS), settings.window_days, settings, facts, False, Origins({}, {}))


def _draw(picture: Picture, asked: Asked, browser: str, scratch: Path) -> None:
    board = board_of(asked)
    for theme in THEMES:
        look = Look("inside", theme, lambda _, name: f"{name}.html", asked.as_of + timedelta(minutes=4))
        file = scratch / f"{picture.name}-{theme}.html"
        file.write_text(board.page(look), encoding="utf-8")
        _shoot(browser, file, PICTURES / f"{picture.name}-{theme}.png", f"{picture.width},{picture.height}")


def _shoot(browser: str, file: Path, to: Path, size: str) -> None:
    command: Sequence[str] = (
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        f"--window-size={size}", f"--screenshot={to}", file.as_uri(),
    )  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode or not to.is_file():
        raise CommandError(f"{browser}: {ran.stderr.strip()[-300:]}")


if __name__ == "__main__":
    sys.exit(main())
