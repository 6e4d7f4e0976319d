"""Pages for tests: from events to the page that a reader gets, and the page as a tree."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from shared.board.page import flywheel_page
from shared.flywheel.history.history import history_of
from shared.flywheel.report.report import report_of
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from tests.unit.domain.histories import FLYWHEEL, Envelope, facts_of, moment

VOID = {"br", "hr", "link", "meta"}


def page_of(
    envelopes: Sequence[Envelope],
    as_of: datetime | str,
    *,
    window: float = 84,
    settings: Settings | None = None,
    flywheel: str = FLYWHEEL,
    **how: Any,
) -> str:
    """The board of these events, four minutes later."""
    at = moment(as_of) if isinstance(as_of, str) else as_of
    rules = settings or Settings()
    wheel = fold(facts_of(envelopes), flywheel, rules, at)
    history = history_of(wheel, rules, window)
    return flywheel_page(report_of(wheel, window), history, as_of=at + timedelta(minutes=4), **how)


class Tree(HTMLParser):
    """A page read by a parser that is not ours: its elements, its text, and whether each end has its beginning."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]
