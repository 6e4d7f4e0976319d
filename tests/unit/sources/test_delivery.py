"""What arrives is read strictly, and what is refused names the field, the value and the mend."""

import base64
import json

import pytest

from shared.sources.delivery import delivery_of
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.fields import Fields


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":2}}',
        b'{"a":"\\ud800"}',
        b'{"\\udfff":1}',
        b'{"a":' + b"9" * 5_000 + b"}",
        b"[" * 200 + b"]" * 200,
        b'{"a":' * 100_000,
        b"[" * 1_000_000,
    ],
    ids=lambda body: body[:24],
)
def test_json_that_two_readers_might_read_differently_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableDeliveryError) as caught:
        delivery_of([], body).json()
    assert caught.value.field == "body"
    assert caught.value.expected
    assert len(str(caught.value)) < 1_000
    assert str(caught.value).isascii()


def test_ordinary_json_is_read() -> None:
    value = {"a": [1, 2.5, None, True, "Zoë 𝄞", {"b": []}], "deep": json.loads("[" * 30 + "]" * 30)}
    assert delivery_of([], json.dumps(value)).json() == value
    assert delivery_of([], json.dumps(value, ensure_ascii=False)).json() == value


def test_headers_are_found_in_any_case_and_a_second_one_is_joined() -> None:
    delivery = delivery_of([("X-GitHub-Event", "push"), ("x-github-event", "issues")], b"{}")
    assert delivery.header("X-GITHUB-EVENT") == "push,issues"
    assert delivery.header("x-github-delivery") is None


def test_a_body_in_base64_is_decoded_and_a_broken_one_is_unreadable() -> None:
    raw = b'{"a":"\xc3\xab"}\r\n'
    assert delivery_of([], base64.b64encode(raw).decode(), is_base64=True).body == raw
    for broken in ("{}", "é", "abc", "YQ==YQ=="):
        with pytest.raises(UnreadableDeliveryError):
            delivery_of([], broken, is_base64=True)


def test_no_body_is_an_empty_body() -> None:
    assert delivery_of([], None).body == b""


def test_a_refusal_names_the_path_and_shows_no_objects() -> None:
    fields = Fields({"issue": {"labels": [{"name": "a"}, {"name": {"email": "mira@example.com"}}]}})
    with pytest.raises(UnreadableDeliveryError) as caught:
        fields.object("issue").objects("labels")[1].text("name")
    assert caught.value.field == "issue.labels[1].name"
    assert caught.value.value == "an object of 1"
    assert "mira" not in str(caught.value)


@pytest.mark.parametrize("value", [True, 1.5, "", "x" * 65, None, [], {}])
def test_an_identifier_is_a_whole_number_or_a_short_text(value: object) -> None:
    with pytest.raises(UnreadableDeliveryError):
        Fields({"id": value}).id("id")
    assert Fields({"id": 7}).id("id") == "7"
    assert Fields({"id": "7f"}).id("id") == "7f"
