"""What AWS services tell, beyond one sample each: pairs that must meet, states, names, and what rules let through."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

import events
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.sources import aws
from shared.sources.envelope import canonical_events, rule_patterns
from shared.sources.options import EnvironmentRule, ServiceRule, SourceOptions
from shared.sources.translation import Translation
from tests.unit.sources.bus_samples import BusSample, bus_sample, bus_samples
from tests.unit.sources.test_fuzz import changed

OPTIONS = SourceOptions()
AS_OF = datetime(2026, 3, 30, tzinfo=UTC)


def read(name: str, options: SourceOptions = OPTIONS, **detail: Any) -> Translation:
    """A sample with some fields of its detail changed; `__` goes a level deeper, `_` is `-` in AWS's names."""
    envelope: dict[str, Any] = bus_sample(f"aws/{name}").envelope
    for path, value in detail.items():
        steps = tuple(step.replace("_", "-") for step in path.split("__"))
        envelope = changed(envelope, ("detail", *steps), value)
    return canonical_events(envelope, options)


def told(translation: Translation, name: str) -> list[Any]:
    return [event.detail.get(name) for event in translation.events]


def reported(envelopes: list[dict[str, Any]], service: str, options: SourceOptions = OPTIONS) -> dict[str, Any]:
    """The report of a flywheel that owns one service, from the facts of these envelopes."""
    found = [
        fact_of(events.decode(event.envelope(envelope["source"])))
        for envelope in envelopes
        for event in canonical_events(envelope, options).events
    ]
    settings = Settings(flywheels={"shop": FlywheelSettings(id="shop", services=(service,))})
    return report(found, flywheel="shop", settings=settings, as_of=AS_OF, window_days=28)


# -- whose they are


def test_what_the_flywheels_own_stack_tells_is_nobodys_until_somebody_maps_it() -> None:
    """Its deployments are on the same bus as everybody's, and no team's; its alarms are no incidents."""
    stack = "arn:aws:cloudformation:eu-west-1:111122223333:stack/flywheel-prod/0f8a"
    deployed, alarm = (
        bus_sample("aws/cloudformation-update-complete").envelope,
        bus_sample("aws/cloudwatch-alarm").envelope,
    )
    own = [
        changed(deployed, ("detail", "stack-id"), stack),
        changed(alarm, ("detail", "alarmName"), "flywheel-prod-dead-letters"),
    ]
    found = [event.detail["service"] for each in own for event in canonical_events(each, OPTIONS).events]
    assert found == ["flywheel-prod"]
    assert reported(own, "checkout")["receipt"]["counted"] == 0
    assert reported(own, "flywheel-prod*")["receipt"]["counted"] == 1


# -- CodePipeline


def test_the_commit_of_the_source_action_and_the_end_of_the_execution_are_one_deployment_with_a_lead_time() -> None:
    """Committed 08:00, fetched 09:30, deployed 10:00: two hours, in any order of arrival."""
    source, end = bus_sample("aws/codepipeline-source-succeeded"), bus_sample("aws/codepipeline-execution-succeeded")
    head = source.expected[0]["detail"]["head"]
    push = {
        "id": "push-1",
        "time": "2026-03-03T08:05:00Z",
        "repository": "example/checkout",
        "branch": "main",
        "head": head,
        "commits": [{"sha": head, "time": "2026-03-03T08:00:00Z"}],
    }
    pushed = {"source": "github/main", "detail-type": "Change Recorded", "detail": push}
    forth = reported([pushed, source.envelope, end.envelope], "checkout-release")
    back = reported([end.envelope, source.envelope, pushed], "checkout-release")
    assert forth == back
    assert forth["dora"]["deployments"] == 1
    assert forth["dora"]["lead_time_hours"]["p50"] == 2


@pytest.mark.parametrize(
    ("url", "repository"),
    [
        (
            "https://console.aws.amazon.com/connections/redirect?FullRepositoryId=example%2Fcheckout&Commit=1",
            "example/checkout",
        ),
        ("https://eu-west-1.console.aws.amazon.com/codecommit/home#/repository/till/commit/1", "till"),
        ("https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/till/commit/1", "till"),
        ("https://github.com/example/checkout/commit/1", "example/checkout"),
        ("https://example.com/", None),
        (None, None),
    ],
)
def test_the_repository_is_read_from_the_address_of_the_commit(url: str | None, repository: str | None) -> None:
    found = read("codepipeline-source-succeeded", execution_result__external_execution_url=url)
    assert told(found, "repository") == [repository]


