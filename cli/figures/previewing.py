"""A preview: every summary and digest that would have been posted in some weeks of one's own history."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.blocks import show_message
from cli.failure import WrongInputError
from cli.figures.question import Asked
from cli.terminal import page, print_json
from events.times import rfc3339
from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.settings.values import MEMORY_DAYS, PERSONAS
from shared.flywheel.summaries.digest import digests_of
from shared.flywheel.summaries.phases_and_turns import OUTCOME, summary_of, transitions
from shared.flywheel.summaries.summary import Summary
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wording import outside
from shared.slack.blocks import message_of

MOST = MEMORY_DAYS // 7


class Previewed(Struct, frozen=True):
    """A message as it would have been posted, and where."""

    kind: str
    channel: str
    summary: Summary


def weeks_back(weeks: int) -> None:
    """Raises WrongInputError where nothing is remembered of so many weeks."""
    if not 1 <= weeks <= MOST:
        raise WrongInputError(f"--weeks: got {weeks}, expected 1 to {MOST}, which is all that is remembered")


def previewed(asked: Asked, weeks: int) -> list[Previewed]:
    """The messages of the weeks up to the moment asked for, in the order in which they were due."""
    since = asked.as_of - timedelta(weeks=weeks)
    previews = [*_summaries(asked, since), *_digests(asked, since)]
    previews.sort(key=_due)
    channel_of = asked.settings.channel_of
    return [Previewed(_kind(each), channel_of(asked.flywheel, each.phase), each) for each in previews]


def print_preview(asked: Asked, weeks: int, as_json: bool) -> None:
    """Print what would have been posted to stdout."""
    previews = previewed(asked, weeks)
    if as_json:
        print_json(_plain(asked, weeks, previews))
        return
    console = page()
    for each in previews:
        message = message_of(each.summary)
        show_message(console, f"{each.channel} · {rfc3339(each.summary.at)}", message.text, message.blocks)
    _draw_counts(console, asked, weeks, previews)


def _summaries(asked: Asked, since: datetime) -> Iterator[Summary]:
    wheel = fold(asked.facts, asked.flywheel, asked.settings, asked.as_of)
    for transition in transitions(wheel):
        if since < transition.at <= asked.as_of:
            yield summary_of(transition, asked.facts, asked.flywheel, asked.settings)


def _digests(asked: Asked, since: datetime) -> Iterator[Summary]:
    days = (asked.as_of - since).days
    for period in periods(asked.settings.flywheel(asked.flywheel), asked.as_of, days + 1):
        if period.end > since:
            yield from digests_of(asked.facts, asked.flywheel, asked.settings, period)


def _due(summary: Summary) -> tuple[datetime, bool, str, int]:
    """A turn's last phase comes before the turn, and the digest for everyone before those for personas."""
    digest = summary.key == "digest"
    return summary.at, digest, summary.turn, summary.phase if digest else summary.phase or len(PERSONAS) + 1


def _kind(summary: Summary) -> str:
    if summary.key == "digest":
        return "digest"
    if summary.phase == OUTCOME:
        return "outcome summary"
    return "phase summary" if summary.phase else "turn summary"


def _counts(previews: Sequence[Previewed]) -> dict[str, dict[str, int]]:
    """How many of each kind, in each channel, and by the rule that chose the next best action; most first."""
    rules = Counter(each.summary.action.rule for each in previews if each.summary.action)
    counted = {
        "kinds": Counter(each.kind for each in previews),
        "channels": Counter(each.channel for each in previews),
        "rules": rules,
    }
    return {name: dict(counter.most_common()) for name, counter in counted.items()}


def _plain(asked: Asked, weeks: int, previews: Sequence[Previewed]) -> dict[str, Any]:
    return {
        "flywheel": asked.flywheel,
        "since": rfc3339(asked.as_of - timedelta(weeks=weeks)),
        "as_of": rfc3339(asked.as_of),
        "counts": _counts(previews),
        "messages": [
            {
                "at": rfc3339(each.summary.at),
                "kind": each.kind,
                "channel": each.channel,
                "rule": each.summary.action.rule if each.summary.action else None,
                "text": message_of(each.summary).text,
                "summary": msgspec.to_builtins(each.summary),
            }
            for each in previews
        ],
    }


def _draw_counts(console: Console, asked: Asked, weeks: int, previews: Sequence[Previewed]) -> None:
    total = f"{len(previews):,} message{'' if len(previews) == 1 else 's'}"
    over = f"{weeks} week{'' if weeks == 1 else 's'} up to {rfc3339(asked.as_of)}"
    console.print(Text(f"{total} of {outside(asked.flywheel)} in {over}; nothing was posted", style="bold"))
    titles = {"kinds": "kind", "channels": "channel", "rules": "rule of the next best action"}
    for name, counted in _counts(previews).items():
        if counted:
            table = Table.grid(padding=(0, 2))
            for what, count in counted.items():
                table.add_row(Text(f"{count:>5,}"), Text(what))
            console.print(Text(f"\nBy {titles[name]}", style="bold"))
            console.print(table)
