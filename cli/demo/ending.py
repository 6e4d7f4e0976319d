"""The end of `flywheel demo`: messages as Slack shows them, both teams' figures, what was counted, what next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.blocks import show_message
from cli.demo.counting import Counts
from cli.demo.newest_messages import Shown
from cli.figures.rows import UNKNOWN
from engine import Message
from shared.flywheel.catalogue.delivery import FAIL_RATE, FREQUENCY, LEAD_TIME, RECOVERY, REWORK
from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.catalogue.turning import MOMENTUM, RATE, TURN_TIME
from shared.flywheel.catalogue.value import HIT_RATE
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.figures import label_of
from shared.flywheel.wording import plural

_SHOWN = (HIT_RATE, RATE, MOMENTUM, TURN_TIME, LEAD_TIME, FREQUENCY, FAIL_RATE, RECOVERY, REWORK)
_NEXT = (
    ("source .venv/bin/activate", "so that this shell finds the flywheel command"),
    ("flywheel import git PATH --dry-run | flywheel report -", "your own repository's figures, with no wiring"),
    ("flywheel up", "the stack on this machine; send it events with flywheel emit"),
    ("make deploy", "the same stack in your AWS account"),
)


def show_messages(console: Console, messages: Sequence[Message], shown: Sequence[Shown]) -> None:
    """Of each channel the newest summary of a phase and of a turn, and the newest digest."""
    counts = Counter(message.channel for message in messages)
    listed = ", ".join(f"{count} in {channel}" for channel, count in sorted(counts.items()))
    heading(console, f"Slack: {len(messages)} messages ({listed}); the newest of each kind")
    for each in shown:
        show_message(console, each.message.channel, each.message.text, each.message.blocks)


def show_figures(console: Console, reports: Sequence[Mapping[str, Any]], settings: Settings) -> None:
    """Both teams side by side: each against its own past, never one against the other."""
    heading(console, f"Figures of the {reports[0]['window_days']} days to {reports[0]['as_of'][:10]}")
    table = Table.grid(padding=(0, 3))
    table.add_column(width=42)
    table.add_row("", *(Text(settings.flywheel(report["flywheel"]).title, style="bold") for report in reports))
    for row in zip(*(_figures(report) for report in reports), strict=True):
        table.add_row(row[0][0], *(value for _, value in row))
    console.print(table)


def _figures(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    turns = report["turns"]
    return [
        ("Turns delivered, stopped, open", f"{turns['delivered']}, {turns['stopped']}, {sum(turns['open'].values())}"),
        *((label_of(kind), _figure_line(kind, report)) for kind in _SHOWN),
        ("Phases observed", ", ".join(phase for phase in "1234" if _observed(report, phase)) or "none"),
    ]


def _figure_line(kind: FigureKind, report: Mapping[str, Any]) -> str:
    """A figure with its unit; momentum with where it is going; better or worse where that is no chance."""
    value = kind.value_in(report)
    direction = report["momentum"]["direction"] if kind is MOMENTUM else None
    trend = report["trends"].get(kind.trend, {}).get("trend")
    real = f"({trend})" if trend in {"better", "worse"} else None
    return UNKNOWN if value is None else " ".join(filter(None, (kind.unit.tell(value), direction, real)))


def show_counts(console: Console, counts: Counts, senders: Mapping[str, int]) -> None:
    """Nothing is lost: what was sent is counted, or known as a repetition, or kept with the reason it was refused."""
    heading(console, "What became of every delivery, as the stack's table counts it")
    console.print(", ".join(f"{number} from {sender}" for sender, number in senders.items()), soft_wrap=True)
    taken = counts.deliveries - counts.acknowledged - counts.rejected
    console.print(
        f"{counts.deliveries} deliveries: {taken} understood as {plural(counts.events, 'event')}, "
        f"{counts.acknowledged} acknowledged (a ping), {counts.rejected} rejected (kept, with field and value)",
        soft_wrap=True,
    )
    console.print(
        f"{counts.events} events: {counts.counted} counted, {counts.repeated} sent twice, "
        f"{counts.corrected} corrected by their sender, {counts.dead_lettered} dead letters",
        soft_wrap=True,
    )


def show_next(console: Console) -> None:
    """Three commands to go on with."""
    heading(console, "Next")
    for command, what in _NEXT:
        console.print(Text.assemble("  ", (command, "bold"), "\n      ", (what, "dim")))


def heading(console: Console, text: str) -> None:
    """Above a part of the output."""
    console.print()
    console.print(Text(text, style="bold cyan"))


def _observed(report: Mapping[str, Any], phase: str) -> bool:
    return any(turn["phases"][phase]["entered_at"] for turn in report["turn_list"])