@pytest.mark.parametrize(
    ("summary", "ideas"),
    [
        ("Fixes #12 and SHOP-9", ["example/checkout#12", "SHOP-9"]),
        (json.dumps({"ProviderType": "GitHub", "CommitMessage": "first\nRefs SHOP-7, unlike SHOP-8"}), ["SHOP-7"]),
        (json.dumps({"ProviderType": "GitHub"}), [None]),
        ("{not JSON, yet SHOP-3", ["SHOP-3"]),
        ("Added a licence", [None]),
        (None, [None]),
    ],
)
def test_each_idea_that_the_commit_message_names_is_told(summary: str | None, ideas: list[str | None]) -> None:
    found = read("codepipeline-source-succeeded", execution_result__external_execution_summary=summary)
    assert sorted(map(str, told(found, "idea"))) == sorted(map(str, ideas))
    assert len(set(told(found, "id"))) == len(ideas)


def test_the_commit_that_a_trigger_names_is_told_and_its_author_is_not() -> None:
    trigger = {
        "author-email": "a@example.com",
        "commit-id": "3f9d2c7be1a4",
        "full-repository-name": "example/checkout",
    }
    found = read("codepipeline-execution-started", execution_trigger=trigger)
    assert told(found, "head") == ["3f9d2c7be1a4"]
    assert told(found, "repository") == ["example/checkout"]
    assert "example.com" not in json.dumps(found.events[0].detail)


def test_an_execution_that_failed_and_was_tried_again_is_one_deployment_that_succeeded() -> None:
    failed = bus_sample("aws/codepipeline-execution-failed").envelope
    again = bus_sample("aws/codepipeline-execution-succeeded").envelope
    again = changed(again, ("detail", "pipeline-execution-attempt"), 2.0)
    dora = reported([failed, again], "checkout-release")["dora"]
    assert dora["deployments"] == 1
    assert read("codepipeline-execution-failed").events[0].detail["id"].endswith("-failed")
    assert read("codepipeline-execution-failed", pipeline_execution_attempt=2.0).events[0].detail["id"].endswith("-2")


def test_a_rollback_counts_as_rework_once_it_succeeded() -> None:
    started = bus_sample("aws/codepipeline-rollback-started").envelope
    execution = started["detail"]["execution-id"]
    end = bus_sample("aws/codepipeline-execution-succeeded").envelope
    end = changed(end, ("detail", "execution-id"), execution)
    running = reported([started], "checkout-release")["dora"]
    assert running["deployments"] == 0
    done = reported([end, started], "checkout-release")["dora"]
    assert (done["deployments"], done["rework_rate"]["value"]) == (1, 1)


@pytest.mark.parametrize("state", ["STOPPING", "STOPPED", "CANCELED", "SUPERSEDED", "RESUMED", "NEVER_HEARD_OF"])
def test_an_execution_that_neither_succeeded_nor_failed_counts_for_nothing_and_says_why(state: str) -> None:
    found = read("codepipeline-execution-succeeded", state=state)
    assert found.events == ()
    assert found.ignored
    assert found.kind.endswith(state)


# -- ECS


def test_a_service_is_named_by_its_arn_old_or_new() -> None:
    envelope = bus_sample("aws/ecs-deployment-completed").envelope
    old = changed(envelope, ("resources", 0), "arn:aws:ecs:eu-west-1:444455556666:service/checkout-web")
    assert told(canonical_events(old, OPTIONS), "service") == ["checkout-web"]
    assert told(canonical_events(envelope, OPTIONS), "service") == ["checkout-web"]


def test_a_circuit_breakers_rollback_is_rework_and_the_deployment_before_it_never_took_effect() -> None:
    failed = bus_sample("aws/ecs-deployment-failed").envelope
    back = bus_sample("aws/ecs-deployment-rolling-back").envelope
    done = bus_sample("aws/ecs-deployment-completed").envelope
    done = changed(done, ("detail", "deploymentId"), back["detail"]["deploymentId"])
    done = changed(done, ("detail", "updatedAt"), "2026-03-05T12:12:00Z")
    dora = reported([failed, back, done], "checkout-web")["dora"]
    assert (dora["deployments"], dora["rework_rate"]["value"]) == (1, 1)


