"""No person's name, login or address that a vendor sends gets into an event."""

import json
from typing import Any

import pytest

from shared.sources.catalogue import SOURCES, translate
from shared.sources.delivery import delivery_of
from shared.sources.errors import UnreadableDeliveryError
from tests.unit.sources.sample_deliveries import Sample, samples

MARK = "zq-person"
PEOPLE = {
    "actor",
    "agent",
    "approved_by",
    "assignee",
    "assignees",
    "author",
    "closed_by",
    "committer",
    "conference_bridge",
    "creator",
    "maintainer",
    "member",
    "merged_by",
    "pusher",
    "requested_reviewers",
    "sender",
    "triggering_actor",
    "user",
}
PROSE = {"body", "message", "comment", "description", "shortDescription", "zen"}
ALL = list(samples())


def marked(value: Any, key: str = "", *, of_a_person: bool = False) -> Any:
    """The body with every text about a person replaced by a mark, and a signature put under all prose."""
    mine = of_a_person or key in PEOPLE
    if isinstance(value, dict):
        return {name: marked(inner, name, of_a_person=mine) for name, inner in value.items()}
    if isinstance(value, list):
        return [marked(inner, key, of_a_person=mine) for inner in value]
    if isinstance(value, str) and mine and key != "type":
        return f"{MARK} <{MARK}@example.com>"
    if isinstance(value, str) and key in PROSE:
        return f"{value}\n\nSigned-off-by: {MARK} <{MARK}@example.com>"
    return value


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: f"{sample.source}/{sample.name}")
def test_what_is_said_of_people_stays_out_of_every_event(sample: Sample) -> None:
    body = json.dumps(marked(sample.body)).encode()
    translation = translate(SOURCES[sample.source], delivery_of(sample.headers.items(), body), sample.options)
    told = json.dumps([event.detail for event in translation.events]) + str(translation.ignored) + translation.kind
    assert MARK not in told
    assert "@example.com" not in told


def test_the_samples_do_speak_of_people() -> None:
    """Else the test above could not fail."""
    spoken = [sample for sample in ALL if MARK in json.dumps(marked(sample.body))]
    assert len(spoken) >= 0.9 * len(ALL)


def test_a_refusal_shows_no_objects_of_the_body() -> None:
    """Every field of the top level in turn is replaced by an object about a person."""
    for sample in ALL:
        for name in sample.body if isinstance(sample.body, dict) else ():
            broken = json.dumps(sample.body | {name: {"email": f"{MARK}@example.com", "login": MARK}}).encode()
            assert MARK not in said_of(sample, broken), (sample.source, sample.name, name)


def said_of(sample: Sample, body: bytes) -> str:
    """The refusal's words; empty where there is none."""
    try:
        translate(SOURCES[sample.source], delivery_of(sample.headers.items(), body), sample.options)
    except UnreadableDeliveryError as error:
        return f"{error} {error.field} {error.value} {error.expected}"
    return ""
