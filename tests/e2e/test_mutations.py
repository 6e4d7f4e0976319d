"""A stack that is wired wrongly is noticed: each mutation of the template makes one of the end-to-end checks fail."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from engine import Engine, FakeSlack
from tests.e2e.story import (
    END,
    RUNNING,
    TOLD,
    Change,
    Resources,
    Started,
    one_turn,
    pass_days,
    put,
    resource,
    told,
    turns,
)

Check = Callable[[Engine, FakeSlack], bool]

FUNCTION = "AWS::Lambda::Function"
MAPPING = "AWS::Lambda::EventSourceMapping"
RULE = "AWS::Events::Rule"
ROLE = "AWS::IAM::Role"
QUEUE = "AWS::SQS::Queue"


def a_phase_is_told_at_once(engine: Engine, slack: FakeSlack) -> bool:
    """What just happened is told with no tick and no retry in between."""
    put(engine, one_turn()[:2])
    return told(slack) == [RUNNING]


def the_close_is_told_by_the_clock(engine: Engine, slack: FakeSlack) -> bool:
    """Nothing happens, but a day passes: the turn closes and is told; what came before, digest included, is history."""
    put(engine, one_turn())
    pass_days(engine, END)
    return told(slack) == TOLD[4:] and [turn["state"] for turn in turns(engine)] == ["delivered"]


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
    return len(engine.messages("outbox-dead")) == 1


def a_full_channel_is_waited_for(engine: Engine, slack: FakeSlack) -> bool:
    """Slack asks to wait: the message wakes `notify` again through the outbox' own queue, with no tick between."""
    slack.fail_next(status=429, retry_after=5)
    put(engine, one_turn()[:2])
    engine.settle(within=timedelta(minutes=5))
    return told(slack) == [RUNNING, TOLD[1]]


DEPLOYED = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
"""An hour after the deployment."""
SOAKING = datetime(2026, 3, 13, 8, 0, tzinfo=UTC)
"""An hour before the turn closes."""

CHECKS: dict[Check, datetime] = {
    a_phase_is_told_at_once: DEPLOYED,
    the_close_is_told_by_the_clock: SOAKING,
    an_undeliverable_event_is_kept: DEPLOYED,
    a_poison_message_is_kept: DEPLOYED,
    a_full_channel_is_waited_for: DEPLOYED,
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.__name__))
def test_the_stack_as_it_is_passes(check: Check, started: Started, slack: FakeSlack) -> None:
    assert check(started(begin=CHECKS[check]), slack)


def wrong_stream_filter(resources: Resources) -> None:
    mapping = resource(resources, MAPPING, "Project")
    [criterion] = mapping["FilterCriteria"]["Filters"]
    criterion["Pattern"] = criterion["Pattern"].replace("SEGMENT", "SEGMENTS")


def wrong_summary_filter(resources: Resources) -> None:
    mapping = resource(resources, MAPPING, "Summarise")
    [criterion, _] = mapping["FilterCriteria"]["Filters"]
    criterion["Pattern"] = criterion["Pattern"].replace("TRANSITION", "SUMMARY")


def wrong_rule_pattern(resources: Resources) -> None:
    resource(resources, RULE, "Canonical")["EventPattern"]["source"] = ["flywheel"]


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


def no_mapping_of_the_stream(resources: Resources) -> None:
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


MUTATIONS: dict[Check, dict[str, Change]] = {
    a_phase_is_told_at_once: {
        "wrong filter of project": wrong_stream_filter,
        "wrong filter of summarise": wrong_summary_filter,
        "wrong rule pattern": wrong_rule_pattern,
        "wrong pattern of summaries": wrong_summary_pattern,
        "rule disabled": rule_disabled,
        "wrong target": wrong_target,
        "wrong source of a mapping": wrong_source_of_a_mapping,
        "wrong function of a mapping": wrong_function_of_a_mapping,
        "no queue policy": no_queue_policy,
        "no mapping of the stream": no_mapping_of_the_stream,
        **{
            f"{name} without {variable}": without_variable(name, variable)
            for name, variable in (
                ("Record", "TABLE_NAME"),
                ("Record", "STACK_ID"),
                ("Project", "TABLE_NAME"),
                ("Summarise", "TABLE_NAME"),
                ("Summarise", "BUS_NAME"),
                ("Notify", "TABLE_NAME"),
                ("Notify", "SLACK_SECRET_ARN"),
                ("Notify", "SLACK_API_URL"),
                ("Notify", "OUTBOX_QUEUE_URL"),
            )
        },
        "wrong bus": with_value("Summarise", "BUS_NAME", "default"),
        "wrong table": with_value("Project", "TABLE_NAME", "another-table"),
        **{
            f"{name} without {action}": without_permission(name, action)
            for name, action in (
                ("Record", "dynamodb:PutItem"),
                ("Record", "dynamodb:BatchGetItem"),
                ("Record", "sqs:ReceiveMessage"),
                ("Project", "dynamodb:Query"),
                ("Project", "dynamodb:PutItem"),
                ("Project", "dynamodb:GetRecords"),
                ("Summarise", "dynamodb:PutItem"),
                ("Summarise", "events:PutEvents"),
                ("Notify", "dynamodb:GetItem"),
                ("Notify", "dynamodb:PutItem"),
                ("Notify", "secretsmanager:GetSecretValue"),
                ("Notify", "sqs:DeleteMessage"),
            )
        },
    },
    the_close_is_told_by_the_clock: {
        "schedule disabled": schedule_disabled,
        "schedule without its time": schedule_without_its_time,
        "Tick without TABLE_NAME": without_variable("Tick", "TABLE_NAME"),
        "Tick without dynamodb:Query": without_permission("Tick", "dynamodb:Query"),
        "Tick without dynamodb:PutItem": without_permission("Tick", "dynamodb:PutItem"),
        "Clock without lambda:InvokeFunction": without_permission("Clock", "lambda:InvokeFunction"),
    },
    an_undeliverable_event_is_kept: {"no dead-letter queue of a rule": no_dead_letters_of_the_rule},
    a_poison_message_is_kept: {"no dead-letter queue of a queue": no_dead_letters_of_the_outbox},
    a_full_channel_is_waited_for: {"Notify without sqs:SendMessage": without_permission("Notify", "sqs:SendMessage")},
}

CASES = [
    pytest.param(check, change, id=f"{check.__name__} not with {name}")
    for check, changes in MUTATIONS.items()
    for name, change in changes.items()
]


@pytest.mark.parametrize(("check", "mutation"), CASES)
def test_a_mutated_stack_does_not(check: Check, mutation: Change, started: Started, slack: FakeSlack) -> None:
    assert not check(started(mutation, begin=CHECKS[check]), slack)