# -- CloudFormation


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("CREATE_COMPLETE", "succeeded"),
        ("UPDATE_COMPLETE", "succeeded"),
        ("CREATE_FAILED", "failed"),
        ("UPDATE_FAILED", "failed"),
        ("ROLLBACK_COMPLETE", "rolled_back"),
        ("UPDATE_ROLLBACK_COMPLETE", "rolled_back"),
        ("ROLLBACK_FAILED", "failed"),
        ("UPDATE_ROLLBACK_FAILED", "failed"),
        ("UPDATE_IN_PROGRESS", None),
        ("CREATE_IN_PROGRESS", None),
    ],
)
def test_a_status_of_a_stack_is_an_outcome_or_a_start(status: str, outcome: str | None) -> None:
    found = read("cloudformation-update-complete", status_details__status=status)
    assert told(found, "outcome") == [outcome]
    assert found.events[0].detail_type == ("Deployment Finished" if outcome else "Deployment Started")


@pytest.mark.parametrize(
    "status",
    [
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "ROLLBACK_IN_PROGRESS",
        "REVIEW_IN_PROGRESS",
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
        "DELETE_FAILED",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
    ],
)
def test_other_statuses_of_a_stack_are_told_by_the_end(status: str) -> None:
    assert read("cloudformation-update-complete", status_details__status=status).events == ()


def test_an_operation_that_failed_and_rolled_back_is_one_deployment_that_failed() -> None:
    envelope = bus_sample("aws/cloudformation-update-complete").envelope
    failed = changed(envelope, ("detail", "status-details", "status"), "UPDATE_FAILED")
    back = changed(envelope, ("detail", "status-details", "status"), "UPDATE_ROLLBACK_COMPLETE")
    dora = reported([failed, back], "checkout-api")["dora"]
    assert (dora["deployments"], dora["change_fail_rate"]["value"]) == (1, 1)


def test_two_operations_are_two_deployments_with_tokens_and_without() -> None:
    envelope = bus_sample("aws/cloudformation-create-complete-without-token").envelope
    later = envelope | {"time": "2026-03-04T08:00:00Z"}
    blank = changed(envelope | {"time": "2026-03-05T08:00:00Z"}, ("detail", "client-request-token"), "")
    named = changed(envelope, ("detail", "client-request-token"), "one")
    dora = reported([envelope, later, blank, named], "checkout-api")["dora"]
    assert dora["deployments"] == 4


@pytest.mark.parametrize(
    ("stack", "is_nested"),
    [
        ("checkout-api-Database-1M2N3B4V5C6X7", True),
        ("checkout-api-Database-1M2N3B4V5C6X", True),
        ("checkout-api", False),
        ("checkout-api-PRODUCTION", False),
        ("Checkout-Network-INTERNALTEAM", False),
    ],
)
def test_a_stack_with_a_name_that_cloudformation_made_belongs_to_its_root(stack: str, *, is_nested: bool) -> None:
    found = read("cloudformation-update-complete", stack_id=f"arn:aws:cloudformation:eu-west-1:4:stack/{stack}/8d2f")
    assert (found.events == ()) is is_nested


# -- CloudWatch


def test_an_alarm_and_its_ok_are_one_incident_as_long_as_it_was_in_alarm() -> None:
    opened, resolved = read("cloudwatch-alarm"), read("cloudwatch-ok")
    assert told(opened, "incident") == told(resolved, "incident")
    envelopes = [bus_sample(f"aws/cloudwatch-{name}").envelope for name in ("ok", "alarm")]
    share = reported(envelopes, "checkout-5xx")["drag"]["incident_time_share"]
    assert share == pytest.approx(7_200.265 / (28 * 86_400), rel=1e-6)


def test_an_alarm_that_is_deleted_while_in_alarm_leaves_no_incident_open() -> None:
    envelopes = [bus_sample(f"aws/cloudwatch-{name}").envelope for name in ("deleted-in-alarm", "alarm")]
    share = reported(envelopes, "checkout-5xx")["drag"]["incident_time_share"]
    assert share == pytest.approx(3_008.785 / (28 * 86_400), rel=1e-6)


def test_two_alarms_of_one_name_at_different_times_are_two_incidents() -> None:
    again = read("cloudwatch-alarm", state__timestamp="2026-03-09T12:30:00.215+0000")
    assert told(again, "incident") != told(read("cloudwatch-alarm"), "incident")


def test_an_alarm_of_the_same_name_in_another_region_or_account_is_another_incident() -> None:
    envelope = bus_sample("aws/cloudwatch-alarm").envelope
    places = [envelope, envelope | {"region": "us-east-1"}, envelope | {"account": "777788889999"}]
    assert len({told(canonical_events(each, OPTIONS), "incident")[0] for each in places}) == 3


