"""What an upgrade must not replace: CloudFormation knows a resource by its logical id, and others know it by its name.

Another logical id or name makes a second resource, and takes the first one away with all that is in it, or fails, where
the name is taken. So a line here is added with its resource, and never changed.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.infra.template import Synthesised

HOLDING = {
    "AWS::DynamoDB::Table",
    "AWS::Events::Archive",
    "AWS::Events::EventBus",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
}
"""Types that keep something, or that others refer to, whether or not they are given a name."""

NAMES = (
    *("AlarmName", "ArchiveName", "DashboardName", "FunctionName", "LogGroupName", "ManagedPolicyName", "Name"),
    *("QueueName", "RoleName", "TableName", "TopicName"),
)
"""Properties that name a resource."""

PINNED = {
    "StoreTable0CCFA19B": ("AWS::DynamoDB::Table", None),
    "SlackToken": ("AWS::SecretsManager::Secret", None),
    "EventsBus45DE4339": ("AWS::Events::EventBus", "flywheel-dev"),
    "EventsBusArchive3AC72948": ("AWS::Events::Archive", "flywheel-dev"),
    "EventsProducersA8B58C66": ("AWS::IAM::ManagedPolicy", None),
    "InboxQueue96F60793": ("AWS::SQS::Queue", "flywheel-dev-inbox"),
    "InboxDead27030C1E": ("AWS::SQS::Queue", "flywheel-dev-inbox-dead"),
    "OutboxQueueC2D1E7A1": ("AWS::SQS::Queue", "flywheel-dev-outbox"),
    "OutboxDead51B9F5BC": ("AWS::SQS::Queue", "flywheel-dev-outbox-dead"),
    "Failures8A3E1A2F": ("AWS::SQS::Queue", "flywheel-dev-failures"),
    "WebhooksApiA28DB082": ("AWS::ApiGatewayV2::Api", "flywheel-dev"),
    "ClockSchedule2E482945": ("AWS::Scheduler::Schedule", "flywheel-dev-tick"),
    "IntakeFunction1A6D016E": ("AWS::Lambda::Function", "flywheel-dev-intake"),
    "RecordFunction0FDC7770": ("AWS::Lambda::Function", "flywheel-dev-record"),
    "ProjectFunctionDA153BB3": ("AWS::Lambda::Function", "flywheel-dev-project"),
    "SummariseFunction93A1F381": ("AWS::Lambda::Function", "flywheel-dev-summarise"),
    "NotifyFunction3392CA4F": ("AWS::Lambda::Function", "flywheel-dev-notify"),
    "TickFunction412909D5": ("AWS::Lambda::Function", "flywheel-dev-tick"),
    "BoardFunction55B23DDF": ("AWS::Lambda::Function", "flywheel-dev-board"),
    "SlackFunction4E9309F2": ("AWS::Lambda::Function", "flywheel-dev-slack"),
    "ExplainFunction67FA13F7": ("AWS::Lambda::Function", "flywheel-dev-explain"),
    "IntakeRole6965BA50": ("AWS::IAM::Role", None),
    "RecordRole2B71DA4F": ("AWS::IAM::Role", None),
    "ProjectRole4CCB274E": ("AWS::IAM::Role", None),
    "SummariseRoleF3280AC5": ("AWS::IAM::Role", None),
    "NotifyRole4E90EFC9": ("AWS::IAM::Role", None),
    "TickRole4D313812": ("AWS::IAM::Role", None),
    "BoardRole7520FE3D": ("AWS::IAM::Role", None),
    "SlackRole776781A7": ("AWS::IAM::Role", None),
    "ExplainRole37E858FF": ("AWS::IAM::Role", None),
    "ClockRole2647C816": ("AWS::IAM::Role", None),
    "OperatorRoleE90607EC": ("AWS::IAM::Role", None),
    "IntakeLogsB4E72C77": ("AWS::Logs::LogGroup", "/aws/lambda/flywheel-dev-intake"),
    "RecordLogs94094F20": ("AWS::Logs::LogGroup", "/aws/lambda/flywheel-dev-record"),
    "ProjectLogs0A5582E0": ("AWS::Logs::LogGroup", "/aws/lambda/flywheel-dev-project"),
    "SummariseLogs006EDAB1": ("AWS::Logs::LogGroup", "/aws/lambda/flywheel-dev-summarise"),
    "NotifyLogsB4CE6B4B": ("AWS::Logs::LogGroup", "/aws/lambda/flywheel-dev-notify"),
    "TickLogs2B6DFB4C": ("AWS::Logs::LogGroup", "/aws/lambda/flywheel-dev-tick"),
    "SlackLogsCDDCFC67": ("AWS::Logs::LogGroup", "/aws/lambda/flywheel-dev-slack"),
    "BoardLogs61E8C5E3": ("AWS::Logs::LogGroup", "/aws/lambda/flywheel-dev-board"),
    "ExplainLogsE2A10067": ("AWS::Logs::LogGroup", "/aws/lambda/flywheel-dev-explain"),
    "WebhooksLogs2491A35F": ("AWS::Logs::LogGroup", "/aws/vendedlogs/flywheel-dev-webhooks"),
    "AlarmsTopic3A2DFEBA": ("AWS::SNS::Topic", "flywheel-dev-alarms"),
    "AlarmsInboxDeadLetters96262259": ("AWS::CloudWatch::Alarm", "flywheel-dev-inbox-dead-letters"),
    "AlarmsOutboxDeadLettersAE9594EC": ("AWS::CloudWatch::Alarm", "flywheel-dev-outbox-dead-letters"),
    "AlarmsFailuresDeadLetters38549047": ("AWS::CloudWatch::Alarm", "flywheel-dev-failures-dead-letters"),
    "AlarmsFunctionErrors8A553A4B": ("AWS::CloudWatch::Alarm", "flywheel-dev-function-errors"),
    "AlarmsEventsWaitingEC60D25D": ("AWS::CloudWatch::Alarm", "flywheel-dev-events-waiting"),
    "AlarmsStreamAgeD7564C58": ("AWS::CloudWatch::Alarm", "flywheel-dev-stream-age"),
    "AlarmsSetAside9A921E59": ("AWS::CloudWatch::Alarm", "flywheel-dev-set-aside"),
    "AlarmsBehindA1DDE87B": ("AWS::CloudWatch::Alarm", "flywheel-dev-behind"),
    "AlarmsMessagesWaitingAB336743": ("AWS::CloudWatch::Alarm", "flywheel-dev-messages-waiting"),
    "AlarmsNoTick291FB154": ("AWS::CloudWatch::Alarm", "flywheel-dev-no-tick"),
    "AlarmsSlackRefusedC93E3FE0": ("AWS::CloudWatch::Alarm", "flywheel-dev-slack-refused"),
    "AlarmsWebhooksFailingBECA7F00": ("AWS::CloudWatch::Alarm", "flywheel-dev-webhooks-failing"),
    "AlarmsAnswersFailing6E43978E": ("AWS::CloudWatch::Alarm", "flywheel-dev-answers-failing"),
    "AlarmsRejectionsE8643D94": ("AWS::CloudWatch::Alarm", "flywheel-dev-rejections"),
    "ShownDashboard8CF2C4A6": ("AWS::CloudWatch::Dashboard", "flywheel-dev"),
    "QueryErrors": ("AWS::Logs::QueryDefinition", "flywheel-dev/errors"),
    "QueryEvents": ("AWS::Logs::QueryDefinition", "flywheel-dev/events"),
    "QueryMessages": ("AWS::Logs::QueryDefinition", "flywheel-dev/messages"),
    "QueryTicks": ("AWS::Logs::QueryDefinition", "flywheel-dev/ticks"),
    "QueryRequests": ("AWS::Logs::QueryDefinition", "flywheel-dev/requests"),
    "QueryWebhooks": ("AWS::Logs::QueryDefinition", "flywheel-dev/webhooks"),
    "QueryOneFlywheel": ("AWS::Logs::QueryDefinition", "flywheel-dev/one-flywheel"),
    "BusNameParameterE01FB6B1": ("AWS::SSM::Parameter", "/flywheel-dev/bus-name"),
    "BusArnParameter50013A1C": ("AWS::SSM::Parameter", "/flywheel-dev/bus-arn"),
    "PutEventsPolicyArnParameterFF5273F7": ("AWS::SSM::Parameter", "/flywheel-dev/put-events-policy-arn"),
    "SlackUrlParameter6702E476": ("AWS::SSM::Parameter", "/flywheel-dev/slack-url"),
    "OperatorRoleArnParameter32594CCE": ("AWS::SSM::Parameter", "/flywheel-dev/operator-role-arn"),
    "WebhookUrlParameter51F6B87A": ("AWS::SSM::Parameter", "/flywheel-dev/webhook-url"),
    "TableNameParameter8411BB4B": ("AWS::SSM::Parameter", "/flywheel-dev/table-name"),
    "SlackSecretArnParameterF4B08BF2": ("AWS::SSM::Parameter", "/flywheel-dev/slack-secret-arn"),
    "OutboxQueueUrlParameter698BC661": ("AWS::SSM::Parameter", "/flywheel-dev/outbox-queue-url"),
    "AlarmTopicArnParameter7919A921": ("AWS::SSM::Parameter", "/flywheel-dev/alarm-topic-arn"),
    "EventsUrlParameterC4AAE7ED": ("AWS::SSM::Parameter", "/flywheel-dev/events-url"),
    "DashboardUrlParameter98816E97": ("AWS::SSM::Parameter", "/flywheel-dev/dashboard-url"),
}
"""By logical id: the type and the name of what is deployed."""

OF_PIPELINES = {
    "PipelinesRole3E8C6833": ("AWS::IAM::Role", None),
    "RoleArnParameterFC20CEC1": ("AWS::SSM::Parameter", "/flywheel-dev/role-arn"),
}
"""The same, of what only a stage with workflows has."""

OUTPUTS = {
    *("BusName", "BusArn", "PutEventsPolicyArn", "WebhookUrl", "TableName", "SlackSecretArn", "OutboxQueueUrl"),
    *("AlarmTopicArn", "EventsUrl", "DashboardUrl", "OperatorRoleArn", "SlackUrl"),
}
"""Outputs of the stack that the command line and other stacks read."""


def identities(template: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str | None]]]:
    """The logical id, type and name of each resource that keeps something or has a name."""
    for logical_id, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        name = next((properties[key] for key in NAMES if isinstance(properties.get(key), str)), None)
        if name is not None or resource["Type"] in HOLDING:
            yield logical_id, (resource["Type"], name)


def test_what_is_deployed_keeps_its_logical_id_and_its_name(stack: Synthesised) -> None:
    found = dict(identities(stack.template))

    assert {logical_id: found.get(logical_id) for logical_id in PINNED} == PINNED


def test_a_resource_that_keeps_something_or_has_a_name_is_pinned(stack: Synthesised) -> None:
    unpinned = dict(identities(stack.template)).keys() - PINNED.keys()

    assert not unpinned, "new resources: add their lines to PINNED"


def test_outputs_keep_their_names(stack: Synthesised) -> None:
    assert stack.template["Outputs"].keys() >= OUTPUTS


@pytest.mark.parametrize("logical_id", ["StoreTable0CCFA19B", "SlackToken"])
def test_what_cannot_be_made_again_outlives_its_stack(stack: Synthesised, logical_id: str) -> None:
    resource = stack.template["Resources"][logical_id]

    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_the_table_keeps_its_key_as_another_one_makes_another_table(stack: Synthesised) -> None:
    assert stack.of_type("AWS::DynamoDB::Table")["StoreTable0CCFA19B"]["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]


def test_the_policy_that_pipelines_have_keeps_its_description_as_another_one_makes_another_policy(
    stack: Synthesised,
) -> None:
    """IAM changes no description: CloudFormation would make a policy that no pipeline's role has been given."""
    policy = stack.only("AWS::IAM::ManagedPolicy")

    assert (policy["Path"], policy["Description"]) == (
        "/",
        "Put events on the flywheel bus, as anybody but the flywheel itself, its webhooks and Slack",
    )


def test_the_role_of_pipelines_keeps_its_logical_id(synthesise: Callable[..., Synthesised]) -> None:
    opened = dict(identities(synthesise(github_oidc="acme/shop").template))

    assert {logical_id: each for logical_id, each in opened.items() if logical_id not in PINNED} == OF_PIPELINES
