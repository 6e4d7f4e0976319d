"""A check as a line of the terminal, with what mends it below."""

from rich.console import Console
from rich.text import Text

from cli.checks.check import Check

_SIGNS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "failed": ("✗", "bold red"), "skipped": ("-", "dim")}


def show_check(console: Console, check: Check) -> None:
    """Print one check."""
    sign, style = _SIGNS[check.state]
    line = Text.assemble((f"{sign} {check.state.capitalize():8}", style), f" {check.name}: {check.said}")
    console.print(line, soft_wrap=True)
    if check.mend:
        console.print(Text(f"           → {check.mend}", style="bold"), soft_wrap=True)
