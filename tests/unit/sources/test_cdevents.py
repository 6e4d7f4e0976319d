"""CDEvents: every type of the specification in every shape of its context, and what the mapped ones say."""

from typing import Any

import pytest

from shared.sources import cdevents
from shared.sources.envelope import canonical_events
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.options import EnvironmentRule, ServiceRule, SourceOptions, WorkflowRule
from shared.sources.translation import Translation
from tests.unit.sources.bus_samples import bus_sample
from tests.unit.sources.test_fuzz import changed

OPTIONS = SourceOptions()
TYPES = {
    "artifact": ("packaged", "signed", "published", "downloaded", "deleted"),
    "branch": ("created", "deleted"),
    "build": ("queued", "started", "finished"),
    "change": ("created", "updated", "reviewed", "merged", "abandoned"),
    "environment": ("created", "modified", "deleted"),
    "incident": ("detected", "reported", "resolved"),
    "pipelinerun": ("queued", "started", "finished"),
    "repository": ("created", "modified", "deleted"),
    "service": ("deployed", "upgraded", "rolledback", "removed", "published"),
    "taskrun": ("started", "finished"),
    "testcaserun": ("queued", "started", "finished", "skipped"),
    "testoutput": ("published",),
    "testsuiterun": ("queued", "started", "finished"),
    "ticket": ("created", "updated", "closed"),
}
"""The 45 of release 0.5.1."""
DRAFTS = ("deployment.queued", "deployment.started", "targetrollout.finished", "approval.created", "migration.queued")
"""Of what drafts of 0.6 add."""
ALL = [*(f"{subject}.{predicate}" for subject, them in TYPES.items() for predicate in them), *DRAFTS]
SHAPES = {
    "0.4": ({"version": "0.4.1"}, True, "0.2.0"),
    "0.5": ({"specversion": "0.5.1"}, False, "0.3.0"),
    "0.6": ({"specversion": "0.6.0-draft"}, False, "0.4.0-draft"),
}
CONTENT = {
    "environment": {"id": "production"},
    "artifactId": "pkg:oci/checkout@sha256%3A5f1d",
    "service": {"id": "checkout"},
    "repository": {"id": "example/checkout"},
    "pipelineName": "deploy",
    "outcome": "success",
    "ticketType": "incident",
    "description": "Closes SHOP-412",
    "uri": "https://example.com/1",
}
MAPPED = {
    "service.deployed": "Deployment Finished",
    "service.upgraded": "Deployment Finished",
    "service.rolledback": "Deployment Finished",
    "deployment.started": "Deployment Started",
    "pipelinerun.started": "Deployment Started",
    "pipelinerun.finished": "Deployment Finished",
    "incident.detected": "Incident Opened",
    "incident.reported": "Incident Opened",
    "incident.resolved": "Incident Resolved",
    "ticket.created": "Incident Opened",
    "ticket.closed": "Incident Resolved",
    "change.created": "Work Started",
    "change.reviewed": "Challenge Opened",
    "change.merged": "Challenge Resolved",
    "change.abandoned": "Challenge Resolved",
}


def event(what: str, shape: str = "0.5", **content: Any) -> dict[str, Any]:
    said, has_type, version = SHAPES[shape]
    context = {
        "id": "e-1",
        "source": "/ci",
        "type": f"dev.cdevents.{what}.{version}",
        "timestamp": "2026-03-12T09:00:00Z",
    }
    subject = {"id": "thing-1", "content": CONTENT | content, **({"type": what.partition(".")[0]} if has_type else {})}
    return {"context": context | said, "subject": subject}


def read(sent: dict[str, Any], options: SourceOptions = OPTIONS) -> Translation:
    return canonical_events({"source": "ci", "detail-type": sent["context"]["type"], "detail": sent}, options)


def told(name: str, options: SourceOptions = OPTIONS, **content: Any) -> dict[str, Any]:
    (found,) = read(event(name, **content), options).events
    return found.detail


def test_there_are_forty_five_types() -> None:
    assert sum(map(len, TYPES.values())) == 45


@pytest.mark.parametrize("what", ALL)
def test_every_type_in_every_shape_is_mapped_or_acknowledged_with_a_reason(what: str) -> None:
    for shape in SHAPES:
        found = read(event(what, shape), SourceOptions(workflows=(WorkflowRule("deploy"),)))
        assert [each.detail_type for each in found.events] == ([MAPPED[what]] if what in MAPPED else []), shape
        assert found.kind == f"dev.cdevents.{what}"
        assert bool(found.ignored) == (what not in MAPPED)


@pytest.mark.parametrize("what", MAPPED)
def test_the_shape_of_the_context_changes_nothing_that_is_told(what: str) -> None:
    options = SourceOptions(workflows=(WorkflowRule("deploy"),))
    first, *others = (read(event(what, shape), options).events for shape in SHAPES)
    assert all(other == first for other in others)


