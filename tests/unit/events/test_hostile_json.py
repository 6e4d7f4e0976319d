"""Whatever arrives, decoding ends in an Event or an InvalidEventError."""

import json
from collections.abc import Callable
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import DETAIL_TYPES, Event, InvalidEventError, canonical_json, decode, decode_json
from events.schema import sample

pytestmark = pytest.mark.slow

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()))
    | st.sampled_from(["2026-03-01T10:00:00Z", "0001-01-01T00:00:00+23:59", "succeeded", -(10**400)])
    | st.just(5000).map(lambda digits: 10**digits)
)
KEYS = st.text(st.characters(exclude_categories=()), max_size=8) | st.sampled_from(["id", "time", "idea", "commits"])
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))


def outcome(read: Callable[[Any], Event], sent: Any) -> Event | InvalidEventError:
    try:
        return read(sent)
    except InvalidEventError as error:
        return error


def is_event_or_plain_refusal(decoded: Event | InvalidEventError) -> bool:
    """Whether a refusal can be logged and stored whatever was sent: it names a field and shows short plain text."""
    if isinstance(decoded, Event):
        return True
    return bool(decoded.field) and len(decoded.shown) < 200 and decoded.shown.replace("…", "").isascii()


def written(value: Any) -> str:
    try:
        return json.dumps(value)
    except ValueError:  # thousands of digits
        return "9" * 5000


def refusal(body: str | bytes) -> InvalidEventError:
    with pytest.raises(InvalidEventError) as caught:
        decode_json(body)
    return caught.value


def body(extra: str) -> str:
    """An event that would be valid but for what is added to its detail."""
    valid = '"id":"1","time":"2026-03-01T10:00:00Z","idea":"one-tap"'
    return f'{{"source":"ci","detail-type":"Idea Proposed","detail":{{{valid}{extra}}}}}'


def test_the_body_that_the_cases_below_spoil_is_valid() -> None:
    assert decode_json(body("")).detail.idea == "one-tap"
    assert decode_json(body(',"more":[1,{"a":1.5}]').encode()).raw["more"] == [1, {"a": 1.5}]


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        (',"n":NaN', "a finite number"),
        (',"n":-Infinity', "a finite number"),
        (',"n":1e999', "a number that a double can hold"),
        (',"n":' + "9" * 5000, "a whole number of at most 38 digits"),
        (',"n":1,"n":1', "each key of an object once"),
        (',"deep":{"a":1,"a":2}', "each key of an object once"),
        (',"idea":"other"', "each key of an object once"),
        (',"n":"\\ud800"', "Unicode text, without lone surrogates"),
        (',"\\udfff":1', "keys that are Unicode text, without lone surrogates"),
        (',"n":' + "[" * 40 + "]" * 40, "JSON of at most 32 levels"),
        (',"n":' + "[" * 200_000 + "]" * 200_000, "JSON of at most 32 levels"),
        (',"n":' + '{"a":' * 40 + "1" + "}" * 40, "JSON of at most 32 levels"),
    ],
)
def test_json_that_a_log_cannot_keep_is_refused(extra: str, expected: str) -> None:
    assert refusal(body(extra)).expected == expected


@pytest.mark.parametrize("value", ["NaN", "1e999", '{"a":1,"a":2}', "9" * 5000])
def test_json_that_is_none_is_refused_also_where_the_envelope_is_ignored(value: str) -> None:
    assert refusal(body("").replace('{"source"', f'{{"id":{value},"source"', 1)).field == "event"


def test_a_whole_number_of_38_digits_in_an_unknown_field_is_kept() -> None:
    assert decode_json(body(',"n":' + "9" * 38)).raw["n"] == 10**38 - 1


def test_many_elements_on_few_levels_are_no_nesting() -> None:
    assert len(decode_json(body(',"n":[' + ",".join(["[[]]"] * 500) + "]")).raw["n"]) == 500


@pytest.mark.parametrize("text", [b"\xff\xfe", b"", "", "{", "{'a': 1}", '{"a": 01}', "\ufeff{}", "[]", "null", "5"])
def test_what_is_no_json_object_is_refused(text: str | bytes) -> None:
    assert refusal(text).field == "event"


@pytest.mark.parametrize("field", ["source", "detail-type", "detail"])
@pytest.mark.parametrize("depth", [50, 400, 900])
def test_the_value_of_a_refusal_can_be_written_whatever_was_sent(field: str, depth: int) -> None:
    deep: list[Any] = []
    for _ in range(depth):
        deep = [deep]
    with pytest.raises(InvalidEventError) as caught:
        decode({"source": "ci", "detail-type": "Idea Proposed", "detail": {}, field: deep})
    assert caught.value.field == field
    assert json.dumps(caught.value.value).count("[") <= 300


def test_bytes_that_are_no_utf_8_are_named_by_their_place() -> None:
    assert refusal(body("").encode() + b"\xff").expected == f"UTF-8, but byte {len(body(''))} is none"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_found_by_its_place_also_outside_json(number: float) -> None:
    detail = {"id": "1", "time": "2026-03-01T10:00:00Z", "metric": "m", "value": 1, "more": [{"n": number}]}
    with pytest.raises(InvalidEventError) as caught:
        decode({"source": "ci", "detail-type": "Metric Measured", "detail": detail})
    assert (caught.value.field, caught.value.expected) == ("detail.more[0].n", "a finite number")


def test_the_canonical_form_sorts_keys_and_leaves_values_as_sent() -> None:
    assert canonical_json({"b": [1, 1.5, None], "a": "é\u2028"}) == '{"a":"é\u2028","b":[1,1.5,null]}'.encode()


@settings(max_examples=150, deadline=None)
@given(st.binary() | st.text(st.characters(exclude_categories=())) | JSON.map(written))
def test_any_text_gives_an_event_or_a_refusal(text: str | bytes) -> None:
    assert is_event_or_plain_refusal(outcome(decode_json, text))


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({}, optional={"source": JSON, "detail-type": JSON, "detail": JSON}) | JSON)
def test_any_value_gives_an_event_or_a_refusal(envelope: Any) -> None:
    assert is_event_or_plain_refusal(outcome(decode, envelope))


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(list(DETAIL_TYPES)), st.data())
def test_a_sample_with_any_one_value_replaced_is_an_event_that_can_be_kept_or_a_refusal(
    detail_type: str, data: st.DataObject
) -> None:
    event = sample(detail_type)
    field = data.draw(st.sampled_from(list(DETAIL_TYPES[detail_type].__struct_fields__)))
    event["detail"][field] = data.draw(JSON)
    decoded = outcome(decode, event)
    assert is_event_or_plain_refusal(decoded)
    if isinstance(decoded, Event):
        assert json.loads(canonical_json(decoded.raw)) == decoded.raw
        assert decoded.detail.time.astimezone(UTC)
