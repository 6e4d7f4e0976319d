"""What became of one event, as its sender is told: counted in which flywheel, of nobody, rejected and why."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import Engine
from shared.flywheel.facts.fact import key_of
from tests.e2e.looking.callers import asked
from tests.e2e.story import BEGIN, event, one_turn, put


@pytest.fixture(scope="module")
def engine(assembly: Path) -> Iterator[Engine]:
    """A stack to which two events were sent that count, one of nobody, and two that break their contract."""
    with Engine.from_template(assembly, clock=BEGIN + timedelta(days=4)) as made:
        send_all(made)
        yield made


def send_all(made: Engine) -> None:
    nobodys = event("Deployment Finished", "05T11:00", "nobodys", flywheel=None, service="desk")
    nobodys["detail"] |= {"deployment": "d", "environment": "production", "outcome": "succeeded"}
    put(made, [*one_turn()[:2], nobodys, event("Deployment Finished", "05T11:00", "broken", service="lamps")])
    made.advance_to(made.clock.now() + timedelta(minutes=5))
    put(made, [event("Idea Proposed", "03T10:00", "idea")])


def verdict(engine: Engine, name: str, source: str = "test.pipeline") -> dict[str, Any]:
    answer = asked(engine, f"/events/{key_of(source, name):016x}")
    assert answer.status == 200
    body: dict[str, Any] = answer.json()
    return body


def test_an_event_that_counts_is_told_with_its_flywheel(engine: Engine) -> None:
    assert verdict(engine, "deployed") == {"verdict": "counted", "flywheel": "lighting", "reason": "it stands"}


def test_an_event_of_nobody_says_how_it_would_count(engine: Engine) -> None:
    answer = verdict(engine, "nobodys")

    assert (answer["verdict"], answer["flywheel"]) == ("unmapped", None)
    assert "flywheel.toml" in answer["reason"]


def test_a_rejected_event_says_why_and_nothing_of_what_it_held(engine: Engine) -> None:
    answer = verdict(engine, "broken")

    assert (answer["verdict"], answer["flywheel"]) == ("rejected", "lighting")
    assert answer["reason"].startswith("detail.deployment: expected ")


def test_a_rejection_that_is_newer_than_what_is_stored_comes_first(engine: Engine) -> None:
    assert verdict(engine, "idea")["verdict"] == "rejected"


def test_an_event_that_nobody_sent_is_not_known(engine: Engine) -> None:
    for name, source in (("deployed", "another"), ("never", "test.pipeline")):
        assert verdict(engine, name, source)["verdict"] == "unknown"


@pytest.mark.parametrize("key", ["x", "0" * 15, "0" * 17, "G" * 16, "%00", "0000000000000000x"])
def test_a_key_that_is_none_is_refused(engine: Engine, key: str) -> None:
    assert asked(engine, f"/events/{key}").status == 400


def test_nobody_learns_anything_without_a_signature(engine: Engine) -> None:
    assert engine.http("GET", f"/events/{key_of('test.pipeline', 'deployed'):016x}", {}).status == 403