@pytest.mark.parametrize(
    "type_",
    [
        "",
        "dev.cdevents.",
        "dev.cdevents.service",
        "com.example.deployed",
        "dev.cdevents.service.deployed.latest",
        7,
        None,
    ],
)
def test_what_is_no_type_of_theirs_is_refused(type_: Any) -> None:
    sent = changed(event("service.deployed"), ("context", "type"), type_)
    with pytest.raises(UnreadableDeliveryError) as caught:
        cdevents.translate(sent, OPTIONS)
    assert caught.value.field == "context.type"


def test_a_type_without_a_version_and_one_of_a_later_release_are_read() -> None:
    for type_ in ("dev.cdevents.service.deployed", "dev.cdevents.service.deployed.9.12.0-rc.1"):
        sent = changed(event("service.deployed"), ("context", "type"), type_)
        assert [each.detail_type for each in cdevents.translate(sent, OPTIONS).events] == ["Deployment Finished"]


def test_a_type_that_nobody_knows_is_acknowledged_whatever_it_holds() -> None:
    sent = {"context": {"type": "dev.cdevents.teapot.boiled.0.1.0"}}
    assert cdevents.translate(sent, OPTIONS).ignored


def test_two_deployments_of_one_service_are_two() -> None:
    other = changed(event("service.deployed"), ("context", "id"), "e-2")
    ids = {read(sent).events[0].detail["deployment"] for sent in (event("service.deployed"), other)}
    assert len(ids) == 2


def test_one_id_from_two_sources_is_two_events() -> None:
    other = changed(event("service.deployed"), ("context", "source"), "/other")
    assert read(other).events[0].detail["id"] != read(event("service.deployed")).events[0].detail["id"]


def test_an_environment_is_taken_at_its_word_unless_a_rule_maps_it() -> None:
    rules = SourceOptions(environments=(EnvironmentRule("shop-*", "production"),))
    assert told("service.deployed", environment={"id": "shop-eu"})["environment"] == "shop-eu"
    assert told("service.deployed", rules, environment={"id": "shop-eu"})["environment"] == "production"
    assert told("service.deployed", environment="production")["environment"] == "production"


@pytest.mark.parametrize(
    ("artifact", "repository", "head"),
    [
        ("pkg:oci/checkout@sha256%3A5f1d", None, None),
        ("pkg:github/example/checkout@3f9d2c7be1a4", "example/checkout", "3f9d2c7be1a4"),
        ("pkg:github/example/checkout@v1.2.3", "example/checkout", None),
        (
            "pkg:oci/checkout@sha256%3A5f1d?vcs_url=git%2Bhttps://github.com/example/checkout%403f9d2c7b",
            "example/checkout",
            "3f9d2c7b",
        ),
        ("pkg:npm/%40example/till@1.0.0?vcs_url=git%2Bssh://git@github.com/example/till.git", "example/till", None),
        ("not a package URL", None, None),
        (None, None, None),
    ],
)
def test_a_package_url_tells_the_commit_where_it_has_one(
    artifact: str | None, repository: str | None, head: str | None
) -> None:
    found = told("service.deployed", artifactId=artifact)
    assert (found.get("repository"), found.get("head")) == (repository, head)


def test_a_deployment_without_a_service_is_of_the_service_that_its_artifact_is_called() -> None:
    assert told("deployment.finished", service=None)["service"] == "checkout"
    assert told("deployment.finished", service=None, artifactId=None)["service"] == "thing-1"


@pytest.mark.parametrize(
    ("outcome", "expected"), [("success", "succeeded"), ("failure", "failed"), ("error", "failed")]
)
def test_an_outcome_is_mapped(outcome: str, expected: str) -> None:
    assert told("deployment.finished", outcome=outcome)["outcome"] == expected


@pytest.mark.parametrize("outcome", ["cancel", "skipped", None])
def test_an_end_without_an_effect_counts_for_nothing(outcome: str | None) -> None:
    assert read(event("deployment.finished", outcome=outcome)).ignored


def test_a_run_deploys_only_if_a_rule_says_so() -> None:
    rule = SourceOptions(workflows=(WorkflowRule("deploy*", "staging", "checkout"),))
    found = told("pipelinerun.finished", rule)
    assert (found["service"], found["environment"], found["deployment"]) == ("checkout", "staging", "thing-1")
    assert read(event("pipelinerun.finished")).ignored == "no rule says that this pipeline deploys"


@pytest.mark.parametrize(("environment", "counts"), [("prod-eu", True), ("production", True), ("dev", False)])
def test_an_incident_counts_unless_its_environment_is_known_not_to_be_production(
    environment: str, *, counts: bool
) -> None:
    assert bool(read(event("incident.detected", environment={"id": environment})).events) is counts


