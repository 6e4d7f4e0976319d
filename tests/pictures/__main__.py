"""`make pictures`: what README and docs show, made from the demo's own data.

The story is played to the stack as `flywheel demo` does, and what the stack then holds and has posted is drawn: boards,
Slack's channels from their real blocks, a map with what moved; and every kind of message in every situation that the
tests know.
"""

import sys
import tempfile
from pathlib import Path

from cli.demo.maps import ORGANISATION, ORGANISATION_LATER
from cli.demo.moments import ENDS
from cli.demo.performance import stage
from cli.demo.show import CONFIG
from cli.demo.story import story
from cli.embedded.assembly import synthesis
from cli.progress import counting
from infra.stage import PROJECT
from shared.flywheel.maps.drawing import draw
from shared.flywheel.maps.text import parse
from shared.flywheel.settings.file import load
from tests.pictures.boards import draw_boards
from tests.pictures.browser import browser
from tests.pictures.channels import draw_channels, draw_sheets

PICTURES = PROJECT / "docs" / "pictures"


def main() -> int:
    """Draw each picture anew."""
    browser()
    settings = load(CONFIG.read_bytes(), CONFIG.name)
    deliveries = story()
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made)
        with stage(synthesis(CONFIG), deliveries, settings) as performance:
            with counting("deliveries", len(deliveries)) as progress:
                performance.play(deliveries, progress)
            performance.until(ENDS)
            draw_boards(performance, settings, scratch, PICTURES)
            messages = performance.messages
        draw_channels(messages, scratch, PICTURES)
        draw_sheets(scratch, PICTURES)
    (PICTURES / "map.svg").write_text(draw(parse(ORGANISATION_LATER), before=parse(ORGANISATION)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
