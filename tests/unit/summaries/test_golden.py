"""What six wheels read like, word for word. To accept a changed wording, write the golden files anew and read them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cli.blocks import plain_lines
from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.digest import digests_of
from shared.flywheel.summaries.phases_and_turns import Summary, Transition, summary_of, transitions
from shared.flywheel.wheel.fold import fold
from shared.slack.blocks import message_of
from tests.unit.domain.histories import FLYWHEEL, History, facts_of, moment, rules
from tests.unit.summaries.wheels import AS_OF, at, barely_wired, doom_loop, first_turn, healthy, struggling, well_wired

GOLDEN = Path(__file__).parent / "golden"
WHEELS: dict[str, Callable[[], History]] = {
    "healthy": healthy,
    "struggling": struggling,
    "barely_wired": barely_wired,
    "doom_loop": doom_loop,
    "first_turn": first_turn,
    "well_wired": well_wired,
}


DIGEST_AT = {"first_turn": at(14), "doom_loop": at(106)}
"""When the digest is made of a wheel that has come to rest long before the others."""


def page(channel: str, summary: Summary) -> str:
    message = message_of(summary)
    return "\n".join(plain_lines(channel, message.text, message.blocks))


def digest_read_by_a_person(name: str) -> str:
    """A weekly digest for everyone, and those of the engineers and of the CTO, who have channels here."""
    personas = {"engineers": "#engineers", "cto": "#technology"}
    settings = rules(name="Checkout", time_zone="Europe/Dublin", personas=personas)
    [period] = periods(settings.flywheel(FLYWHEEL), moment(DIGEST_AT.get(name, at(170))), 1)
    digests = digests_of(facts_of(WHEELS[name]().events), FLYWHEEL, settings, period)
    return "\n\n".join(page(settings.channel_of(FLYWHEEL, each.phase), each) for each in digests) + "\n"


def read_by_a_person(history: History) -> str:
    """The newest summary of each phase and the newest of a turn, as messages."""
    facts, settings = facts_of(history.events), Settings()
    newest: dict[int, Transition] = {each.phase: each for each in transitions(fold(facts, FLYWHEEL, settings, AS_OF))}
    summaries = [summary_of(newest[phase], facts, FLYWHEEL, settings) for phase in sorted(newest, key=lambda p: p or 9)]
    return "\n\n".join(page(settings.channel_of(FLYWHEEL, each.phase), each) for each in summaries) + "\n"


@pytest.mark.parametrize("name", WHEELS)
def test_a_wheel_reads_as_its_golden_file(name: str) -> None:
    assert read_by_a_person(WHEELS[name]()) == (GOLDEN / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", WHEELS)
def test_a_digest_reads_as_its_golden_file(name: str) -> None:
    assert digest_read_by_a_person(name) == (GOLDEN / f"{name}_digest.txt").read_text()
