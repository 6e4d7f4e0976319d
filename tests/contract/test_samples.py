"""Our own samples: one of each detail-type, together the turn of one idea."""

import json

import pytest

from events import DETAIL_TYPES, PUBLISHED_DETAIL_TYPES, InvalidEventError, decode, decode_json
from events.catalogue import rule_pattern
from events.schema import SAMPLES, sample, slug

STORY = ("Goal Set", "Metric Defined", "Metric Measured", "Idea Proposed", "Challenge Opened", "Work Started")


def test_every_detail_type_has_one_sample_and_no_sample_is_left_over() -> None:
    assert sorted(path.stem for path in SAMPLES.glob("*.json")) == sorted(map(slug, DETAIL_TYPES))


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_a_sample_decodes_to_its_own_model_and_keeps_what_was_sent(detail_type: str) -> None:
    event = decode(sample(detail_type))
    assert type(event.detail) is DETAIL_TYPES[detail_type]
    assert event.raw == sample(detail_type)["detail"]
    assert event.detail.id == event.raw["id"]


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_a_sample_shows_only_fields_that_the_model_knows(detail_type: str) -> None:
    fields = set(DETAIL_TYPES[detail_type].__struct_fields__)
    assert set(sample(detail_type)["detail"]) <= fields


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_a_sample_is_the_same_read_as_text(detail_type: str) -> None:
    assert decode_json(json.dumps(sample(detail_type))) == decode(sample(detail_type))


def test_no_two_samples_share_an_identity() -> None:
    identities = {(sample(name)["source"], sample(name)["detail"]["id"]) for name in DETAIL_TYPES}
    assert len(identities) == len(DETAIL_TYPES)


def test_the_samples_tell_one_story_in_order() -> None:
    story = [decode(sample(name)).detail for name in DETAIL_TYPES]
    by_type = {type(detail).__name__: detail for detail in story}
    order = [by_type[name.replace(" ", "")].time for name in STORY]
    assert order == sorted(order)
    assert by_type["DeploymentFinished"].time < by_type["FeatureReleased"].time < by_type["OutcomeRecorded"].time
    assert {detail.idea for detail in story} - {None} == {"SHOP-412", "SHOP-398"}


def test_names_that_samples_refer_to_are_those_that_samples_give() -> None:
    def field(detail_type: str, name: str) -> object:
        return sample(detail_type)["detail"][name]

    assert field("Idea Proposed", "goal") == field("Goal Set", "goal")
    assert field("Metric Measured", "metric") == field("Metric Defined", "metric")
    assert field("Challenge Resolved", "challenge") == field("Challenge Opened", "challenge")
    assert field("Blocker Closed", "blocker") == field("Blocker Opened", "blocker")
    assert field("Deployment Started", "deployment") == field("Deployment Finished", "deployment")
    assert field("Deployment Finished", "head") == field("Change Recorded", "head")
    assert field("Feature Released", "deployments") == [field("Deployment Finished", "deployment")]
    assert field("Incident Opened", "cause") == {"deployment": field("Deployment Finished", "deployment")}
    assert field("Incident Resolved", "incident") == field("Incident Opened", "incident")
    assert field("Incident Reviewed", "incident") == field("Incident Opened", "incident")


# -- the rule that feeds `record`


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_the_rule_matches_every_sample(detail_type: str) -> None:
    assert matches(sample(detail_type))


def test_the_rule_matches_nothing_that_the_system_publishes() -> None:
    assert not matches({**sample("Idea Proposed"), "source": "flywheel"})
    assert not any(matches({"source": "flywheel", "detail-type": name}) for name in PUBLISHED_DETAIL_TYPES)


def test_the_rule_matches_a_misspelt_detail_type_so_that_it_is_rejected_with_a_reason() -> None:
    misspelt = {**sample("Idea Proposed"), "detail-type": "Idea Propsed"}
    assert matches(misspelt)
    with pytest.raises(InvalidEventError, match=r"did you mean `?Idea Proposed"):
        decode(misspelt)


def matches(event: dict[str, object]) -> bool:
    """EventBridge's own semantics, as far as the pattern uses them: lists are alternatives, fields all must match."""
    pattern = rule_pattern()
    assert set(pattern) == {"source"}
    (source,) = pattern["source"]
    return event["source"] not in source["anything-but"]
