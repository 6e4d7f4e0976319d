"""An account whose executions are all taken, again and again: what is refused comes again, none is lost."""

from collections import Counter
from collections.abc import Callable

import pytest

from engine import FakeSlack
from tests.e2e.story import TOLD, Started, dead_letters, one_turn, replay, told, turns


def refusing(often: int, out_of: int) -> tuple[Callable[[str], bool], Counter[str]]:
    """Of each function's invocations so many in a row are refused, of so many."""
    asked: Counter[str] = Counter()
    refused: Counter[str] = Counter()

    def is_busy(function: str) -> bool:
        asked[function] += 1
        busy = asked[function] % out_of < often
        refused[function] += busy
        return busy

    return is_busy, refused


@pytest.mark.parametrize(("often", "out_of", "shards"), [(1, 2, 1), (2, 3, 4)])
def test_functions_that_are_refused_half_of_the_time_and_more_lose_nothing_and_tell_nothing_twice(
    started: Started, slack: FakeSlack, often: int, out_of: int, shards: int
) -> None:
    engine = started(stream_shards=shards)
    engine.lambdas.is_busy, refused = refusing(often, out_of)
    replay(engine, one_turn())

    assert sorted(told(slack)) == sorted(TOLD)
    [turn] = turns(engine)
    assert (turn["state"], turn["turn_time_hours"], turn["weight"]) == ("delivered", 239.0, 0.5)
    assert dead_letters(engine) == 0
    assert (engine.router.undelivered, engine.streams.abandoned, engine.asynchronous.dropped) == ([], [], [])
    assert len([name for name, times in refused.items() if times > 3]) >= 5
    assert {each.failure.type for each in engine.failures if each.failure} == {"TooManyRequestsException"}
