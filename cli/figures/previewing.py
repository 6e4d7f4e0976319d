"""A preview: every message that would have been posted in some weeks of one's own history."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.blocks import show_message
from cli.failure import WrongInputError
from cli.figures.preview_messages import Previewed, messages_of
from cli.figures.question import Asked
from cli.terminal import page, print_json
from events.times import rfc3339
from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.settings.values import MEMORY_DAYS
from shared.flywheel.summaries.digest import digests_of
from shared.flywheel.summaries.phases_and_turns import summary_of, transitions
from shared.flywheel.summaries.summary import Summary
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wording import outside

MOST = MEMORY_DAYS // 7


def weeks_back(weeks: int) -> None:
    """Raises WrongInputError where nothing is remembered of so many weeks."""
    if not 1 <= weeks <= MOST:
        raise WrongInputError(f"--weeks: got {weeks}, expected 1 to {MOST}, which is all that is remembered")


def previewed(asked: Asked, weeks: int) -> list[Previewed]:
    """The messages of the weeks up to the moment asked for, in the order in which they were due."""
    since = asked.as_of - timedelta(weeks=weeks)
    wheel = fold(asked.facts, asked.flywheel, asked.settings, asked.as_of)
    summaries = [*_summaries(asked, wheel, since), *_digests(asked, since)]
    return list(messages_of(wheel, asked.settings, summaries, since))


def print_preview(asked: Asked, weeks: int, as_json: bool) -> None:
    """Print what would have been posted to stdout."""
    previews = previewed(asked, weeks)
    if as_json:
        print_json(_plain(asked, weeks, previews))
        return
    console = page()
    for each in previews:
        if not each.held:
            show_message(console, f"{each.channel} · {rfc3339(each.at)}", each.message.text, each.message.blocks)
    _draw_counts(console, asked, weeks, previews)


def _summaries(asked: Asked, wheel: Wheel, since: datetime) -> Iterator[Summary]:
    for transition in transitions(wheel):
        if since < transition.at <= asked.as_of:
            yield summary_of(transition, asked.facts, asked.flywheel, asked.settings)


def _digests(asked: Asked, since: datetime) -> Iterator[Summary]:
    days = (asked.as_of - since).days
    for period in periods(asked.settings.flywheel(asked.flywheel), asked.as_of, days + 1):
        if period.end > since:
            yield from digests_of(asked.facts, asked.flywheel, asked.settings, period)


def _counts(previews: Sequence[Previewed]) -> dict[str, dict[str, int]]:
    """How many of each kind, in each channel, by the rule that chose the next best action, and by the rule that held
    others back; most first.
    """
    posted = [each for each in previews if not each.held]
    counted = {
        "kinds": Counter(each.kind for each in posted),
        "channels": Counter(each.channel for each in posted),
        "rules": Counter(rule for each in posted if (rule := _rule(each)) is not None),
        "held": Counter(each.held for each in previews if each.held),
    }
    return {name: dict(counter.most_common()) for name, counter in counted.items()}


def _rule(each: Previewed) -> str | None:
    """The rule that chose the next best action of a message that shows one."""
    action = None if each.summary is None or each.kind == "reply in a thread" else each.summary.action
    return None if action is None else action.rule


def _plain(asked: Asked, weeks: int, previews: Sequence[Previewed]) -> dict[str, Any]:
    return {
        "flywheel": asked.flywheel,
        "since": rfc3339(asked.as_of - timedelta(weeks=weeks)),
        "as_of": rfc3339(asked.as_of),
        "counts": _counts(previews),
        "messages": [
            {
                "at": rfc3339(each.at),
                "kind": each.kind,
                "channel": each.channel,
                "rule": _rule(each),
                "held": each.held or None,
                "text": each.message.text,
                "summary": None if each.summary is None else msgspec.to_builtins(each.summary),
            }
            for each in previews
        ],
    }


def _draw_counts(console: Console, asked: Asked, weeks: int, previews: Sequence[Previewed]) -> None:
    posted = sum(not each.held for each in previews)
    total = f"{posted:,} message{'' if posted == 1 else 's'}"
    over = f"{weeks} week{'' if weeks == 1 else 's'} up to {rfc3339(asked.as_of)}"
    console.print(Text(f"{total} of {outside(asked.flywheel)} in {over}; nothing was posted", style="bold"))
    titles = {
        "kinds": "kind",
        "channels": "channel",
        "rules": "rule of the next best action",
        "held": "rule that held others back",
    }
    for name, counted in _counts(previews).items():
        if counted:
            table = Table.grid(padding=(0, 2))
            for what, count in counted.items():
                table.add_row(Text(f"{count:>5,}"), Text(what))
            console.print(Text(f"\nBy {titles[name]}", style="bold"))
            console.print(table)