@pytest.mark.parametrize(
    ("said", "detail_type"),
    [
        ({"ticketType": "incident"}, "Incident Opened"),
        ({"ticketType": "task", "labels": ["Incident"]}, "Incident Opened"),
        ({"ticketType": "enhancement"}, "Idea Proposed"),
        ({"ticketType": "task", "labels": ["idea"]}, "Idea Proposed"),
        ({"ticketType": "bug"}, None),
        ({"ticketType": None}, None),
    ],
)
def test_a_ticket_is_an_incident_or_an_idea_by_its_type_or_a_label(
    said: dict[str, Any], detail_type: str | None
) -> None:
    assert [each.detail_type for each in read(event("ticket.created", **said)).events] == [detail_type] * bool(
        detail_type
    )


def test_a_ticket_closed_twice_was_resolved_when_it_was_closed_last() -> None:
    later = changed(event("ticket.closed"), ("context",), event("ticket.closed")["context"] | {"id": "e-2"})
    assert read(later).events[0].detail["id"] == read(event("ticket.closed")).events[0].detail["id"]


def test_what_customdata_states_for_the_flywheel_is_told_without_what_it_says_of_people() -> None:
    commits = [{"sha": "c1", "time": "2026-03-11T09:00:00Z", "author": "somebody@example.com"}]
    said = {"flywheel": {"commits": commits, "kind": "hotfix", "author": "somebody@example.com", "unknown": 1}}
    (found,) = read(event("service.deployed") | {"customData": said}).events
    assert found.detail["commits"] == [{"sha": "c1", "time": "2026-03-11T09:00:00Z"}]
    assert found.detail["kind"] == "hotfix"
    assert "somebody" not in str(found.detail)


@pytest.mark.parametrize("custom", ["c29tZXRoaW5n", {}, {"flywheel": None}, [1]])
def test_other_customdata_is_no_concern(custom: Any) -> None:
    assert read(event("service.deployed") | {"customData": custom}).events == read(event("service.deployed")).events


def test_what_customdata_states_wrongly_is_refused_with_its_field() -> None:
    with pytest.raises(UnreadableDeliveryError) as caught:
        read(event("service.deployed") | {"customData": {"flywheel": {"kind": "urgent"}}})
    assert caught.value.field == "Deployment Finished: detail.kind"


def test_a_change_of_two_ideas_is_work_on_both() -> None:
    found = read(event("change.created", description="Closes SHOP-412\nRefs SHOP-413")).events
    assert [each.detail["idea"] for each in found] == ["SHOP-412", "SHOP-413"]
    assert len({each.detail["id"] for each in found}) == 2


def test_a_review_and_the_merge_are_one_challenge() -> None:
    opened, resolved = (told(name, description=None) for name in ("change.reviewed", "change.merged"))
    assert opened["challenge"] == resolved["challenge"] == "example/checkout-thing-1"


def test_a_repository_belongs_to_the_service_it_was_mapped_to() -> None:
    options = SourceOptions(services=(ServiceRule("checkout", "till"),))
    assert told("change.reviewed", options, description=None)["service"] == "till"


@pytest.mark.parametrize(
    ("what", "detail_type"),
    [
        ("tool-feature.released", "Feature Released"),
        ("tool-flag.enabled", "Feature Released"),
        ("tool-featureflag.disabled", "Feature Withdrawn"),
        ("feature.withdrawn", "Feature Withdrawn"),
        ("tool-feature.renamed", None),
        ("tool-bread.released", None),
    ],
)
def test_a_tools_own_type_for_features_is_a_release(what: str, detail_type: str | None) -> None:
    sent = changed(event("x.y"), ("context", "type"), f"dev.cdeventsx.{what}.0.1.0")
    assert [each.detail_type for each in read(sent).events] == [detail_type] * bool(detail_type)


def test_a_feature_released_elsewhere_than_in_production_is_no_release() -> None:
    sample = bus_sample("cdevents/custom-feature-released")
    envelope = changed(sample.envelope, ("detail", "subject", "content", "environment", "id"), "staging")
    assert canonical_events(envelope, OPTIONS).ignored == "its environment is not production"


@pytest.mark.parametrize(
    ("environment", "counts"),
    [
        ("production", True),
        ("prod1", True),
        ("staging", False),
        ("staging-eu", False),
        ("qa/2", False),
        ("nowhere", True),
    ],
)
def test_an_incident_counts_unless_its_environment_says_that_no_users_are_there(environment: str, counts: bool) -> None:
    sent = event("incident.detected", environment={"id": environment})
    assert bool(read(sent).events) == counts
    mapped = SourceOptions(environments=(EnvironmentRule("*", "live"),))
    assert read(sent, mapped).events
