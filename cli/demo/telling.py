"""What `flywheel demo` shows: messages as Slack would, both teams' figures, how they came to be wired, what counted."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.blocks import show_message
from cli.demo.choosing import Shown
from cli.demo.counting import Counts
from cli.demo.moments import BEGINS
from cli.demo.story import WHY
from cli.demo.wiring import WEEKS_SHOWN, DoomLoop, Wiring
from engine.fake_slack import Message
from shared.flywheel.settings import Settings
from shared.flywheel.tenets import TENETS
from shared.flywheel.wording import duration, number, percent, plural

_FIGURES, _NOT_WIRED = "●", "·"
_WARNED = "in a doom loop"
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
    _heading(console, f"Slack: {len(messages)} messages ({told}); the newest of each kind")
    for each in shown:
        show_message(console, each.message.channel, each.message.text, each.message.blocks)


def show_figures(console: Console, reports: Sequence[Mapping[str, Any]], settings: Settings) -> None:
    """Both teams side by side: each against its own past, never one against the other."""
    _heading(console, f"Figures of the {reports[0]['window_days']} days to {reports[0]['as_of'][:10]}")
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


def show_tenets(console: Console, wirings: Sequence[Wiring], settings: Settings) -> None:
    """Which of the twelve tenets had figures after four, eight and twelve weeks: what is not sent is no zero."""
    _heading(console, f"The twelve tenets: {_FIGURES} has figures, {_NOT_WIRED} is not wired")
    titles = (f"{settings.flywheel(wired.flywheel).title}, week" for wired in wirings)
    rows = [("", "".join(f"{title:>16}" for title in titles)), ("", _cells([WEEKS_SHOWN] * len(wirings)))]
    for tenet in TENETS:
        marks = [[_mark(wired, week, tenet.number) for week in WEEKS_SHOWN] for wired in wirings]
        rows.append((f"{tenet.number:2} {tenet.title}", _cells(marks)))
    rows.append(("   of twelve", _cells([[len(wired.tenets[week]) for week in WEEKS_SHOWN] for wired in wirings])))
    for label, cells in rows:
        console.print(f"{label:<38}{cells}", highlight=False)


def _cells(of_flywheels: Sequence[Sequence[object]]) -> str:
    """A column for each week, those of one flywheel together."""
    return "".join(f"{''.join(f'{cell!s:>4}' for cell in cells):>16}" for cells in of_flywheels)


def _mark(wired: Wiring, week: int, tenet: int) -> str:
    return _FIGURES if tenet in wired.tenets[week] else _NOT_WIRED


def show_doom_loop(
    console: Console, wirings: Sequence[Wiring], messages: Sequence[Message], settings: Settings
) -> None:
    """When each team fell into the doom loop, when it left it, and what Slack said meanwhile."""
    _heading(console, "Doom loop: one change of direction after another, with nothing delivered between")
    for wired in wirings:
        steps = "; ".join(_step(each) for each in wired.doom_loop)
        said = ", ".join(_stays(wired.doom_loop)) or "never in it"
        line = f"{settings.flywheel(wired.flywheel).title:10}{said} ({steps})"
        console.print(line, soft_wrap=True, highlight=False)
        if wired.flywheel in WHY:
            console.print(Text(f"{'':10}{WHY[wired.flywheel]}", style="dim"), soft_wrap=True)
        channel = settings.flywheel(wired.flywheel).channel
        warned = next((each.text for each in messages if each.channel == channel and _WARNED in each.text), None)
        if warned is not None:
            console.print(Text(f"{'':10}Slack said: {warned.split('. ')[1]}", style="dim"), soft_wrap=True)


def _stays(steps: Sequence[DoomLoop]) -> Iterator[str]:
    """Each time it was in the doom loop."""
    for step, after in zip_longest(steps, steps[1:]):
        if step.verdict == "doom_loop":
            yield f"entered {step.since:%-d %b}" + (f", left {after.since:%-d %b}" if after else ", still in it")


def _step(step: DoomLoop) -> str:
    said = step.verdict.replace("_", " ")
    return said if step.since == BEGINS.date() else f"{said} from {step.since:%-d %b}"


def show_counts(console: Console, counts: Counts, senders: Mapping[str, int]) -> None:
    """Nothing is lost: what was sent is counted, or known as a repetition, or kept with the reason it was refused."""
    _heading(console, "What became of every delivery, as the stack's table counts it")
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
    _heading(console, "Next")
    for command, what in _NEXT:
        console.print(Text.assemble("  ", (command, "bold"), "\n      ", (what, "dim")))


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold cyan"))


def _observed(report: Mapping[str, Any], phase: str) -> bool:
    return any(turn["phases"][phase]["entered_at"] for turn in report["turn_list"])


def _shown(value: float | None, divided_by: float = 1) -> str:
    return _UNKNOWN if value is None else duration(value / divided_by)


def _share(value: float | None) -> str:
    return _UNKNOWN if value is None else percent(value)
