"""Whatever comes: an answer, never an exception, never a 5xx, and nothing taken from who is not proven."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sources.catalogue import SOURCES
from tests.fuzzing import examples
from tests.unit.intake.conftest import Desk
from tests.unit.intake.requests import github, request

pytestmark = pytest.mark.slow

SAMPLES = [
    (path.parent.name, json.loads(path.read_text()))
    for path in sorted((Path(__file__).parents[3] / "events" / "samples").glob("*/*.json"))
    if path.parent.name == "github"
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
MANY = examples(100)


def desk() -> Desk:
    made = Desk()
    for source in SOURCES:
        made.secrets(source, "s3cret")
    return made


DESK = desk()


@MANY
@given(
    hook=st.sampled_from([*SOURCES, "nobody", "", "é", "../x"]),
    body=st.text(max_size=200) | st.none() | JSON.map(json.dumps),
    headers=st.dictionaries(
        st.sampled_from(
            ["x-hub-signature-256", "webhook-id", "webhook-timestamp", "webhook-signature", "authorization"]
        )
        | st.text(max_size=12),
        st.text(max_size=80),
        max_size=6,
    ),
    is_base64=st.booleans(),
)
def test_nobody_gets_in_and_nothing_breaks(hook: str, body: Any, headers: dict[str, str], is_base64: bool) -> None:
    payload = request(hook, body, headers)
    status, said = DESK.post({**payload, "isBase64Encoded": is_base64})
    assert status in {400, 401, 413}
    assert set(said) == {"error"}
    assert DESK.bus.taken == []


@MANY
@given(payload=st.dictionaries(st.sampled_from(["headers", "body", "pathParameters", "requestContext"]), JSON))
def test_a_payload_of_any_shape_is_answered(payload: dict[str, Any]) -> None:
    assert DESK.post(payload)[0] in {400, 401}


def mutated(value: Any, draw: Any) -> Any:
    """The value with one place in it replaced by something else."""
    if isinstance(value, dict) and value and draw(st.integers(0, 5)):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: mutated(value[key], draw)}
    if isinstance(value, list) and value and draw(st.integers(0, 5)):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], mutated(value[at], draw), *value[at + 1 :]]
    return draw(JSON)


@MANY
@given(data=st.data())
def test_a_proven_sender_may_send_anything(data: st.DataObject) -> None:
    taken = desk()
    _, sample = data.draw(st.sampled_from(SAMPLES))
    event = next(value for name, value in sample["headers"].items() if name.lower() == "x-github-event")
    body = mutated(sample["body"], data.draw)
    status, said = taken.post(github(event, body))
    assert status in {200, 202, 422}
    assert len(taken.bus.taken) == said["accepted"]
    assert {each.source for each in taken.bus.taken} <= {"github/github"}
    if status == 422:
        assert len(taken.inbox.sent) == 1
