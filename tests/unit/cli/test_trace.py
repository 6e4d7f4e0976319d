"""`flywheel trace`: what became of one event, from files and from a stack."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli.tracing import from_stack
from shared.pipeline.recording import Message, record
from shared.store.kept.dead_letters import bury
from tests.unit.domain.histories import History, commit
from tests.unit.store.driving import Driver
from tests.unit.store.test_dead_letters import Box, letter

Run = Callable[..., Any]
AS_OF = ("--as-of", "2026-03-30T00:00:00Z")


def told_story() -> History:
    history = History().proposed("03-02", "cart", id="idea")
    history.deployed("03-03 12:00", "d1", commit("c1", "03-03 10:00", "cart"), id="deployed")
    history.deployed("03-03 12:00", "d1", commit("c1", "03-03 10:00", "cart"), id="deployed")
    history.deployed("03-03 12:00", "d1", commit("c1", "03-03 09:00", "cart"), id="deployed", revision=2)
    history.deployed("03-04", "d2", id="staged", environment="staging")
    history.released("03-05", "wrong", id="wrong").retracted("03-06", "wrong", id="sorry")
    history.deployed("03-07", "d3", id="lost", flywheel=None, service="nobodys")
    return history.released("04-05", "later", id="later")


@pytest.fixture
def history(tmp_path: Path) -> Path:
    broken = {"source": "pipeline", "detail-type": "Idea Proposed", "detail": {"id": "broken", "time": "yesterday"}}
    path = tmp_path / "history.jsonl"
    lines = [json.dumps(each) for each in [*told_story().events, broken]]
    path.write_text("\n".join(lines) + "\nno JSON at all\n")
    return path


@pytest.fixture
def traced(flywheel: Run, history: Path) -> Callable[[str], dict[str, Any]]:
    def run(id: str) -> dict[str, Any]:
        ran = flywheel("trace", id, history, "--json", *AS_OF)
        assert ran.code == 0, ran.err
        [found] = json.loads(ran.out)["found"]
        return dict(found)

    return run


Traced = Callable[[str], dict[str, Any]]


def test_each_delivery_is_told_apart(traced: Traced) -> None:
    found = traced("deployed")
    assert [(each["place"].rpartition(":")[2], each["fate"]) for each in found["deliveries"]] == [
        ("2", "superseded"),
        ("3", "duplicate"),
        ("4", "stands"),
    ]


def test_an_event_that_counts_names_its_flywheel_and_its_figures(traced: Traced) -> None:
    followed = traced("deployed")["trace"]
    assert (followed["flywheel"], followed["state"]) == ("checkout", "counted")
    counted = {part["figure"] for part in followed["parts"] if part["counted"]}
    assert {"dora.lead_time_hours", "dora.change_fail_rate"} <= counted


@pytest.mark.parametrize(
    ("id", "state", "whose"),
    [
        ("staged", "not_production", "checkout"),
        ("wrong", "retracted", "checkout"),
        ("sorry", "retraction", "checkout"),
        ("lost", "unmapped", None),
        ("later", "ahead", None),
    ],
)
def test_an_event_that_does_not_count_says_why(traced: Traced, id: str, state: str, whose: str | None) -> None:
    followed = traced(id)["trace"]
    assert (followed["state"], followed["flywheel"], followed["parts"]) == (state, whose, [])
    assert followed["why"]


def test_an_event_beyond_memory_is_forgotten(flywheel: Run, history: Path) -> None:
    ran = flywheel("trace", "idea", history, "--json", "--as-of", "2029-01-01T00:00:00Z")
    assert json.loads(ran.out)["found"][0]["trace"]["state"] == "forgotten"


def test_a_line_that_is_no_valid_event_is_rejected_with_its_reason(traced: Traced) -> None:
    found = traced("broken")
    [delivery] = found["deliveries"]
    assert delivery["fate"] == "rejected"
    assert "yesterday" in delivery["why"]
    assert found["trace"] is None


def test_source_and_id_name_one_of_several(flywheel: Run, tmp_path: Path) -> None:
    path = tmp_path / "two.jsonl"
    both = [
        *History(source="a").proposed("03-02", "x", id="1").events,
        *History(source="b").proposed("03-03", "y", id="1").events,
    ]
    path.write_text("".join(json.dumps(each) + "\n" for each in both))
    sources = [
        [found["source"] for found in json.loads(flywheel("trace", name, path, "--json", *AS_OF).out)["found"]]
        for name in ("1", "b 1")
    ]
    assert sources == [["a", "b"], ["b"]]


def test_an_unknown_id_fails_and_says_where_it_was_looked_for(flywheel: Run, history: Path) -> None:
    ran = flywheel("trace", "nothing", history, *AS_OF)
    assert (ran.code, ran.out) == (1, "")
    assert "history.jsonl" in ran.err
    assert "'nothing'" in ran.err


def test_people_read_deliveries_state_and_figures(flywheel: Run, history: Path) -> None:
    out = flywheel("trace", "deployed", history, *AS_OF).out
    assert out.startswith("pipeline deployed  Deployment Finished · 2026-03-03T12:00:00Z")
    assert "superseded" in out
    assert "of checkout, counted: it stands" in out
    assert "Counted in:" in out
    assert "dora.lead_time_hours" in out


@pytest.fixture
def deployed_stack(monkeypatch: pytest.MonkeyPatch) -> Driver:
    driver = Driver()
    monkeypatch.setattr(from_stack, "outputs_of", lambda _: {"TableName": "flywheel"})
    monkeypatch.setattr(from_stack, "store_of", lambda *_: driver.store)
    driver.append(told_story().events, datetime(2026, 4, 6, tzinfo=UTC))
    return driver


@pytest.mark.parametrize("id", ["idea", "deployed", "staged", "wrong", "sorry", "lost", "later"])
@pytest.mark.parametrize("source", ["pipeline ", ""])
def test_a_stack_tells_the_same(flywheel: Run, traced: Traced, deployed_stack: Driver, id: str, source: str) -> None:
    ran = flywheel("trace", f"{source}{id}", "--json", *AS_OF)
    assert ran.code == 0, ran.err
    [found] = json.loads(ran.out)["found"]
    assert found["source"] == "pipeline"
    assert found["trace"] == traced(id)["trace"]


def test_a_stack_knows_what_it_superseded(flywheel: Run, deployed_stack: Driver) -> None:
    found = json.loads(flywheel("trace", "pipeline deployed", "--json", *AS_OF).out)["found"][0]
    assert [each["fate"] for each in found["deliveries"]] == ["stands", "superseded"]


def test_of_an_id_that_several_sources_sent_each_is_told(flywheel: Run, deployed_stack: Driver) -> None:
    deployed_stack.append(History(source="other tool").proposed("03-02", "two", id="idea").events)
    ran = flywheel("trace", "idea", "--json", *AS_OF)
    assert sorted(found["source"] for found in json.loads(ran.out)["found"]) == ["other tool", "pipeline"]
    ran = flywheel("trace", "other tool idea", "--json", *AS_OF)
    assert [found["source"] for found in json.loads(ran.out)["found"]] == ["other tool"]


def test_what_a_stack_does_not_know_it_says_how_to_ask_for(flywheel: Run, deployed_stack: Driver) -> None:
    ran = flywheel("trace", "nothing", *AS_OF)
    assert ran.code == 1
    assert "flywheel trace 'SOURCE nothing'" in ran.err
    assert "SOURCE" not in flywheel("trace", "pipeline nothing", *AS_OF).err


@pytest.mark.parametrize("named", ["broken", "pipeline broken"])
def test_a_stack_says_why_it_refused_an_event(flywheel: Run, deployed_stack: Driver, named: str) -> None:
    broken = {"source": "pipeline", "detail-type": "Idea Proposed", "detail": {"id": "broken", "time": "yesterday"}}
    message = Message(id="m", body=json.dumps(broken), sent=datetime(2026, 3, 20, tzinfo=UTC))
    record(deployed_stack.store, deployed_stack.settings, [message], lambda *_: None)
    ran = flywheel("trace", named, *AS_OF)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("pipeline broken  Idea Proposed")
    assert "rejected" in ran.out
    assert "xxxxxxxxx" in ran.out


def test_a_stack_names_dead_letters_and_what_became_of_them(flywheel: Run, deployed_stack: Driver) -> None:
    body = {"source": "pipeline", "detail-type": "Idea Proposed", "detail": {"id": "dead"}}
    box = Box(letter(body, sent=datetime(2026, 3, 20, tzinfo=UTC)))
    bury(deployed_stack.store.table, box, datetime(2026, 3, 21, tzinfo=UTC))
    ran = flywheel("trace", "dead", *AS_OF)
    assert ran.code == 0, ran.err
    told = " ".join(ran.out.split())
    assert "f-inbox-dead, sent" in told
    assert "dead nobody could handle it (tried 5" in told
    assert "`flywheel redrive`" in told


def test_messages_that_are_too_old_to_be_corrected_are_told_of(flywheel: Run, tmp_path: Path) -> None:
    path, config = tmp_path / "history.jsonl", tmp_path / "flywheel.toml"
    history = History().proposed("03-02", "old", id="old").proposed("03-02 00:01", "new", id="new")
    path.write_text("\n".join(json.dumps(each) for each in history.events))
    config.write_text("[corrections]\ndays = 28\ndigests = 3\n")
    at = ("--as-of", "2026-03-30T00:00:00Z", "--config", config)

    told = json.loads(flywheel("trace", "old", path, "--json", *at).out)["found"][0]["trace"]["as_told"]

    assert told.startswith(
        "summaries of phases, turns and outcomes of 2026-03-02 and before, and digests before the last 3"
    )
    assert "stay as they were told" in flywheel("trace", "old", path, *at).out.replace("\n", " ")
    assert json.loads(flywheel("trace", "new", path, "--json", *at).out)["found"][0]["trace"]["as_told"] is None
