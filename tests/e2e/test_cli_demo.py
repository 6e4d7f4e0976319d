"""`flywheel demo`: the real stack tells the same as the pure domain, and loses nothing."""

import json
import subprocess
import sys
from typing import Any

import pytest

import events
from cli.demo.show import CONTEXT
from cli.demo.story import ENDS, FLYWHEELS, story
from cli.embedded.assembly import PROJECT
from shared.flywheel.config import load
from shared.flywheel.facts import fact_of
from shared.flywheel.report import report


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the demo says as JSON, in a process of its own as a user runs it; once for all tests here."""
    ran = subprocess.run(
        [sys.executable, "-m", "cli", "demo", "--json"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    value: dict[str, Any] = json.loads(ran.stdout)
    return value


def test_every_event_sent_is_counted_or_a_repetition_or_rejected(told: dict[str, Any]) -> None:
    counts = told["counts"]
    assert counts["sent"] == len(story())
    assert counts["sent"] == counts["accepted"] + counts["duplicate"] + counts["rejected"]
    assert (counts["duplicate"], counts["rejected"]) == (2, 1)


@pytest.mark.parametrize("flywheel", FLYWHEELS)
def test_the_stack_reports_what_the_pure_domain_reports(told: dict[str, Any], flywheel: str) -> None:
    settings = load((PROJECT / CONTEXT["config"]).read_bytes())
    facts = []
    for delivery in story():
        try:
            facts.append(fact_of(events.decode(delivery.event)))
        except events.InvalidEventError:
            continue
    expected = report(facts, flywheel=flywheel, settings=settings, as_of=ENDS)
    found = next(each for each in told["reports"] if each["flywheel"] == flywheel)
    assert found == json.loads(json.dumps(expected))


def test_both_teams_hear_of_every_phase_and_turn_that_ended_in_the_story_once(told: dict[str, Any]) -> None:
    posted = [(message["channel"], message["text"]) for message in told["messages"]]
    assert len(posted) == len(set(posted))
    assert {channel for channel, _ in posted} == {"#checkout", "#search"}
    for found in told["reports"]:
        closed = [turn for turn in found["turn_list"] if turn["closed_at"]]
        announced = [text for channel, text in posted if channel == f"#{found['flywheel']}" and _closes(text)]
        assert len(announced) == len(closed)


def _closes(text: str) -> bool:
    """Of one turn: a digest, too, may begin with how many were delivered."""
    if " digest · " in text:
        return False
    return "Turn delivered" in text or "Turn stopped" in text or "was delivered" in text or "was stopped" in text
