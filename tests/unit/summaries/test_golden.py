"""What five wheels read like, word for word. To accept a changed wording, write the golden files anew and read them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cli.blocks import plain_lines
from shared.flywheel.settings import Settings
from shared.flywheel.summaries import Transition, summary_of, transitions
from shared.flywheel.wheel import fold
from shared.slack.blocks import message_of
from tests.unit.domain.histories import FLYWHEEL, History, facts_of
from tests.unit.summaries.wheels import AS_OF, barely_wired, doom_loop, first_turn, healthy, struggling

GOLDEN = Path(__file__).parent / "golden"
WHEELS: dict[str, Callable[[], History]] = {
    "healthy": healthy,
    "struggling": struggling,
    "barely_wired": barely_wired,
    "doom_loop": doom_loop,
    "first_turn": first_turn,
}


def read_by_a_person(history: History) -> str:
    """The newest summary of each phase and the newest of a turn, as messages."""
    facts, settings = facts_of(history.events), Settings()
    newest: dict[int, Transition] = {each.phase: each for each in transitions(fold(facts, FLYWHEEL, settings, AS_OF))}
    summaries = [summary_of(newest[phase], facts, FLYWHEEL, settings) for phase in sorted(newest, key=lambda p: p or 9)]
    messages = [(settings.channel_of(FLYWHEEL, each.phase), message_of(each)) for each in summaries]
    pages = ["\n".join(plain_lines(channel, message.text, message.blocks)) for channel, message in messages]
    return "\n\n".join(pages) + "\n"


@pytest.mark.parametrize("name", WHEELS)
def test_a_wheel_reads_as_its_golden_file(name: str) -> None:
    assert read_by_a_person(WHEELS[name]()) == (GOLDEN / f"{name}.txt").read_text()
