"""What `flywheel demo` shows: messages as Slack would, both teams' figures, what was counted, what next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.blocks import show_message
from cli.demo.counting import Counts
from cli.demo.newest_messages import Shown
from engine import Message
from shared.flywheel.settings.values import Settings
from shared.flywheel.wording import duration, number, percent, plural

_UNKNOWN = "–"
_NEXT = (
    ("source .venv/bin/activate", "so that this shell finds the flywheel command"),
    ("flywheel import git PATH --dry-run | flywheel report -", "your own repository's figures, with no wiring"),
    ("flywheel up", "the stack on this machine; send it events with flywheel emit"),
    ("make deploy", "the same stack in your AWS account"),
)


def show_messages(console: Console, messages: Sequence[Message], shown: Sequence[Shown]) -> None:
    """Of each channel the newest summary of a phase and of a turn, and the newest digest."""
    counts = Counter(message.channel for message in messages)
    told = ", ".join(f"{count} in {channel}" for channel, count in sorted(counts.items()))
    heading(console, f"Slack: {len(messages)} messages ({told}); the newest of each kind")
    for each in shown:
        show_message(console, each.message.channel, each.message.text, each.message.blocks)


def show_figures(console: Console, reports: Sequence[Mapping[str, Any]], settings: Settings) -> None:
    """Both teams side by side: each against its own past, never one against the other."""
    heading(console, f"Figures of the {reports[0]['window_days']} days to {reports[0]['as_of'][:10]}")
    table = Table.grid(padding=(0, 3))
    table.add_column(width=34)
    table.add_row("", *(Text(settings.flywheel(report["flywheel"]).title, style="bold") for report in reports))
    for row in zip(*(_figures(report) for report in reports), strict=True):
        table.add_row(row[0][0], *(value for _, value in row))
    console.print(table)


def _figures(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    turns, momentum, dora = report["turns"], report["momentum"], report["dora"]
    return [
        ("Turns delivered, stopped, open", f"{turns['delivered']}, {turns['stopped']}, {sum(turns['open'].values())}"),
        ("Rate of turn, per 28 days", number(turns["rate_per_28d"])),
        ("Momentum", f"{number(momentum['value'])} {momentum['direction'] or ''}".strip()),
        ("Turn time, median", _shown(turns["turn_time_hours"]["p50"])),
        ("Change lead time, median", _shown(dora["lead_time_hours"]["p50"])),
        ("Deployments a week", number(dora["per_week"])),
        ("Change fail rate", _share(dora["change_fail_rate"]["value"])),
        ("Recovery time, median", _shown(dora["recovery_minutes"]["p50"], 60)),
        ("Deployment rework rate", _share(dora["rework_rate"]["value"])),
        ("Phases observed", ", ".join(phase for phase in "1234" if _observed(report, phase)) or "none"),
    ]


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


def _shown(value: float | None, divided_by: float = 1) -> str:
    return _UNKNOWN if value is None else duration(value / divided_by)


def _share(value: float | None) -> str:
    return _UNKNOWN if value is None else percent(value)
