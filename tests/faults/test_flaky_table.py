"""Throttles, 500s, lost answers and conflicts: the same outcome, after a bounded number of tries."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from shared.store.table.table import Table
from tests.faults.flaky import ConflictingConnection, FlakyConnection
from tests.faults.pipeline import Pipeline
from tests.faults.stories import BEGIN, END, expected, first_lines, outcome, play

SEEDS = range(20)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who loses a race tries again at once: nobody else is here to be waited for."""
    monkeypatch.setattr("shared.pipeline.advance.pause", lambda _: None)


@pytest.fixture(scope="module")
def right() -> dict[str, Any]:
    return expected()


def tried() -> int:
    """How often the store's own client tries again."""
    attempts = Table("any")._meta["max_retry_attempts"]
    assert isinstance(attempts, int)
    return attempts


def compare(pipeline: Pipeline, right: dict[str, Any], *, duplicates: int) -> None:
    found = outcome(pipeline)
    assert found == {key: right[key] for key in found}
    assert sorted(first_lines(pipeline, known=True)) == right["messages"]
    assert len(first_lines(pipeline)) <= len(right["messages"]) + duplicates


def healed(pipeline: Pipeline) -> None:
    """Nothing goes wrong any more: what is left over is put back, and what the stream gave up is ticked for."""
    pipeline.redrive()
    pipeline.tick(END + timedelta(hours=6))
    pipeline.tick(END + timedelta(hours=7))
    pipeline.projecting.abandoned.clear()
    pipeline.summarising.abandoned.clear()


@pytest.mark.parametrize("percent", [1, 5, 20])
def test_20_seeds_of_throttles_500s_and_lost_answers_change_no_outcome(percent: int, right: dict[str, Any]) -> None:
    lost = 0
    for seed in SEEDS:
        made: list[FlakyConnection] = []

        def between(inner: Any, seed: int = seed, made: list[FlakyConnection] = made) -> FlakyConnection:
            made.append(FlakyConnection(inner, Random(seed), percent / 100, tried()))
            return made[0]

        pipeline = play(Pipeline(BEGIN, reached=between))
        (table,) = made
        table.p = 0
        compare(pipeline, right, duplicates=table.faults["given up"])
        attempts = table.calls + sum(table.faults[fault] for fault in ("throttled", "failed", "lost"))
        assert attempts <= table.calls * (1 + tried())
        lost += table.faults["lost"]
    assert lost >= 5 * percent


@pytest.mark.parametrize("percent", [5, 20])
def test_20_seeds_of_a_client_that_gives_up_early_end_the_same_after_redrives(
    percent: int, right: dict[str, Any]
) -> None:
    """A client that tries only twice: batches fail, go among the dead letters, and are put back until none is left."""
    for seed in SEEDS:
        made: list[FlakyConnection] = []

        def between(inner: Any, seed: int = seed, made: list[FlakyConnection] = made) -> FlakyConnection:
            made.append(FlakyConnection(inner, Random(seed), percent / 100, 1))
            return made[0]

        pipeline = play(Pipeline(BEGIN, reached=between))
        (table,) = made
        table.p = 0
        given_up = table.faults["given up"]
        healed(pipeline)
        compare(pipeline, right, duplicates=given_up)


def test_20_seeds_of_conflicts_and_mixed_reasons_drop_only_duplicates(right: dict[str, Any]) -> None:
    for seed in SEEDS:
        made: list[ConflictingConnection] = []

        def between(inner: Any, seed: int = seed, made: list[ConflictingConnection] = made) -> ConflictingConnection:
            made.append(ConflictingConnection(inner, Random(seed), 0.2))
            return made[0]

        pipeline = play(Pipeline(BEGIN, reached=between))
        (table,) = made
        assert min(table.faults["overtaken"], table.faults["conflict"]) > 0
        table.p = 0
        healed(pipeline)
        compare(pipeline, right, duplicates=sum(table.faults.values()))
