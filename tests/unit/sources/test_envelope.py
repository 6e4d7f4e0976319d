"""What reaches the recorder by a bus: each sample means what is written beside it, and nothing breaks it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

import events
from events.schema import sample as canonical_sample
from shared.sources.envelope import canonical_events
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.options import EnvironmentRule, ServiceRule, SourceOptions, WorkflowRule
from shared.sources.translation import Translation
from tests.fuzzing import examples
from tests.unit.sources.bus_samples import BusSample, bus_sample, bus_samples
from tests.unit.sources.test_fuzz import VALUES, changed, paths

ALL = bus_samples("aws", "cdevents")
NAMED = pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.name)
OPTIONS = SourceOptions()
PEOPLE = {"created-by", "modified-by", "creator", "assignees", "updatedBy", "user", "description", "latestDescription"}
MARK = "zq-person"


def found(sample: BusSample, envelope: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    translation = canonical_events(sample.envelope if envelope is None else envelope, sample.options)
    return [{"detail-type": event.detail_type, "detail": event.detail} for event in translation.events]


@NAMED
def test_a_sample_means_the_events_written_beside_it_however_often_it_comes(sample: BusSample) -> None:
    assert found(sample) == sample.expected
    assert found(sample, sample.envelope | {"id": "another-id"}) == sample.expected
    assert canonical_events(sample.envelope, sample.options).ignored == sample.ignored
    assert bool(sample.expected) == (sample.ignored is None)


def test_what_a_sample_means_keeps_the_contracts_and_the_source() -> None:
    for sample in ALL:
        for event in canonical_events(sample.envelope, sample.options).events:
            decoded = events.decode(event.envelope(sample.envelope["source"]))
            assert set(event.detail) <= set(decoded.detail.__struct_fields__), sample.name
            assert decoded.source == sample.envelope["source"]


def test_what_is_said_of_people_stays_out_of_every_event() -> None:
    for sample in ALL:
        translation = canonical_events(marked(sample.envelope), sample.options)
        assert MARK not in json.dumps([event.detail for event in translation.events]), sample.name
        assert len(translation.events) == len(sample.expected)


def marked(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: marked(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [marked(inner, key) for inner in value]
    return f"{MARK}@example.com" if isinstance(value, str) and key in PEOPLE else value


def test_the_samples_do_speak_of_people() -> None:
    """Else the test above could not fail."""
    assert sum(MARK in json.dumps(marked(sample.envelope)) for sample in ALL) > 15


@pytest.mark.parametrize("detail_type", events.DETAIL_TYPES)
def test_a_canonical_event_passes_unchanged(detail_type: str) -> None:
    envelope = canonical_sample(detail_type)
    (event,) = canonical_events(envelope, OPTIONS).events
    assert events.decode(envelope | event.envelope(envelope["source"])) == events.decode(envelope)
    assert event.detail is envelope["detail"]


def test_a_misspelt_detail_type_reaches_the_judge_of_canonical_events() -> None:
    (event,) = canonical_events({"source": "x", "detail-type": "Deploymet Finished", "detail": {}}, OPTIONS).events
    with pytest.raises(events.InvalidEventError, match="did you mean `Deployment Finished`"):
        events.decode(event.envelope("x"))


def test_a_canonical_event_from_an_aws_source_is_no_canonical_event() -> None:
    """AWS sends none, and nobody else may use its sources: what claims both is counted as unknown."""
    envelope = canonical_sample("Deployment Finished") | {"source": "aws.codepipeline"}
    translation = canonical_events(envelope, OPTIONS)
    assert (translation.events, translation.kind) == ((), "Deployment Finished")


@pytest.mark.parametrize("envelope", [None, [], "text", 7])
def test_what_is_no_object_is_refused(envelope: Any) -> None:
    with pytest.raises(UnreadableDeliveryError, match="a JSON object"):
        canonical_events(envelope, OPTIONS)


def test_a_name_that_no_contract_takes_is_refused_with_its_field_and_length() -> None:
    envelope = bus_sample("cdevents/service-deployed").envelope
    broken = changed(envelope, ("detail", "subject", "id"), "x" * 1000)
    with pytest.raises(UnreadableDeliveryError) as caught:
        canonical_events(broken, OPTIONS)
    assert caught.value.field == "subject.id"
    assert "1000 characters" in caught.value.value


@pytest.mark.parametrize(
    ("name", "path", "field"),
    [
        ("aws/codepipeline-execution-succeeded", ("detail", "execution-id"), "detail.execution-id"),
        ("aws/codepipeline-execution-succeeded", ("time",), "time"),
        ("aws/ecs-deployment-completed", ("resources",), "resources"),
        ("aws/cloudformation-update-complete", ("detail", "stack-id"), "detail.stack-id"),
        ("aws/cloudwatch-alarm", ("detail", "state", "timestamp"), "detail.state.timestamp"),
        ("aws/opsitem-created", ("detail", "status"), "detail.status"),
        ("cdevents/service-deployed", ("detail", "subject", "content", "environment"), "subject.content.environment"),
        ("cdevents/incident-detected", ("detail", "context", "timestamp"), "context.timestamp"),
    ],
)
def test_a_refusal_names_the_field_that_is_missing(name: str, path: tuple[str, ...], field: str) -> None:
    sample = bus_sample(name)
    with pytest.raises(UnreadableDeliveryError) as caught:
        canonical_events(changed(sample.envelope, path, ...), sample.options)
    assert caught.value.field == field
    assert caught.value.expected


@pytest.mark.parametrize("depth", [40, 5_000])
def test_nesting_without_end_is_refused_where_it_counts_and_harmless_elsewhere(depth: int) -> None:
    deep: Any = []
    for _ in range(depth):
        deep = [deep]
    sample = bus_sample("cdevents/service-deployed-with-ideas")
    where = ("detail", "customData", "flywheel", "ideas")
    with pytest.raises(UnreadableDeliveryError):
        canonical_events(changed(sample.envelope, where, deep), OPTIONS)
    beside = changed(sample.envelope, ("detail", "customData", "job"), deep)
    assert found(sample, beside) == sample.expected


def understood(envelope: Any, options: SourceOptions) -> None:
    """Anything but a translation that keeps the contracts, or that one error, is a failure."""
    try:
        translation = canonical_events(envelope, options)
    except UnreadableDeliveryError as caught:
        error = caught
    else:
        assert_kept(envelope, translation)
        return
    assert error.field
    assert error.expected
    assert str(error).isprintable()


def assert_kept(envelope: dict[str, Any], translation: Translation) -> None:
    assert bool(translation.events) == (translation.ignored is None)
    if is_ours(envelope):
        assert [(each.detail_type, each.detail) for each in translation.events] == [
            (envelope.get("detail-type"), envelope.get("detail"))
        ]
        return
    for event in translation.events:
        events.decode(json.loads(json.dumps(event.envelope(envelope["source"]))))


def is_ours(envelope: dict[str, Any]) -> bool:
    """Neither of AWS nor of CDEvents: passed on for `events.decode` to judge."""
    names = [str(envelope.get(name)) for name in ("source", "detail-type")]
    return not names[0].startswith("aws.") and not names[1].startswith(("dev.cdevents.", "dev.cdeventsx."))


BUSY = SourceOptions(
    environments=(EnvironmentRule("*-staging", "staging", "spare"), EnvironmentRule("x*", "production")),
    services=(ServiceRule("checkout*", "checkout"),),
    workflows=(WorkflowRule("*", service="w"),),
)


@pytest.mark.slow
@examples(120)
@given(data=some.data(), options=some.sampled_from([OPTIONS, BUSY]))
def test_a_changed_sample_is_translated_or_refused(data: some.DataObject, options: SourceOptions) -> None:
    envelope: Any = data.draw(some.sampled_from(ALL)).envelope
    for _ in range(data.draw(some.integers(1, 4))):
        where = paths(envelope)
        if where:
            envelope = changed(envelope, data.draw(some.sampled_from(where)), data.draw(some.just(...) | VALUES))
    understood(envelope, options)


@examples(60)
@given(
    source=some.sampled_from(sorted({sample.envelope["source"] for sample in ALL})),
    detail_type=some.sampled_from(sorted({sample.envelope["detail-type"] for sample in ALL})),
    detail=VALUES,
)
def test_anything_under_a_known_name_is_translated_or_refused(source: str, detail_type: str, detail: Any) -> None:
    envelope = {"source": source, "detail-type": detail_type, "detail": detail, "time": "2026-03-12T09:15:00Z"}
    understood(envelope, OPTIONS)


@NAMED
def test_without_its_fields_one_by_one_a_sample_is_translated_or_refused(sample: BusSample) -> None:
    for path in paths(sample.envelope):
        values: tuple[Any, ...] = (..., None, "", 0, [], {}, "x" * 300)
        for put in values:
            understood(changed(sample.envelope, path, put), sample.options)
