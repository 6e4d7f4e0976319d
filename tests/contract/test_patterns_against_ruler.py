"""Rules and filters of the synthesised template as AWS's own event-ruler reads them, and as the embedded engine does.

What our matcher says of a pattern and an event must be what event-ruler says, also of patterns that the template does
not use yet: it is what rules, filters and their tests rely on here.
"""

import copy
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli.embedded.assembly import synthesis
from engine import load_pattern, matches
from engine.errors import PatternError
from engine.java import maven
from events import PUBLISHER
from shared.store.table import names
from tests.lacking import need

JAVA = Path(__file__).parents[1] / "java"
POM = JAVA / "event-ruler.pom.xml"
SAMPLES = Path(__file__).parents[2] / "events" / "samples"
pytestmark = [pytest.mark.slow, pytest.mark.takes(15)]

Json = dict[str, Any]


class Case(NamedTuple):
    """A pattern and an event, both as JSON text."""

    pattern: str
    event: str


Ask = Callable[[list[Case]], list[Any]]


@pytest.fixture(scope="session")
def ruler() -> Iterator[Ask]:
    """Asks event-ruler, one case after the other: it takes seconds to start and microseconds to answer."""
    need("event-ruler", maven.lacking(["java", "javac"], POM))
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{maven.jars(POM)}/*", str(JAVA / "EventRuler.java")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        asked, told = process.stdin, process.stdout
        assert asked is not None
        assert told is not None

        def ask(cases: list[Case]) -> list[Any]:
            answers = []
            for case in cases:
                asked.write(json.dumps(case._asdict()) + "\n")
                asked.flush()
                answers.append(json.loads(told.readline()))
            return answers

        yield ask
        asked.close()


@pytest.fixture(scope="session")
def resources() -> Json:
    """The template's resources; the stack is synthesised once for its sources."""
    (template,) = synthesis().directory.glob("*.template.json")
    found: Json = json.loads(template.read_text())["Resources"]
    return found


def test_rules_of_the_template_match_what_event_ruler_says(resources: Json, ruler: Ask) -> None:
    events = [change for sample in envelopes() for change in changed(sample)]
    cases = [Case(json.dumps(rule), json.dumps(event)) for rule in rules_of(resources) for event in events]

    agree(cases, ruler(cases))
    assert len(cases) >= 200


def test_stream_filters_of_the_template_match_what_event_ruler_says(resources: Json, ruler: Ask) -> None:
    records = list(stream_records())
    cases = [Case(pattern, json.dumps(record)) for pattern in filters_of(resources) for record in records]

    agree(cases, ruler(cases))
    assert len(cases) >= 80


def test_every_operator_matches_what_event_ruler_says(ruler: Ask) -> None:
    cases = [Case(json.dumps({"detail": wanted}), json.dumps({"detail": told})) for wanted in WANTED for told in TOLD]

    agree(cases, ruler(cases))
    assert len(cases) >= 400


def test_what_event_ruler_refuses_is_refused(ruler: Ask) -> None:
    cases = [Case(pattern, "{}") for pattern in MALFORMED]

    assert ruler(cases) == ["refused"] * len(cases)
    assert [ours(case) for case in cases] == ["refused"] * len(cases)


def agree(cases: list[Case], theirs: list[Any]) -> None:
    """Ours and event-ruler's answers are equal, case by case, and not all the same."""
    told = [ours(case) for case in cases]
    differing = [(*case, mine, other) for case, mine, other in zip(cases, told, theirs, strict=True) if mine != other]
    assert not differing, f"{len(differing)} of {len(cases)}, the first (ours, theirs): {differing[:5]}"
    assert {True, False} <= set(told)


def ours(case: Case) -> Any:
    """What the embedded engine says, in event-ruler's words."""
    try:
        return matches(load_pattern(case.pattern), json.loads(case.event))
    except PatternError:
        return "refused"


def rules_of(resources: Json) -> list[Json]:
    """Patterns of the rules; what CloudFormation would fill in is filled in."""
    found = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::Events::Rule"]
    patterns = [rule["EventPattern"] for rule in found if "EventPattern" in rule]
    assert len(patterns) >= 2
    return [filled(pattern) for pattern in patterns]


def filled(value: Any) -> Any:
    """A value with an account's number for every reference."""
    if isinstance(value, dict):
        if len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::")):
            return "123456789012"
        return {name: filled(each) for name, each in value.items()}
    return [filled(each) for each in value] if isinstance(value, list) else value


def filters_of(resources: Json) -> list[str]:
    """Patterns of the filters of event source mappings, each as the text that Lambda gets."""
    mappings = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::Lambda::EventSourceMapping"]
    found = [each["Pattern"] for mapping in mappings for each in mapping.get("FilterCriteria", {}).get("Filters", [])]
    assert len(found) >= 2
    return found


def envelopes() -> Iterator[Json]:
    """Our samples as EventBridge carries them, and an announcement of the stack's own."""
    for file in sorted(SAMPLES.glob("*.json")):
        told = json.loads(file.read_text())
        for sample in told if isinstance(told, list) else [told]:
            yield {
                "version": "0",
                "id": "6f87d04b-9a74-4f04-a780-7acf4b0a9b38",
                "detail-type": sample["detail-type"],
                "source": sample.get("source", "pipeline"),
                "account": "123456789012",
                "time": "2026-03-02T08:00:00Z",
                "region": "eu-west-1",
                "resources": [],
                "detail": sample["detail"],
            }
    for detail_type in ("Phase Summary Ready", "Digest Ready", "Phase Completed", "Turn Completed"):
        yield {"detail-type": detail_type, "source": PUBLISHER, "account": "123456789012", "detail": {"summary": "s"}}


def changed(event: Json) -> Iterator[Json]:
    """An event, and what could come in its place: forged, re-cased, incomplete, of other types."""
    yield event
    for field in ("source", "detail-type"):
        others = (PUBLISHER, "", None, 5, event[field].upper(), event[field] + " ", [event[field]], [PUBLISHER, "x"])
        for other in others:
            yield copy.deepcopy(event) | {field: other}
        yield {name: value for name, value in event.items() if name != field}
        yield {name: value for name, value in event.items() if name != field} | {"detail": {field: event[field]}}
    yield event | {"source": {"name": event["source"]}}
    yield event | {"detail-type": {"name": event["detail-type"]}}


def stream_records() -> Iterator[Json]:
    """Records of the table's stream: each kind inserted, modified, removed, and images that are not as expected."""
    for kind in (*names.KINDS, "", "segment", "SEGMENTS"):
        for name in ("INSERT", "MODIFY", "REMOVE"):
            image = {"pk": {"S": "F#web"}, "sk": {"S": "x"}, "kind": {"S": kind}, "version": {"N": "1"}}
            for news in ({}, {names.NEWS: {"S": "01"}}, {names.NEWS: {"S": ""}}, {names.NEWS: {"NULL": True}}):
                told = {"NewImage": image | news, "SizeBytes": 4}
                yield {"eventName": name, "eventSource": "aws:dynamodb", "dynamodb": told}
    kinds: tuple[Json, ...] = ({}, {"N": "1"}, {"L": [{"S": "SEGMENT"}]})
    images: tuple[Json, ...] = ({}, *({"kind": kind} for kind in kinds), {"kind": "SEGMENT"})
    for image in images:
        yield {"eventName": "INSERT", "dynamodb": {"NewImage": image}}
    yield {"eventName": "REMOVE", "dynamodb": {"Keys": {"pk": {"S": "F#web"}}}}
    yield {"eventName": "INSERT", "dynamodb": {"OldImage": {"kind": {"S": "SEGMENT"}}}}


WANTED: list[Json] = [
    {"a": ["one"]},
    {"a": ["one", "two"]},
    {"a": [""]},
    {"a": [None]},
    {"a": [True]},
    {"a": [5]},
    {"a": [5.0, "x"]},
    {"a": ["5"]},
    {"a": [{"prefix": "on"}]},
    {"a": [{"prefix": {"equals-ignore-case": "ON"}}]},
    {"a": [{"suffix": "ne"}]},
    {"a": [{"suffix": {"equals-ignore-case": "NE"}}]},
    {"a": [{"equals-ignore-case": "ONE"}]},
    {"a": [{"wildcard": "o*e"}]},
    {"a": [{"wildcard": "*"}]},
    {"a": [{"wildcard": "o\\*e"}]},
    {"a": [{"anything-but": "one"}]},
    {"a": [{"anything-but": ["one", "two"]}]},
    {"a": [{"anything-but": 5}]},
    {"a": [{"anything-but": {"prefix": "o"}}]},
    {"a": [{"anything-but": {"suffix": "e"}}]},
    {"a": [{"anything-but": {"equals-ignore-case": "ONE"}}]},
    {"a": [{"anything-but": {"wildcard": "o*"}}]},
    {"a": [{"numeric": [">", 0, "<=", 5]}]},
    {"a": [{"numeric": ["=", 5]}]},
    {"a": [{"cidr": "10.0.0.0/24"}]},
    {"a": [{"exists": True}]},
    {"a": [{"exists": False}]},
    {"a": {"b": ["one"]}},
    {"a": {"b": [{"exists": False}]}},
    {"a": {"b": ["one"], "c": [2]}},
    {"a.b": ["one"]},
    {"$or": [{"a": ["one"]}, {"b": ["one"]}]},
    {"a": ["one"], "$or": [{"b": [1]}, {"b": [{"exists": False}]}]},
]
TOLD: list[Json] = [
    {},
    {"a": "one"},
    {"a": "ONE"},
    {"a": "two", "b": "one"},
    {"a": ""},
    {"a": None},
    {"a": True},
    {"a": 5},
    {"a": 5.0},
    {"a": "5"},
    {"a": -1},
    {"a": "o*e"},
    {"a": "10.0.0.7"},
    {"a": "10.0.1.7"},
    {"a": []},
    {"a": {}},
    {"a": ["one", "three"]},
    {"a": ["two", 5]},
    {"a": {"b": "one"}},
    {"a": {"b": "one", "c": 2}},
    {"a": [{"b": "one", "c": 1}, {"b": "two", "c": 2}]},
    {"a": [{"b": "one"}, {"c": 2}]},
    {"a": [{"b": "one", "c": 2}]},
    {"a.b": "one"},
    {"b": 1, "a": "one"},
]
MALFORMED = [
    '{"a": "one"}',
    '{"a": []}',
    '{"a": [["one"]]}',
    '{"a": [{"prefix": "a", "suffix": "b"}]}',
    '{"a": [{"like": "a"}]}',
    '{"a": [{"wildcard": "a**b"}]}',
    '{"a": [{"exists": "yes"}]}',
    '{"a": [{"numeric": [">"]}]}',
    "not json",
    "[]",
]
