"""A stack that is wired wrongly is noticed: each mutation of the template makes one of the end-to-end checks fail."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from engine.embedded import Engine
from engine.fake_slack import FakeSlack
from tests.e2e.story import BEGIN, TOLD, Change, Resources, Started, one_turn, put, replay, resource, told, turns

Check = Callable[[Engine, FakeSlack], bool]

FUNCTION = "AWS::Lambda::Function"
MAPPING = "AWS::Lambda::EventSourceMapping"
RULE = "AWS::Events::Rule"
ROLE = "AWS::IAM::Role"
QUEUE = "AWS::SQS::Queue"


def the_turn_is_told(engine: Engine, slack: FakeSlack) -> bool:
    """Every message once, and the turn delivered."""
    replay(engine, one_turn())
    return sorted(told(slack)) == sorted(TOLD) and [turn["state"] for turn in turns(engine)] == ["delivered"]


def an_undeliverable_event_is_kept(engine: Engine, _slack: FakeSlack) -> bool:
    """The inbox refuses the event (its policy is gone): the rule's dead-letter queue has it."""
    engine.cloud.sqs.queues["flywheel-dev-inbox"].policy = ""
    put(engine, one_turn()[:1])
    return engine.router.undelivered == [] and len(engine.messages("failures")) == 1


def a_poison_message_is_kept(engine: Engine, _slack: FakeSlack) -> bool:
    """A message to the outbox that names no summary: after its tries it lies in the outbox' dead-letter queue."""
    url = engine.outputs["OutboxQueueUrl"]
    boto3.client("sqs", region_name=engine.cloud.region).send_message(QueueUrl=url, MessageBody='{"source":"someone"}')
    engine.settle()
    return len(engine.messages("outbox-dead")) == 1 and engine.messages("flywheel-dev-outbox-dead") != []


def a_full_channel_is_waited_for(engine: Engine, slack: FakeSlack) -> bool:
    """Slack asks to wait: the message wakes `notify` again through the outbox' own queue, with no tick between."""
    slack.fail_next(status=429, retry_after=5)
    engine.advance_to(BEGIN)
    put(engine, one_turn()[:2])
    engine.settle()
    return told(slack) == TOLD[:1]


CHECKS: list[Check] = [
    the_turn_is_told,
    an_undeliverable_event_is_kept,
    a_poison_message_is_kept,
    a_full_channel_is_waited_for,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.__name__))
def test_the_stack_as_it_is_passes(check: Check, started: Started, slack: FakeSlack) -> None:
    assert check(started(begin=moment_for(check)), slack)


def moment_for(check: Check) -> Any:
    """The check of a full channel puts the events when they have just happened, lest they be history."""
    return BEGIN if check is not a_full_channel_is_waited_for else BEGIN.replace(day=5, hour=12)


def wrong_stream_filter(resources: Resources) -> None:
    mapping = resource(resources, MAPPING, "Project")
    [criterion] = mapping["FilterCriteria"]["Filters"]
    criterion["Pattern"] = criterion["Pattern"].replace("SEGMENT", "SEGMENTS")


def summaries_of_new_transitions_only(resources: Resources) -> None:
    mapping = resource(resources, MAPPING, "Summarise")
    [criterion] = mapping["FilterCriteria"]["Filters"]
    criterion["Pattern"] = criterion["Pattern"].replace("TRANSITION", "SUMMARY")


def wrong_rule_pattern(resources: Resources) -> None:
    resource(resources, RULE, "Canonical")["EventPattern"]["detail-type"].remove("Idea Proposed")


def wrong_summary_pattern(resources: Resources) -> None:
    resource(resources, RULE, "Summaries")["EventPattern"]["source"] = ["flywheels"]


def rule_disabled(resources: Resources) -> None:
    resource(resources, RULE, "Canonical")["State"] = "DISABLED"


def wrong_target(resources: Resources) -> None:
    outbox = resource(resources, RULE, "Summaries")["Targets"][0]["Arn"]
    resource(resources, RULE, "Canonical")["Targets"][0]["Arn"] = outbox


def wrong_source_of_a_mapping(resources: Resources) -> None:
    outbox = resource(resources, MAPPING, "Notify")["EventSourceArn"]
    resource(resources, MAPPING, "Record")["EventSourceArn"] = outbox


def wrong_function_of_a_mapping(resources: Resources) -> None:
    resource(resources, MAPPING, "Record")["FunctionName"] = resource(resources, MAPPING, "Notify")["FunctionName"]


