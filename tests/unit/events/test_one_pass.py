"""The quick reader against the strict one: it reads nothing that the strict one refuses, and nothing differently."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import DETAIL_TYPES, InvalidEventError
from events.decoding import decode_strictly
from events.event import Event, canonical_json
from events.one_pass import plain_event
from events.schema import sample
from tests.fuzzing import examples

pytestmark = pytest.mark.slow

NUMBERS = st.sampled_from(
    (
        *("0", "-0", "0.0", "-0.0", "1", "-1", "1.5", "2.50", "1e5", "1E5", "0.1e1", "1e15", "1e16"),
        *("9999999999999998.0", "1e-4", "1e-5", "1e-101", "1e101", "5e-324", "1e400", "01", "1.", ".5", "+1", "NaN"),
        *("9007199254740993", "123456789012345678", "9223372036854775808", "18446744073709551616"),
    )
) | st.builds(lambda sign, digits: sign + "9" * digits, st.sampled_from(["", "-"]), st.integers(1, 41))
PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters='"\\', min_codepoint=0x20), max_size=8)
TEXTS = st.one_of(
    PLAIN.map(lambda text: f'"{text}"'),
    st.text(max_size=6).map(json.dumps),
    st.sampled_from(
        (
            *('"a:b"', '"{[,:"', '"\\u003a"', '"\\ud800"', '"\\u0061"', '"\x7f"', '"\x01"', '"id"', '"null"'),
            *(f'"{"1" * 40}"', f'"{"[" * 33}"', f'"{"x" * 257}"', '"2026-03-01T10:00:00Z"'),
        )
    ),
)
SPACE = st.sampled_from(["", "", "", " ", "\n", "\t ", "\x0b", "\xa0"])
LITERALS = st.sampled_from(["null", "true", "false", "True", "nul"])


def _listed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.lists(inner, max_size=4), SPACE).map(lambda each: f"[{each[1]}{f',{each[1]}'.join(each[0])}]")


def _object(pairs: list[tuple[str, str]], space: str) -> str:
    return "{" + f",{space}".join(f"{key}{space}:{space}{value}" for key, value in pairs) + "}"


def _objects(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    keys = st.sampled_from(['"a"', '"b"', '"id"', '"a:b"', '"\\u0061"', '"sha"', '"time"']) | TEXTS
    return st.builds(_object, st.lists(st.tuples(keys, inner), max_size=4), SPACE)


VALUES = st.recursive(NUMBERS | TEXTS | LITERALS, lambda inner: _listed(inner) | _objects(inner), max_leaves=8)
"""Values as texts, of JSON and of what is nearly JSON."""


def agree(body: bytes) -> Event | None:
    """Where the quick reader reads an event, the strict one reads it too, and just as it."""
    quick = plain_event(body)
    if quick is None:
        return None
    strict = decode_strictly(body)
    assert (quick.detail, quick.source, quick.detail_type, quick.account) == (
        strict.detail,
        strict.source,
        strict.detail_type,
        strict.account,
    )
    assert quick.canonical == strict.canonical == canonical_json(quick.raw) == canonical_json(strict.raw)
    assert json.dumps(quick.raw) == json.dumps(strict.raw)
    assert repr(quick.detail) == repr(strict.detail)
    return quick


def written(envelope: dict[str, Any]) -> list[tuple[str, str]]:
    return [(json.dumps(name), json.dumps(value)) for name, value in envelope.items()]


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_the_sample_of_every_kind_is_read_in_one_pass(detail_type: str) -> None:
    body = json.dumps(sample(detail_type), ensure_ascii=False).encode()
    if b"\\" not in body:
        assert agree(body) is not None


@examples(200)
@given(st.sampled_from(list(DETAIL_TYPES)), st.data())
def test_an_event_with_any_text_in_any_place_is_read_by_both_alike(detail_type: str, data: st.DataObject) -> None:
    envelope = sample(detail_type)
    fields = written(envelope.pop("detail"))
    names = [json.dumps(name) for name in DETAIL_TYPES[detail_type].__struct_fields__]
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(fields)))
        name = data.draw(st.sampled_from(names) | TEXTS)
        fields.insert(place, (name, data.draw(VALUES)))
    if data.draw(st.booleans()):
        fields = list(dict(fields).items())
    outer = [*written(envelope), ('"detail"', _object(fields, data.draw(SPACE)))]
    for _ in range(data.draw(st.integers(0, 1))):
        name = data.draw(st.sampled_from(['"id"', '"account"', '"source"', '"detail-type"', '"detail"']) | TEXTS)
        outer.insert(data.draw(st.integers(0, len(outer))), (name, data.draw(VALUES)))
    agree(_object(outer, data.draw(SPACE)).encode(errors="surrogatepass"))


@examples(100)
@given(st.sampled_from(list(DETAIL_TYPES)), st.data())
def test_an_event_with_any_bytes_changed_is_read_by_both_alike(detail_type: str, data: st.DataObject) -> None:
    body = bytearray(json.dumps(sample(detail_type)).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2) | st.just(b'"a":1,'))
    agree(bytes(body))


def _with(extra: str, before: str = "") -> bytes:
    valid = '"id":"1","time":"2026-03-01T10:00:00Z","idea":"one-tap"'
    return f'{{"source":"ci","detail-type":"Idea Proposed",{before}"detail":{{{valid}{extra}}}}}'.encode()


@pytest.mark.parametrize("extra", ["", ',"n":[1,{"a":1.5}]', ',"title":null', ',"n":"a:b"', ',"n":"é\u2028"'])
def test_what_is_plain_is_read_in_one_pass(extra: str) -> None:
    assert agree(_with(extra)) is not None


@pytest.mark.parametrize(
    "extra",
    [
        ',"n":1,"n":1',
        ',"deep":{"a":1,"a":2}',
        ',"n":"\\u003a","n":1',
        ',"n":1e16',
        ',"n":' + "9" * 39,
        ',"n":' + "[" * 32 + "1" + "]" * 32,
        ',"n":[' + ",".join("1" * 501) + "]",
        ',"n":"' + "x" * 20_001 + '"',
        ',"revision":0',
        ',"idea":""',
    ],
)
def test_what_the_strict_reader_has_to_judge_is_left_to_it(extra: str) -> None:
    assert plain_event(_with(extra)) is None


@pytest.mark.parametrize("before", ['"id":"e","id":"f",', '"x":{"a":1,"a":1},', '"source":"other",'])
def test_a_key_that_stands_twice_in_the_envelope_is_seen(before: str) -> None:
    assert plain_event(_with("", before)) is None


def test_many_small_objects_in_a_list_are_read_in_one_pass_and_deep_ones_are_not() -> None:
    assert agree(_with(',"n":[' + ",".join(['{"a":[1]}'] * 100) + "]")) is not None
    assert plain_event(_with(',"n":[' + ",".join(["[]"] * 40) + "]", '"x":' + "[" * 40 + "]" * 40 + ",")) is None


def test_an_envelope_with_what_eventbridge_adds_is_read_in_one_pass_with_its_account() -> None:
    event = agree(_with("", '"account":"123456789012","id":"e:1","resources":["arn:aws:x"],'))
    assert event is not None
    assert event.account == "123456789012"


def test_what_the_system_itself_publishes_is_refused() -> None:
    body = _with("").replace(b'"ci"', b'"flywheel"')
    assert plain_event(body) is None
    with pytest.raises(InvalidEventError, match="a producer"):
        decode_strictly(body)