def test_a_state_of_alarm_that_is_dated_anew_leaves_no_incident_open() -> None:
    """A composite alarm whose actions are no longer suppressed: still in ALARM, with another timestamp."""
    first = bus_sample("aws/cloudwatch-alarm").envelope
    anew = changed(first, ("detail", "previousState"), first["detail"]["state"])
    anew = changed(anew, ("detail", "state", "timestamp"), "2026-03-05T12:40:00.000+0000")
    over = changed(bus_sample("aws/cloudwatch-ok").envelope, ("detail", "previousState"), anew["detail"]["state"])
    whole = reported([first, bus_sample("aws/cloudwatch-ok").envelope], "checkout-5xx")
    parts = reported([over, anew, first], "checkout-5xx")
    assert parts["drag"]["incident_time_share"] == whole["drag"]["incident_time_share"]


@pytest.mark.parametrize(
    "name",
    [
        "TargetTracking-service/default/web-AlarmHigh-3c1c0f5e-6f1d-4f6c-9d0a-0a1b2c3d4e5f",
        "TargetTracking-table/orders-ProvisionedCapacityLow-7d1e",
        "flywheel-prod-stream-age",
    ],
)
def test_auto_scaling_at_work_and_our_own_alarms_are_no_incidents(name: str) -> None:
    for sample in ("aws/cloudwatch-alarm", "aws/cloudwatch-ok"):
        envelope = changed(bus_sample(sample).envelope, ("detail", "alarmName"), name)
        assert not canonical_events(envelope, OPTIONS).events
    envelope = changed(bus_sample("aws/cloudwatch-alarm").envelope, ("detail", "alarmName"), name)
    assert told(canonical_events(envelope, replace(OPTIONS, ignored_alarms=())), "incident")


def composite() -> dict[str, Any]:
    """A composite alarm has a rule over alarms where others have metrics."""
    rule = {"alarmRule": 'ALARM("checkout-5xx") OR ALARM("checkout-slow")', "actionsEnabled": True}
    envelope: dict[str, Any] = changed(bus_sample("aws/cloudwatch-alarm").envelope, ("detail", "configuration"), rule)
    return envelope


def test_a_composite_alarm_is_no_second_incident_unless_it_is_chosen() -> None:
    assert not canonical_events(composite(), OPTIONS).events
    chosen = replace(OPTIONS, alarm_kinds=("composite",))
    assert told(canonical_events(composite(), chosen), "incident")
    assert not canonical_events(bus_sample("aws/cloudwatch-alarm").envelope, chosen).events


def test_a_state_of_alarm_told_again_changes_nothing() -> None:
    envelope = bus_sample("aws/cloudwatch-alarm").envelope
    same = changed(envelope, ("detail", "previousState"), envelope["detail"]["state"])
    assert canonical_events(same, OPTIONS).events == ()


def test_the_longest_name_of_an_alarm_still_pairs_and_stays_a_valid_id() -> None:
    long = "n" * 255
    opened, resolved = read("cloudwatch-alarm", alarmName=long), read("cloudwatch-ok", alarmName=long)
    assert told(opened, "incident") == told(resolved, "incident")
    assert len(told(opened, "id")[0]) <= 128


def test_a_rule_for_services_gives_an_alarm_the_service_whose_deployments_it_watches() -> None:
    options = SourceOptions(services=(ServiceRule("checkout-*", "checkout"),))
    assert told(read("cloudwatch-alarm", options), "service") == ["checkout"]


# -- OpsItems, Health, AppConfig


@pytest.mark.parametrize("status", ["Resolved", "resolved", "RESOLVED", "Closed"])
def test_an_opsitem_is_resolved_in_any_case(status: str) -> None:
    assert read("opsitem-resolved", status=status).events[0].detail_type == "Incident Resolved"


def test_an_opsitem_opened_again_was_not_over_until_it_is_resolved_again() -> None:
    """Open 00:00, resolved 06:00, open again 07:00, resolved 08:00: eight hours."""
    created, update = bus_sample("aws/opsitem-created").envelope, bus_sample("aws/opsitem-resolved").envelope
    again = changed(update, ("detail", "modified-time"), "2026-03-14T07:00:00.000000Z")
    again = changed(again, ("detail", "status"), "Open")
    last = changed(update, ("detail", "modified-time"), "2026-03-14T08:00:00.104512Z")
    share = reported([last, again, update, created], "checkout")["drag"]["incident_time_share"]
    assert share == pytest.approx(8 / (28 * 24))


