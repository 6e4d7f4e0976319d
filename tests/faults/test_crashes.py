"""The process dies at every step there is, as it begins and after each write: nothing is lost, no number differs."""

import itertools
from typing import Any

import pytest

from tests.faults.pipeline import Pipeline
from tests.faults.stories import BEGIN, expected, first_lines, outcome, play
from tests.unit.store.driving import Driver, report_of
from tests.unit.store.memory import MemoryConnection, crashes
from tests.unit.store.tangles import WORLD, tangled

ENTRIES = ("Turn Started", "Phase Entered")


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_death_at_any_step_of_any_function_changes_no_outcome(before: bool) -> None:
    """Every call of record, project, summarise, notify and tick: table, bus, queue and Slack."""
    right, step = expected(), 0
    announced = play(Pipeline(BEGIN)).announced(*ENTRIES).items()
    entered = {
        entry: identity for entry, identity in announced if "web" in entry
    }  # the other wheel's turn does not stay
    assert len(entered) == 5
    while True:
        pipeline = Pipeline(BEGIN)
        pipeline.steps.dies(step, before=before)
        play(pipeline)
        if not pipeline.deaths:
            break
        found = outcome(pipeline)
        assert found == {key: right[key] for key in found}, step
        assert sorted(first_lines(pipeline, known=True)) == sorted(right["messages"]), step
        assert len(first_lines(pipeline)) <= len(right["messages"]) + 1, step
        assert pipeline.announced(*ENTRIES).items() >= entered.items(), step
        step += 1
    assert step > (20 if before else 120)


def settled(fail: int, where: str) -> tuple[Driver, bool]:
    """All batches, each delivered until it is taken; the call with one number fails, before or after it happens.

    Returns whether there is a call with this number. An error that ends neither append nor project is part of it: that
    nobody is known to be set aside, where the look at it fails.
    """
    driver, calls = Driver(WORLD, MemoryConnection()), itertools.count()
    crash = crashes(fail, RuntimeError("crash"))

    def watch(*call: Any) -> None:
        next(calls)
        crash(*call)

    setattr(driver.memory, where, watch)
    for batch in tangled():
        try:
            driver.append(batch)
            driver.project()
        except (RuntimeError, AssertionError):
            driver.restart()
            driver.append(batch)
            driver.project()
    driver.memory.before = driver.memory.after = lambda *_: None
    return driver, next(calls) > fail


@pytest.mark.parametrize("where", ["before", "after"])
def test_an_error_at_any_call_of_append_and_advance_changes_no_number_and_no_stored_turn(where: str) -> None:
    """Every call that append and advance make is made to fail once; then the same batch is delivered again."""
    whole, _ = settled(10**9, where)
    sent = [each for batch in tangled() for each in batch]
    expected = whole.state()
    reports = {wheel: report_of(sent, wheel, WORLD) for wheel in ("web", "search", "pay", "unassigned")}
    calls = 0
    while True:
        driver, failed = settled(calls, where)
        if not failed:
            break
        assert {wheel: driver.report(wheel) for wheel in reports} == reports, calls
        assert driver.state() == expected, calls
        calls += 1
    assert calls > 40