def no_queue_policy(resources: Resources) -> None:
    [policy] = [each for each in resources if each.startswith("InboxQueuePolicy")]
    del resources[policy]


def schedule_disabled(resources: Resources) -> None:
    resource(resources, "AWS::Scheduler::Schedule", "Clock")["State"] = "DISABLED"


def schedule_without_its_time(resources: Resources) -> None:
    resource(resources, "AWS::Scheduler::Schedule", "Clock")["Target"]["Input"] = "{}"


def no_stream_on_the_table(resources: Resources) -> None:
    [mapping] = [each for each in resources if each.startswith("ProjectFromStream")]
    del resources[mapping]


def without_variable(function: str, variable: str) -> Change:
    def change(resources: Resources) -> None:
        del resource(resources, FUNCTION, function)["Environment"]["Variables"][variable]

    return change


def with_value(function: str, variable: str, value: str) -> Change:
    def change(resources: Resources) -> None:
        resource(resources, FUNCTION, function)["Environment"]["Variables"][variable] = value

    return change


def without_permission(function: str, prefix: str) -> Change:
    """Drops every action that begins so from the function's own policies."""

    def change(resources: Resources) -> None:
        dropped = 0
        for policy in resource(resources, ROLE, f"{function}Role")["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                kept = [action for action in actions if not action.startswith(prefix)]
                dropped += len(actions) - len(kept)
                statement["Action"] = kept or ["none:None"]
        assert dropped, f"{function} has no {prefix} to drop"

    return change


def no_dead_letters_of_the_rule(resources: Resources) -> None:
    del resource(resources, RULE, "Canonical")["Targets"][0]["DeadLetterConfig"]


def no_dead_letters_of_the_outbox(resources: Resources) -> None:
    del resource(resources, QUEUE, "OutboxQueue")["RedrivePolicy"]


MUTATIONS: list[tuple[Check, Change]] = [
    (the_turn_is_told, wrong_stream_filter),
    (the_turn_is_told, summaries_of_new_transitions_only),
    (the_turn_is_told, wrong_rule_pattern),
    (the_turn_is_told, wrong_summary_pattern),
    (the_turn_is_told, rule_disabled),
    (the_turn_is_told, wrong_target),
    (the_turn_is_told, wrong_source_of_a_mapping),
    (the_turn_is_told, wrong_function_of_a_mapping),
    (the_turn_is_told, no_queue_policy),
    (the_turn_is_told, schedule_disabled),
    (the_turn_is_told, schedule_without_its_time),
    (the_turn_is_told, no_stream_on_the_table),
    *[(the_turn_is_told, without_variable(name, "TABLE_NAME")) for name in ("Record", "Project", "Tick", "Notify")],
    (the_turn_is_told, without_variable("Summarise", "BUS_NAME")),
    (the_turn_is_told, without_variable("Notify", "SLACK_SECRET_ARN")),
    (the_turn_is_told, with_value("Summarise", "BUS_NAME", "default")),
    (the_turn_is_told, with_value("Project", "TABLE_NAME", "another-table")),
    *[(the_turn_is_told, without_permission(name, "dynamodb:Query")) for name in ("Record", "Project", "Tick")],
    *[
        (the_turn_is_told, without_permission(name, "dynamodb:PutItem"))
        for name in ("Record", "Project", "Summarise", "Notify", "Tick")
    ],
    (the_turn_is_told, without_permission("Record", "sqs:")),
    (the_turn_is_told, without_permission("Project", "dynamodb:GetRecords")),
    (the_turn_is_told, without_permission("Summarise", "events:")),
    (the_turn_is_told, without_permission("Notify", "secretsmanager:")),
    (the_turn_is_told, without_permission("Clock", "lambda:")),
    (an_undeliverable_event_is_kept, no_dead_letters_of_the_rule),
    (a_poison_message_is_kept, no_dead_letters_of_the_outbox),
    (a_full_channel_is_waited_for, without_permission("Notify", "sqs:SendMessage")),
    (a_full_channel_is_waited_for, without_variable("Notify", "OUTBOX_QUEUE_URL")),
]


@pytest.mark.parametrize(("check", "mutation"), MUTATIONS)
def test_a_mutated_stack_does_not(check: Check, mutation: Change, started: Started, slack: FakeSlack) -> None:
    assert not check(started(mutation, begin=moment_for(check)), slack)
