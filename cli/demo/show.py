"""The demo from beginning to end. Its output is the same every time; how long it took goes to stderr."""

import msgspec

from cli.demo.performance import stage
from cli.demo.story import ENDS, FLYWHEELS, story
from cli.demo.telling import show_counts, show_figures, show_messages, show_next
from cli.embedded.assembly import PROJECT, assembly
from cli.progress import counting
from cli.terminal import page, print_json, say
from shared.flywheel.config import load
from shared.flywheel.report import report

CONTEXT = {"stage": "demo", "retain_data": "false", "config": "cli/demo/flywheel.toml"}


def show(as_json: bool) -> None:
    """Synthesise if needed, play the story, and tell what came of it."""
    settings = load((PROJECT / CONTEXT["config"]).read_bytes(), CONTEXT["config"])
    deliveries = story()
    synthesised = assembly(CONTEXT)
    say(f"playing {len(deliveries)} events of twelve weeks to the stack …")
    with stage(synthesised, deliveries[0]) as performance:
        with counting("events delivered", len(deliveries)) as progress:
            performance.play(deliveries, progress)
        performance.end(ENDS)
        reports = [
            report(performance.facts(name, settings), flywheel=name, settings=settings, as_of=ENDS)
            for name in FLYWHEELS
        ]
        counts, messages = performance.counts, performance.messages
    if as_json:
        print_json(msgspec.to_builtins({"counts": counts, "messages": messages, "reports": reports}))
        return
    console = page()
    show_messages(console, messages)
    show_figures(console, reports, settings)
    show_counts(console, counts)
    show_next(console)
