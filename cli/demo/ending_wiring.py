"""How `flywheel demo` shows that the teams came to be wired, and that one was in a doom loop for a while."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.console import Console
from rich.text import Text

from cli.demo.ending import heading
from cli.demo.moments import BEGINS
from cli.demo.story import WHY
from cli.demo.wiring import WEEKS_SHOWN, DoomLoop, Wiring
from engine import Message
from shared.flywheel.settings.values import Settings
from shared.flywheel.tenets.tenets import TENETS

_FIGURES, _NOT_WIRED = "●", "·"
_WARNED = "Doom loop: "


def show_tenets(console: Console, wirings: Sequence[Wiring], settings: Settings) -> None:
    """Print which of the twelve tenets had figures after four, twelve and twenty weeks: what is not sent is no zero."""
    heading(console, f"The twelve tenets: {_FIGURES} has figures, {_NOT_WIRED} is not wired")
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
    """Print when each team fell into the doom loop, when it left it, and what Slack said meanwhile."""
    heading(console, "Doom loop: one change of direction after another, with nothing delivered between")
    for wired in wirings:
        steps = "; ".join(_step(each) for each in wired.doom_loop)
        stays = ", ".join(_stays(wired.doom_loop)) or "never in it"
        line = f"{settings.flywheel(wired.flywheel).title:10}{stays} ({steps})"
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
    verdict = step.verdict.replace("_", " ")
    return verdict if step.since == BEGINS.date() else f"{verdict} from {step.since:%-d %b}"
