"""The demo from beginning to end. Its output is the same every time; how long it took goes to stderr."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from cli.demo.counting import Counts, counts_of
from cli.demo.delivery import Delivery
from cli.demo.ending import show_counts, show_figures, show_messages, show_next
from cli.demo.ending_wiring import show_doom_loop, show_tenets
from cli.demo.moments import ENDS
from cli.demo.newest_messages import Shown, newest
from cli.demo.performance import Performance, stage
from cli.demo.story import FLYWHEELS, TEAMS, story
from cli.demo.wiring import Wiring, wiring
from cli.embedded.assembly import synthesis
from cli.hooks.hook import known_hook
from cli.progress import counting
from cli.terminal import page, print_json, say
from engine import Message
from infra.stage import PROJECT
from shared.flywheel.report.report import report
from shared.flywheel.settings.file import load
from shared.flywheel.settings.values import Settings

AWS = "AWS on the default bus"
CONFIG = PROJECT / "cli" / "demo" / "flywheel.toml"


class Outcome(Struct, frozen=True):
    """All that came of the story."""

    counts: Counts
    senders: dict[str, int]
    """Deliveries by source."""
    messages: list[Message]
    shown: list[Shown]
    reports: list[dict[str, Any]]
    wiring: list[Wiring]


def show(as_json: bool) -> None:
    """Synthesise if needed, play the story, and tell what came of it. Raises CommandError where it goes otherwise."""
    settings = load(CONFIG.read_bytes(), CONFIG.name)
    deliveries = story()
    synthesised = synthesis(CONFIG)
    say(f"playing {len(deliveries)} deliveries of twenty weeks to the stack …")
    began = time.monotonic()
    with stage(synthesised, deliveries, settings) as performance:
        with counting("deliveries", len(deliveries)) as progress:
            performance.play(deliveries, progress)
        performance.until(ENDS)
        outcome = _outcome(performance, deliveries, settings)
    say(f"played in {time.monotonic() - began:.0f} s")
    if as_json:
        print_json(msgspec.to_builtins(outcome, str_keys=True))
    else:
        _print(outcome, settings)


def _outcome(performance: Performance, deliveries: Sequence[Delivery], settings: Settings) -> Outcome:
    facts = {name: performance.facts(name, settings) for name in FLYWHEELS}
    messages = performance.messages
    return Outcome(
        counts=counts_of(performance, deliveries),
        senders=dict(sorted(Counter(_sender(each, settings) for each in deliveries).items())),
        messages=messages,
        shown=newest(messages, [performance.ledger(name) for name in FLYWHEELS]),
        reports=[report(facts[name], flywheel=name, settings=settings, as_of=ENDS) for name in FLYWHEELS],
        wiring=[wiring(facts[name], name, settings) for name in TEAMS],
    )


def _sender(delivery: Delivery, settings: Settings) -> str:
    return AWS if delivery.hook is None else known_hook(delivery.hook, settings).source.title


def _print(outcome: Outcome, settings: Settings) -> None:
    console = page()
    show_messages(console, outcome.messages, outcome.shown)
    show_figures(console, [each for each in outcome.reports if each["flywheel"] in TEAMS], settings)
    show_tenets(console, outcome.wiring, settings)
    show_doom_loop(console, outcome.wiring, outcome.messages, settings)
    show_counts(console, outcome.counts, outcome.senders)
    show_next(console)
