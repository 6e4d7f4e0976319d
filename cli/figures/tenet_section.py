"""The twelve tenets on the report's page: what each phase's say, and what to send to see the others."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from shared.flywheel.summaries.summary import TenetLine
from shared.flywheel.summaries.tenets import STATUS_WORDS, all_signals_of, status_of_tenet
from shared.flywheel.tenets.wording import SENDS
from shared.flywheel.vocabularies import phase_name
from shared.flywheel.wording import listing

_STYLES = {
    STATUS_WORDS["act"]: "bold yellow",
    STATUS_WORDS["watch"]: "yellow",
    STATUS_WORDS["healthy"]: "green",
}
_NOT_WIRED = STATUS_WORDS["not_wired"]


def tenet_section(figures: Mapping[str, Any], vocabulary: str) -> RenderableType:
    """Each tenet that anything is sent for, below its phase, with its most urgent status and its signals."""
    parts: list[RenderableType] = [Text(), Text("Tenets", style="bold cyan")]
    for phase in (1, 2, 3, 4):
        lines = [line for line in all_signals_of(figures, phase) if line.status != _NOT_WIRED]
        if lines:
            parts += [Text(f"{phase} {phase_name(vocabulary, phase)}", style="dim"), _tenets(lines)]
    return Group(*parts, *_to_send(figures))


def _tenets(lines: Sequence[TenetLine]) -> Table:
    """The status stands in front, so that what calls for action is seen at a glance."""
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(width=12)
    grid.add_column(ratio=1)
    for line in lines:
        suppressed = line.status == STATUS_WORDS["suppressed"]
        status = Text(f"  {'suppressed' if suppressed else line.status}", style=_STYLES.get(line.status, ""))
        signals = " · ".join(line.signals) or line.status
        grid.add_row(status, Text.assemble(line.title, "\n", (signals, "dim")))
    return grid


def _to_send(figures: Mapping[str, Any]) -> Iterator[Text]:
    """A line for each kind of event whose absence leaves signals without figures."""
    missing: defaultdict[str, list[str]] = defaultdict(list)
    titles = figures["context"]["tenets"]["titles"]
    for entry in figures["tenets"]:
        if status_of_tenet(entry) == "not_wired":
            missing[listing(SENDS[entry["tenet"]])].append(titles[entry["tenet"] - 1])
    for sent, tenets in missing.items():
        yield Text(f"Send {sent} to see {listing(tenets)}.", style="dim")
