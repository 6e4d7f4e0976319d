"""One event through every kind of part: bus, rule, queue, function, table, stream, function, bus, queue."""

from collections.abc import Callable
from typing import Any

from engine.embedded import Engine

Running = Callable[..., Engine]
Made = Callable[..., dict[str, Any]]


def test_an_event_goes_all_the_way(running: Running, made: Made) -> None:
    engine = running()
    engine.put_events([made("a")])
    engine.drain()
    print(engine.failures)
    assert engine.bodies("done") == [{"id": "a", "read": True}]
