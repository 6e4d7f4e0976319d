"""Whatever is sent, a source answers with a translation or one error; and what it translates keeps the contracts."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

import events
from shared.sources.catalogue import SOURCES, translate
from shared.sources.delivery import delivery_of
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.options import SourceOptions
from shared.sources.translation import Translation
from tests.fuzzing import examples
from tests.unit.sources.sample_deliveries import Sample, samples

pytestmark = pytest.mark.slow

ALL = {name: [sample for sample in samples() if sample.source == name] for name in SOURCES}

HOSTILE = some.sampled_from(
    [
        "",
        " ",
        "\x00",
        "<!channel>",
        "<https://evil.example.com|click>",
        "javascript:alert(1)",
        "https://user:pass@evil.example.com/?q#f",
        "\u202eevil",
        "a\r\nSet-Cookie: x",
        "<source>",
        "é" * 300,
        "x" * 10_000,
        "0" * 40,
        "2026-03-12T09:15:00",
        "2026-13-12T09:15:00Z",
        -1,
        0,
        10**18,
        2**63,
        1.5,
        True,
        None,
    ]
)
VALUES = some.recursive(
    HOSTILE | some.text(max_size=20) | some.integers() | some.floats(allow_nan=False, allow_infinity=False),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)

WRONG: tuple[Any, ...] = (..., None, "", 0, [], {})


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to everything in a body."""
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inner:
        found.extend(paths(each, (*path, step)))
    return found


def changed(value: Any, path: tuple[Any, ...], put: Any) -> Any:
    """A copy with something else at one place, or, for `...`, nothing at all."""
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    if len(path) > 1:
        copy[path[0]] = changed(copy[path[0]], path[1:], put)
    elif put is ...:
        del copy[path[0]]
    else:
        copy[path[0]] = put
    return copy


@some.composite
def mutants(draw: some.DrawFn, name: str) -> tuple[Sample, Any]:
    sample: Sample = draw(some.sampled_from(ALL[name]))
    body = sample.body
    for _ in range(draw(some.integers(1, 4))):
        where = paths(body)
        if where:
            body = changed(body, draw(some.sampled_from(where)), draw(some.just(...) | VALUES))
    return sample, body


def understood(name: str, headers: dict[str, str], body: bytes, options: SourceOptions) -> None:
    """Translate; anything but a translation or that one error is a failure of the test."""
    try:
        translation = translate(SOURCES[name], delivery_of(headers.items(), body), options)
    except UnreadableDeliveryError as caught:
        error = caught
    else:
        assert_kept(name, translation)
        return
    assert error.field
    assert error.expected
    assert str(error).isprintable()


def assert_kept(name: str, translation: Translation) -> None:
    """What comes out keeps the contracts, and links only to the web."""
    for event in translation.events:
        decoded = events.decode(json.loads(json.dumps(event.envelope(f"{name}/fuzz"))))
        assert not decoded.detail.url or decoded.detail.url.startswith(("https://", "http://"))
    assert bool(translation.events) == (translation.ignored is None)


@pytest.mark.parametrize("name", SOURCES)
@examples(80)
@given(data=some.data())
def test_a_changed_sample_is_translated_or_refused(name: str, data: some.DataObject) -> None:
    sample, body = data.draw(mutants(name))
    understood(name, sample.headers, json.dumps(body).encode(), sample.options)


@pytest.mark.parametrize("name", SOURCES)
@examples(50)
@given(data=some.data())
def test_bytes_of_a_sample_cut_or_changed_are_translated_or_refused(name: str, data: some.DataObject) -> None:
    sample = data.draw(some.sampled_from(ALL[name]))
    body = bytearray(json.dumps(sample.body).encode())
    for _ in range(data.draw(some.integers(1, 8))):
        body[data.draw(some.integers(0, len(body) - 1))] = data.draw(some.integers(0, 255))
    understood(name, sample.headers, bytes(body[: data.draw(some.integers(0, len(body)))]), sample.options)


@pytest.mark.parametrize("name", SOURCES)
@examples(50)
@given(
    body=some.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode()),
    headers=some.dictionaries(
        some.sampled_from(["x-github-event", "content-type", "webhook-id"]),
        some.sampled_from(["push", "issues", "release", "application/x-www-form-urlencoded", "ping", ""]) | some.text(),
    ),
)
def test_anything_at_all_is_translated_or_refused(name: str, headers: dict[str, str], body: bytes) -> None:
    understood(name, headers, body, SourceOptions())


@pytest.mark.parametrize("name", SOURCES)
def test_without_its_fields_one_by_one_every_sample_is_translated_or_refused(name: str) -> None:
    """Each place of each kind of body once: samples of one kind share most of theirs."""
    tried = set()
    for sample in ALL[name]:
        for path in paths(sample.body):
            place = (sample.headers.get("x-github-event"), *(str(step) for step in path))
            if place in tried:
                continue
            tried.add(place)
            for put in WRONG:
                body = json.dumps(changed(sample.body, path, put)).encode()
                understood(name, sample.headers, body, sample.options)
