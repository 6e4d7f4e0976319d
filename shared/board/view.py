"""The view of a page: the report, its history, who reads it, and what that reader may be shown."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from msgspec import Struct

from shared.board.drawing.plot import Plot
from shared.board.markup import Child, Markup, element, joined
from shared.board.words import commanding
from shared.flywheel.explain.explanation import Explanation
from shared.flywheel.history.values import History, MetricHistory, TurnHistory
from shared.flywheel.vocabularies import phase_name
from shared.flywheel.wording import quoted

Audience = Literal["inside", "link"]
"""`inside`: who may see everything; `link`: who was sent a signed link, and may see aggregates, turns and actions."""
Target = Literal["flywheel", "turn"]
Link = Callable[[Target, str], str | None]
"""The address of another page, by the id of a flywheel or the name of a turn; None where there is none."""
Report = Mapping[str, Any]


def nowhere(_: Target, __: str) -> None:
    """No other page can be reached."""
    return


class Detail(Struct, frozen=True):
    """How much a page shows: turns in its timeline, rows in each receipt."""

    turns: int
    rows: int


DETAILS = (Detail(60, 12), Detail(40, 4), Detail(20, 0))
"""From the usual to what always fits; `flywheel report` and `explain` have it all."""


class View(Struct, frozen=True, kw_only=True, dict=True):
    """All that the parts of a page are made of. `as_of`: when the page is read; the report says of when it is."""

    report: Report
    history: History
    audience: Audience = "inside"
    link: Link = nowhere
    as_of: datetime
    receipts: Mapping[str, Explanation] = {}
    detail: Detail = DETAILS[0]
    call: str = ""
    """The Lambda function that a CloudWatch widget asks for receipts; empty elsewhere."""

    @property
    def is_inside(self) -> bool:
        """Whether the reader may see notes, reasons, addresses and receipts."""
        return self.audience == "inside"

    @property
    def zone(self) -> ZoneInfo:
        """The flywheel's time zone."""
        return ZoneInfo(self.history.time_zone)

    def phase(self, phase: int) -> str:
        """The name of a phase in the flywheel's vocabulary."""
        return phase_name(self.history.vocabulary, phase)

    def plot(self, low: float, high: float, **room: float) -> Plot:
        """A plot over the weeks of the history; `room`: pixels and percents of `Plot`, where they are not its own."""
        return Plot(start=self.history.start, end=self.history.as_of, low=low, high=high, zone=self.zone, **room)

    def turn(self, name: str) -> TurnHistory | None:
        """What the history knows of a turn of the report."""
        return next((each for each in self.history.turns if each.turn == name), None)

    def title(self, name: str) -> str:
        """A turn's title; without one its name."""
        known = self.turn(name)
        return name if known is None or known.title is None else known.title

    def metric(self, entry: Mapping[str, Any]) -> MetricHistory | None:
        """The history of a metric of the report."""
        return next(
            (each for each in self.history.metrics if (each.metric, each.of) == (entry["metric"], entry["of"])), None
        )

    def may_show(self, entry: Mapping[str, Any]) -> bool:
        """Whether a metric's value may stand here: an inherited one behind a link only if its owner shares it."""
        if self.is_inside or entry["of"] == self.report["flywheel"]:
            return True
        known = self.metric(entry)
        return known is not None and known.shared

    def local(self, at: datetime) -> datetime:
        """A moment in the flywheel's time zone."""
        return at.astimezone(self.zone)

    def day(self, at: datetime) -> str:
        """A day: `9 Mar`, with its year where that is another than the page's."""
        local = self.local(at)
        year = "" if local.year == self.local(self.history.as_of).year else f" {local.year}"
        return f"{local.day} {local:%b}{year}"

    def address(self, words: Child, url: str | None) -> Markup:
        """Words that lead out of the page, where a row has no room for the host; its address names it."""
        if url is None or not self.is_inside or not url.startswith("https://"):
            return joined(words)
        return element("a", words, href=url, rel="noopener noreferrer external", title=urlsplit(url).hostname or "")

    def outward(self, words: Child, url: str | None) -> Markup:
        """Words that lead out of the page, with the host beside them; plain words where the reader gets no address."""
        if url is None or not self.is_inside or not url.startswith("https://"):
            return joined(words)
        host = urlsplit(url).hostname or ""
        away = element("a", words, href=url, rel="noopener noreferrer external")
        return joined(away, " ", element("span", f"({host})", class_="host"))

    def inward(self, words: Child, target: Target, name: str) -> Markup:
        """Words that lead to another page of the board, where there is one."""
        href = self.link(target, name)
        return joined(words) if href is None else element("a", words, href=href)

    def linked(self, text: str, things: list[Mapping[str, Any]]) -> Markup:
        """A sentence in which each thing that it names leads to where it is."""
        parts: list[Child] = [text]
        for thing in things:
            name = quoted(thing["title"] or thing["id"])
            parts = [piece for part in parts for piece in self._with_link(part, name, thing)]
        return joined(*(commanding(part) if isinstance(part, str) else part for part in parts))

    def _with_link(self, part: Child, name: str, thing: Mapping[str, Any]) -> list[Child]:
        if not isinstance(part, str) or name not in part:
            return [part]
        before, _, after = part.partition(name)
        words = joined("“", element("bdi", name[1:-1]), "”")
        shown = (
            self.inward(words, "turn", thing["id"])
            if thing["kind"] == "turn" and self.link("turn", thing["id"])
            else self.outward(words, thing["url"])
        )
        return [before, shown, after]


def when(text: str | None) -> datetime | None:
    """A time of the report."""
    return None if text is None else datetime.fromisoformat(text)
