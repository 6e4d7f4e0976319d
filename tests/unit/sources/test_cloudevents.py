"""CloudEvents over HTTP in their three modes; what is wrong with one is refused by its name."""

import base64
import json
from typing import Any

import pytest

from shared.sources import cloudevents
from shared.sources.delivery import delivery_of
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.options import SourceOptions
from shared.sources.translation import Translation

OPTIONS = SourceOptions()
DATA = {"incident": "i1", "service": "web"}
ATTRIBUTES = {
    "specversion": "1.0",
    "id": "a-1",
    "source": "/pager",
    "type": "com.example.incident.opened",
    "time": "2026-03-14T00:00:00Z",
}


def post(body: Any, **headers: str) -> Translation:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return cloudevents.translate(delivery_of(named.items(), raw), OPTIONS)


def in_headers(**changes: str) -> dict[str, str]:
    return {f"CE-{name.title()}": value for name, value in (ATTRIBUTES | changes).items()}


def test_the_three_modes_tell_the_same() -> None:
    binary = post(DATA, **in_headers())
    structured = post(ATTRIBUTES | {"data": DATA}, content_type="application/cloudevents+json")
    batched = post([ATTRIBUTES | {"data": DATA}], content_type="application/cloudevents-batch+json")
    assert binary.events == structured.events == batched.events
    (found,) = binary.events
    assert found.detail_type == "Incident Opened"
    assert found.detail == {"id": "a-1-/pager", "time": "2026-03-14T00:00:00Z", "incident": "i1", "service": "web"}


@pytest.mark.parametrize(
    "sent",
    [
        {"data": json.dumps(DATA)},
        {"data_base64": base64.b64encode(json.dumps(DATA).encode()).decode()},
    ],
)
def test_data_may_be_a_text_of_json_or_base64(sent: dict[str, Any]) -> None:
    assert post(ATTRIBUTES | sent).events == post(ATTRIBUTES | {"data": DATA}).events


def test_id_and_time_of_the_event_itself_beat_those_of_its_wrapping() -> None:
    (found,) = post(ATTRIBUTES | {"data": DATA | {"id": "own", "time": "2026-03-13T23:59:00Z"}}).events
    assert (found.detail["id"], found.detail["time"]) == ("own", "2026-03-13T23:59:00Z")


def test_the_same_id_from_another_source_is_another_event() -> None:
    (one,), (other,) = (post(ATTRIBUTES | {"data": DATA, "source": each}).events for each in ("/pager", "/phone"))
    assert one.detail["id"] != other.detail["id"]


def test_headers_are_percent_decoded() -> None:
    (found,) = post(DATA, **in_headers(source="/pager%20of%20Z%C3%BCrich")).events
    assert found.detail["id"] == "a-1-/pager of Zürich"


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ('"a-1"', "a-1"),
        (r'"a \"1\" \\"', 'a "1" \\'),
        ('"a%22"', 'a"'),
        ("%c3%a9%61", "éa"),
        ('5"', '5"'),
    ],
)
def test_headers_are_unquoted_before_they_are_percent_decoded(header: str, meant: str) -> None:
    (found,) = post(DATA, **in_headers(id=header)).events
    assert found.detail["id"] == f"{meant}-/pager"


@pytest.mark.parametrize("header", ["a%C0%A0", "%ff", '"%e2%82"'])
def test_a_header_that_is_percent_encoded_but_no_utf_8_is_refused(header: str) -> None:
    with pytest.raises(UnreadableDeliveryError) as caught:
        post(DATA, **in_headers(id=header))
    assert (caught.value.field, caught.value.expected) == ("ce.id", "percent-encoded UTF-8")


@pytest.mark.parametrize(
    "content_type", ["application/cloudevents+json", "Application/CloudEvents+JSON; charset=utf-8"]
)
def test_a_structured_event_may_repeat_its_attributes_as_headers(content_type: str) -> None:
    structured = ATTRIBUTES | {"data": DATA}
    assert post(structured, content_type=content_type, **in_headers()).events == post(structured).events
    assert post([structured], content_type=content_type, **in_headers()).events == post(structured).events


def test_an_unknown_type_is_acknowledged_without_a_look_at_its_data() -> None:
    found = post(b"\xff\xfe", **in_headers(type="com.example.door.opened"))
    assert found.ignored == "`com.example.door.opened` is no type that is counted"
    assert found.kind == "com.example.door.opened"


def test_of_a_batch_the_known_are_told() -> None:
    batch = [ATTRIBUTES | {"data": DATA}, ATTRIBUTES | {"id": "a-2", "type": "com.example.door.opened"}]
    found = post(batch)
    assert len(found.events) == 1
    assert found.ignored is None


def test_one_bad_event_refuses_the_batch_and_is_named_by_its_place() -> None:
    batch = [ATTRIBUTES | {"data": DATA}, ATTRIBUTES | {"id": "a-2", "data": {}}]
    with pytest.raises(UnreadableDeliveryError) as caught:
        post(batch)
    assert caught.value.field == "[1].data.incident"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (ATTRIBUTES | {"specversion": "0.3", "data": DATA}, "specversion"),
        (ATTRIBUTES | {"id": "", "data": DATA}, "id"),
        (ATTRIBUTES | {"source": None, "data": DATA}, "source"),
        (ATTRIBUTES | {"time": "2026-03-14T00:00:00", "data": DATA}, "time"),
        (ATTRIBUTES | {"time": None, "data": DATA}, "data.time"),
        (ATTRIBUTES | {"data_base64": "%"}, "data_base64"),
        (ATTRIBUTES | {"data": "{"}, "body"),
        (ATTRIBUTES | {"data": 7}, "data"),
        (ATTRIBUTES, "data"),
        ([], "body"),
        ([ATTRIBUTES] * 101, "body"),
        ("text", "body"),
        ({}, "specversion"),
    ],
)
def test_what_is_wrong_is_refused_by_its_name(sent: Any, field: str) -> None:
    with pytest.raises(UnreadableDeliveryError) as caught:
        post(sent)
    assert caught.value.field == field


@pytest.mark.parametrize("name", ["Deployment Finished", "deployment.finished", "io.shop.deployment_finished"])
def test_a_type_is_the_canonical_name_in_any_spelling_and_after_any_domain(name: str) -> None:
    detail = {"deployment": "d1", "service": "web", "environment": "production", "outcome": "succeeded"}
    assert [each.detail_type for each in post(ATTRIBUTES | {"type": name, "data": detail}).events] == [
        "Deployment Finished"
    ]
