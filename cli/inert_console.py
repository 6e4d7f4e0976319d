"""The console of pages and messages: rich's own, and nothing of what others wrote is obeyed."""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.style import Style

from cli.inert import inert


class InertConsole(Console):
    """A console that writes nothing that a terminal obeys but what rich itself says: colours, the bar of progress."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """As rich does, text by text."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text, style, control) if control else Segment(inert(text), _inert_style(style))


def _inert_style(style: Style | None) -> Style | None:
    if style is None or style.link is None:
        return style
    return style.update_link(inert(style.link))