def test_an_issue_of_aws_comes_from_outside_and_needs_no_account_to_be_the_same() -> None:
    envelope = bus_sample("aws/health-issue-closed").envelope
    elsewhere = envelope | {"account": "777788889999"}
    assert canonical_events(envelope, OPTIONS).events == canonical_events(elsewhere, OPTIONS).events
    assert told(canonical_events(envelope, OPTIONS), "cause") == [{"external": True}] * 2


def test_an_issue_with_an_end_and_no_status_is_over() -> None:
    found = read("health-issue-closed", statusCode=...)
    assert [event.detail_type for event in found.events] == ["Incident Opened", "Incident Resolved"]


def test_an_environment_of_appconfig_counts_unless_its_name_or_a_rule_says_otherwise() -> None:
    rules = SourceOptions(environments=(EnvironmentRule("shadow", "test"),))
    assert read("appconfig-deployment-complete", Environment__Name="shadow").events
    assert read("appconfig-deployment-complete", rules, Environment__Name="shadow").events == ()
    assert read("appconfig-deployment-complete", Environment__Name="Beta").events == ()
    assert read("appconfig-deployment-complete", Environment__Name="Staging-EU").events == ()
    live = SourceOptions(environments=(EnvironmentRule("staging-eu", "production"),))
    assert read("appconfig-deployment-complete", live, Environment__Name="Staging-EU").events


# -- environments


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((), "production"),
        ((EnvironmentRule("checkout-*", "staging"),), "staging"),
        ((EnvironmentRule("444455556666", "sandbox"),), "sandbox"),
        ((EnvironmentRule("*-other", "staging"),), "production"),
        ((EnvironmentRule("444*", "a"), EnvironmentRule("checkout-*", "b")), "a"),
    ],
)
def test_an_environment_comes_from_the_first_rule_that_fits_a_name_or_the_account(
    rules: tuple[EnvironmentRule, ...], expected: str
) -> None:
    options = SourceOptions(environments=rules)
    assert told(read("cloudformation-update-complete", options), "environment") == [expected]


def test_a_cluster_that_is_called_staging_is_staging() -> None:
    envelope = bus_sample("aws/ecs-deployment-completed").envelope
    there = changed(envelope, ("resources", 0), "arn:aws:ecs:eu-west-1:444455556666:service/staging/checkout-web")
    assert told(canonical_events(there, OPTIONS), "environment") == ["staging"]


def test_production_has_the_name_that_the_organisation_gives_it() -> None:
    options = SourceOptions(production=("live",))
    assert told(read("codedeploy-success", options), "environment") == ["live"]


# -- rules


def matches(pattern: Any, value: Any) -> bool:
    """What EventBridge does with exact values and prefixes."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(matches(each, value.get(name)) for name, each in pattern.items())
    return any(
        isinstance(value, str) and value.startswith(one["prefix"]) if isinstance(one, dict) else value == one
        for one in pattern
    )


AWS_SAMPLES = bus_samples("aws")


@pytest.mark.parametrize("sample", [each for each in AWS_SAMPLES if each.expected], ids=lambda sample: sample.name)
def test_whatever_counts_is_let_through_by_one_rule(sample: BusSample) -> None:
    assert sum(matches(each, sample.envelope) for each in aws.rule_patterns().values()) == 1


def test_rules_keep_out_what_never_counts() -> None:
    kept_out = {
        sample.name
        for sample in AWS_SAMPLES
        if not any(matches(each, sample.envelope) for each in aws.rule_patterns().values())
    }
    assert {
        "aws/codepipeline-build-succeeded",
        "aws/codepipeline-execution-superseded",
        "aws/codedeploy-ready",
        "aws/ecs-task-state-change",
        "aws/cloudformation-delete-complete",
        "aws/health-scheduled-change",
    } <= kept_out


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    assert isinstance(value, list)
    return value


@pytest.mark.parametrize("name", rule_patterns())
def test_a_rule_has_exact_values_and_prefixes_only_and_fits_eventbridge(name: str) -> None:
    pattern = rule_patterns()[name]
    assert len(json.dumps(pattern)) <= 2048
    assert name.isalnum()
    for leaf in leaves(pattern):
        assert isinstance(leaf, str) or list(leaf) == ["prefix"]


def test_rules_of_the_flywheel_bus_let_cdevents_through_and_none_of_ours() -> None:
    patterns = rule_patterns().values()
    for sample in bus_samples("cdevents"):
        assert sum(matches(each, sample.envelope) for each in patterns) == 1
    for detail_type in events.DETAIL_TYPES:
        envelope = {"source": "aws.codepipeline", "detail-type": detail_type, "detail": {"state": "SUCCEEDED"}}
        assert not any(matches(each, envelope) for each in patterns)
