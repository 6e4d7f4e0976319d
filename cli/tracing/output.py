"""The trace of an event, as JSON or for a person."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.terminal import page, print_json
from cli.tracing.deliveries import EventTrace
from shared.flywheel.explain.trace import Part, Trace
from shared.flywheel.wording import outside


def print_trace(event: str, traced: Sequence[EventTrace], as_json: bool) -> None:
    """Print it to stdout."""
    if as_json:
        print_json({"id": event, "found": msgspec.to_builtins(traced)})
        return
    console = page()
    for at, each in enumerate(traced):
        if at:
            console.print()
        _draw(console, each)


def _draw(console: Console, traced: EventTrace) -> None:
    name = outside(" ".join(filter(None, (traced.source, traced.id))), 200)
    console.print(Text.assemble((name, "bold cyan"), "  ", outside(" · ".join(filter(None, _known(traced))))))
    table = Table.grid(padding=(0, 2))
    for delivery in traced.deliveries:
        table.add_row(
            Text(outside(delivery.place)), Text(delivery.fate, style="bold"), Text(outside(delivery.why, 300))
        )
    console.print(table)
    if traced.trace is not None:
        _draw_trace(console, traced.trace)


def _known(traced: EventTrace) -> tuple[str | None, str | None]:
    return traced.detail_type, traced.time


def _draw_trace(console: Console, followed: Trace) -> None:
    whose = f"of {outside(followed.flywheel)}, " if followed.flywheel else ""
    console.print(Text(f"{whose}{followed.state.replace('_', ' ')}: {followed.why}"))
    if followed.as_told is not None:
        console.print(Text(followed.as_told))
    for title, counted in (("Counted in", True), ("Named, and not counted, in", False)):
        figures: defaultdict[str, list[Part]] = defaultdict(list)
        for part in followed.parts:
            if part.counted is counted:
                figures[part.figure].append(part)
        if figures:
            console.print(Text(f"\n{title}: {len(figures):,} figures", style="bold"))
            console.print(_figures(figures))


def _figures(figures: dict[str, list[Part]]) -> Table:
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(ratio=2, overflow="fold")
    table.add_column(ratio=3, overflow="fold")
    for figure, parts in figures.items():
        more = f" and {len(parts) - 1} more" if len(parts) > 1 else ""
        table.add_row(
            Text(outside(figure)), Text(f"{outside(parts[0].what)}: {outside(parts[0].why)}{more}", style="dim")
        )
    return table
