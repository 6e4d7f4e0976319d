"""Whatever somebody sends, n bytes cost at most in proportion to n: steps and memory, counted at n, 2n, 4n and 8n.

For every way in and the dearest shapes known of each: what was once quadratic stands here with what might have been.
"""

import json
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from events import InvalidEventError, bounds
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.settings.values import Settings
from shared.pipeline.messages import decode_message
from shared.sources.catalogue import SOURCES, translate
from shared.sources.delivery import delivery_of
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.options import PathRule, SourceOptions
from shared.store.kept.senders import sender_of
from shared.store.log.identity import kept
from shared.store.segments.pack import pack, unpack
from shared.store.segments.places import hinted, partitions_of
from tests.unit.cost.counting import memory_of, steps_of
from tests.unit.sources.sample_deliveries import Sample, samples

pytestmark = pytest.mark.slow

TIME = "2026-03-01T10:00:00Z"
SIZES = (1, 2, 4, 8)
SLACK = 1.5
"""Of growth beside the linear one."""
BYTES_A_BYTE = 100
"""Held at most for each byte of a delivery: the smallest thing of JSON is a list, of two bytes, that takes 88."""
FIXED_BYTES = 400_000

Body = Callable[[int], str]


def event(detail_type: str, more: str, **fields: Any) -> str:
    """An event's text, to which something is added that a dictionary could not hold."""
    long_enough = "https://example.com/" + "u" * bounds.SMALL  # to be looked at whatever else it holds
    detail = json.dumps({"id": "1", "time": TIME, "url": long_enough, **fields})[:-1]
    return f'{{"source": "ci", "detail-type": "{detail_type}", "detail": {detail}{more}}}}}'


def keys(count: int, name: str = "key") -> str:
    return "".join(f', "{name}{number}": 1' for number in range(count))


def listed(count: int, each: Callable[[int], Any]) -> str:
    return json.dumps([each(number) for number in range(count)])


def commit(number: int) -> dict[str, Any]:
    return {"sha": f"{number:040x}", "time": TIME, "ideas": [f"I-{number % 50}"]}


DEPLOYED: dict[str, Any] = {"deployment": "d", "service": "s", "environment": "production", "outcome": "succeeded"}
SHAPES: dict[str, Body] = {
    "unknown keys": lambda n: event("Idea Proposed", keys(60 * n, "a long key"), idea="x"),
    "unknown keys and one missing": lambda n: event("Idea Proposed", keys(50 * n)),
    "keys like the missing one": lambda n: event("Idea Proposed", keys(50 * n, "ide")),
    "a key twice after many": lambda n: event("Idea Proposed", keys(500 * n) + f', "key{500 * n - 1}": 2', idea="x"),
    "a long key": lambda n: event("Idea Proposed", f', "{"k" * 5000 * n}": 1'),
    "a detail-type that is none": lambda n: event("D" * 4000 * n, "", idea="x"),
    "one long text": lambda n: event("Outcome Recorded", "", idea="x", result="met", note="é" * 4000 * n),
    "a wrong text": lambda n: event("Outcome Recorded", "", idea="x", result="m" * 4000 * n),
    "escapes": lambda n: event(
        "Outcome Recorded", ', "note": "' + "\\u00e9\\n" * 500 * n + '"', idea="x", result="met"
    ),
    "brackets": lambda n: "[" * 2000 * n + "]" * 2000 * n,
    "empty lists": lambda n: event("Idea Proposed", ', "x": [' + ",".join(["[]"] * 500 * n) + "]", idea="x"),
    "empty objects": lambda n: event("Idea Proposed", ', "x": [' + ",".join(["{}"] * 500 * n) + "]", idea="x"),
    "nested to the bound": lambda n: event(
        "Idea Proposed", ', "x": [' + ",".join(["[" * 25 + "]" * 25] * 50 * n) + "]", idea="x"
    ),
    "digits": lambda n: event("Idea Proposed", f', "x": {"9" * 4000 * n}', idea="x"),
    "fractions": lambda n: event("Idea Proposed", f', "x": 0.{"9" * 4000 * n}', idea="x"),
    "no end": lambda n: '{"source": "' + "s" * 4000 * n,
    "commits": lambda n: event("Deployment Finished", f', "commits": {listed(100 * n, commit)}', **DEPLOYED),
    "recorded commits": lambda n: event(
        "Change Recorded", f', "commits": {listed(100 * n, commit)}', repository="r", head="h"
    ),
    "a commit that is wrong at the end": lambda n: event(
        "Deployment Finished", f', "commits": {listed(100 * n, commit)[:-1]}, {{"sha": 1}}]', **DEPLOYED
    ),
    "ideas": lambda n: event(
        "Deployment Finished", f', "ideas": {listed(60 * n, lambda each: f"idea number {each:08}")}', **DEPLOYED
    ),
    "released commits": lambda n: event(
        "Feature Released", f', "commits": {listed(500 * n, lambda each: f"{each:040x}")}', feature="f"
    ),
    "answers": lambda n: event("Survey Answered", f', "answers": {listed(60 * n, lambda _: 3)}', survey="westrum"),
    "pillars": lambda n: event(
        "Review Recorded", f', "risks": {json.dumps({str(each): {"high": 1} for each in range(60 * n)})}', workload="w"
    ),
    "a pillar that is wrong at the end": lambda n: event(
        "Review Recorded",
        f', "risks": {json.dumps({str(i): {"high": i - 60 * n + 1} for i in range(60 * n)})}',
        workload="w",
    ),
}
MAPS: dict[str, Callable[[int], str]] = {
    "components": lambda n: "".join(f"component C{i} [0.5, 0.5]\n" for i in range(100 * n)),
    "links": lambda n: "".join(f"component C{i} [0.5, 0.5]\nC{i}->C{i + 1}\n" for i in range(60 * n)),
    "links to nothing": lambda n: "".join(f"A{i}->B{i}\n" for i in range(100 * n)),
    "a chain on one line": lambda n: "->".join("abc" for _ in range(100 * n)),
    "evolutions": lambda n: "".join(f"component C{i} [0.5, 0.5]\nevolve C{i} 0.9\n" for i in range(60 * n)),
    "methods": lambda n: "".join(f"component C{i} [0.5, 0.5]\nbuy C{i}\n" for i in range(60 * n)),
    "comments that never end": lambda n: "/* " * 200 * n,
    "comments": lambda n: "/* x */\n" * 200 * n,
    "quotes": lambda n: 'component "' + '\\"' * 500 * n,
    "brackets": lambda n: "component A " + "[0.5," * 200 * n,
    "decorators": lambda n: "component A " + "(buy" + ",buy" * 200 * n,
    "blanks": lambda n: "component" + " " * 1000 * n + "A",
    "lines that nobody understands": lambda n: "what\n" * 200 * n,
}
ALL = SHAPES | {
    f"a map of {name}": lambda n, text=text: event("Map Submitted", f', "text": {json.dumps(text(n))}', map="market")
    for name, text in MAPS.items()
}


