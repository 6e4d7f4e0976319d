"""The process dies at every step there is, before the step and after it: nothing is lost, no number differs."""

import pytest

from tests.faults.pipeline import Pipeline
from tests.faults.stories import BEGIN, expected, first_lines, outcome, play


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_death_at_any_step_of_any_function_changes_no_outcome(before: bool) -> None:
    """Every call of record, project, summarise, notify and tick: table, bus, queue and Slack."""
    right, step = expected(), 0
    while True:
        pipeline = Pipeline(BEGIN)
        pipeline.steps.dies(step, before=before)
        play(pipeline)
        if not pipeline.deaths:
            break
        found = outcome(pipeline)
        assert found == {key: right[key] for key in found}, step
        told = first_lines(pipeline)
        assert sorted(set(told)) == sorted(set(right["messages"])), step
        assert len(told) <= len(right["messages"]) + 1, step
        step += 1
    assert step > (150 if before else 50)