def recorded(body: str) -> None:
    """What `record` does with a message before anything is written."""
    try:
        found = decode_message(body, Settings(), None)
    except InvalidEventError as error:
        assert len(str(error)) < 5000  # noqa: PT017  whatever was sent
        sender_of(body)
        return
    for each in found.events:
        fact = fact_of(each)
        kept(each)
        hinted(fact)
        partitions_of(fact, Settings())
        unpack(pack([fact]))


@pytest.mark.parametrize("shape", ALL)
def test_an_event_costs_no_more_than_in_proportion_to_its_bytes(shape: str) -> None:
    bodies = [ALL[shape](size) for size in SIZES]
    assert_linear([len(body) for body in bodies], [steps_of(partial(recorded, body)) for body in bodies])
    small, large = ALL[shape](8), ALL[shape](64)
    held = [memory_of(partial(recorded, body)) for body in (small, large)]
    assert held[1] - held[0] <= FIXED_BYTES + BYTES_A_BYTE * (len(large) - len(small))


def assert_linear(sizes: list[int], costs: list[int]) -> None:
    """The last bytes added cost what those before did, and a little; where cost grows by the square they cost twice."""
    pairs = list(pairwise(zip(sizes, costs, strict=True)))
    *before, last = [(cost - less) / (size - smaller) for (smaller, less), (size, cost) in pairs]
    assert last <= max(*before, 1) * SLACK, pairs


# -- webhooks: every place of every sample made longer


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    return [path, *(place for step, each in inner for place in places(each, (*path, step)))]


def inflated(value: Any, path: tuple[Any, ...], size: int) -> Any:
    """A copy that has at one place so many more characters, elements or keys."""
    if path:
        copy: Any = dict(value) if isinstance(value, dict) else list(value)
        copy[path[0]] = inflated(value[path[0]], path[1:], size)
        return copy
    if isinstance(value, str):
        return value + (" " + value) * (size * 200 // (len(value) + 1))
    if isinstance(value, list):
        return value * (size * 10) if value else [0] * (size * 50)
    if isinstance(value, dict):
        return value | {f"more{number}": number for number in range(size * 50)}
    return value


OPTIONS = SourceOptions(
    paths=tuple(PathRule(path=f"services/{name}/*", service=name) for name in "abc"), branches=("*",)
)
FIRST: dict[tuple[str, str], Sample] = {}
for sample in samples():
    FIRST.setdefault((sample.source, sample.headers.get("x-github-event", str(sample.body)[:80])), sample)


@pytest.mark.parametrize("sample", FIRST.values(), ids=["-".join(key)[:60] for key in FIRST])
def test_a_webhook_costs_no_more_than_in_proportion_to_its_bytes(sample: Sample) -> None:
    tried = set()
    for path in places(sample.body):
        if (shape := tuple(str(step) for step in path)) in tried:
            continue
        tried.add(shape)
        bodies = [json.dumps(inflated(sample.body, path, size)).encode() for size in (4, 16)]
        costs = [steps_of(partial(translated, sample, body)) for body in bodies]
        least = steps_of(lambda: translated(sample, json.dumps(sample.body).encode()))
        growth = (len(bodies[1]) - len(bodies[0])) * STEPS_A_BYTE
        assert costs[1] - costs[0] <= max(growth, least), (path, costs, [len(body) for body in bodies])


STEPS_A_BYTE = 8
"""Of what is added to a delivery."""


def translated(sample: Sample, body: bytes) -> None:
    try:
        translate(SOURCES[sample.source], delivery_of(sample.headers.items(), body), OPTIONS)
    except UnreadableDeliveryError:
        return
