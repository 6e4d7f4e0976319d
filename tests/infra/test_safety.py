"""Who may do what, what is encrypted, what is kept."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.sources.catalogue import SOURCES
from shared.store.table import names
from tests.infra.template import Synthesised, id_of, listed

FUNCTIONS = ("intake", "record", "project", "summarise", "notify", "tick", "board", "explain", "slack")


HOOKS = [f"{name}/*" for name in SOURCES]


def functions(stack: Synthesised) -> dict[str, dict[str, Any]]:
    return {p["FunctionName"].rpartition("-")[2]: p for p in stack.of_type("AWS::Lambda::Function").values()}


def actions(stack: Synthesised, function: str) -> set[str]:
    role = id_of(functions(stack)[function]["Role"])
    return {action for statement in stack.role_statements(role) for action in listed(statement["Action"])}


def test_the_functions_run_on_python_314_arm64(stack: Synthesised) -> None:
    found = functions(stack)
    assert set(found) == set(FUNCTIONS)
    for name, function in found.items():
        assert function["Runtime"] == "python3.14"
        assert function["Architectures"] == ["arm64"]
        assert function["Handler"] == f"functions.{name}.handler.handler"


TRACES = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}


def test_nothing_is_traced_and_nobody_may_trace_where_the_stage_does_not_say_so(stack: Synthesised) -> None:
    for name, function in functions(stack).items():
        assert function.get("TracingConfig", {"Mode": "PassThrough"}) == {"Mode": "PassThrough"}
        assert names.ENV_TRACING not in function["Environment"]["Variables"]
        assert not TRACES & actions(stack, name)


def test_every_function_is_traced_with_its_calls_where_the_stage_says_so(
    synthesise: Callable[..., Synthesised],
) -> None:
    traced = synthesise(tracing="true")
    for name, function in functions(traced).items():
        assert function["TracingConfig"] == {"Mode": "Active"}
        assert function["Environment"]["Variables"][names.ENV_TRACING] == "true"
        assert actions(traced, name) >= TRACES


def test_every_function_logs_to_a_group_of_its_own_for_a_limited_time(stack: Synthesised) -> None:
    groups = {id_of(function["LoggingConfig"]["LogGroup"]) for function in functions(stack).values()}
    assert len(groups) == len(FUNCTIONS)
    for name in groups:
        assert stack.template["Resources"][name]["Properties"]["RetentionInDays"] == 30


def test_variables_are_the_ones_that_the_code_names(stack: Synthesised) -> None:
    known = {value for name, value in vars(names).items() if name.startswith("ENV_")}
    for name, function in functions(stack).items():
        variables = function["Environment"]["Variables"]
        assert set(variables) <= known
        assert names.ENV_SERVICE in variables
        assert (names.ENV_TABLE in variables) == (name != "intake")
        assert variables[names.ENV_SERVICE] == name


def test_no_two_functions_share_a_role(stack: Synthesised) -> None:
    assert len({id_of(function["Role"]) for function in functions(stack).values()}) == len(FUNCTIONS)


def test_roles_have_exact_actions_and_resources(stack: Synthesised) -> None:
    for role in stack.of_type("AWS::IAM::Role"):
        for statement in stack.role_statements(role):
            for action in listed(statement["Action"]):
                assert "*" not in action
            if "*" in str(statement["Resource"]):
                assert set(listed(statement["Action"])) in (
                    {"dynamodb:ListStreams"},
                    {"ssm:GetParameter"},
                )


def test_nothing_is_added_to_a_role_beside_what_is_written_here(stack: Synthesised) -> None:
    assert stack.of_type("AWS::IAM::Policy") == {}
    for role in stack.of_type("AWS::IAM::Role").values():
        assert "ManagedPolicyArns" not in role


def test_roles_are_assumed_by_one_service_only_but_the_operators(stack: Synthesised) -> None:
    operator = id_of(stack.template["Outputs"]["OperatorRoleArn"]["Value"])
    for name, role in stack.of_type("AWS::IAM::Role").items():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        if name != operator:
            assert statement["Principal"]["Service"] in {"lambda.amazonaws.com", "scheduler.amazonaws.com"}


def test_only_who_publishes_may_put_events_and_only_who_talks_to_slack_may_read_its_token(stack: Synthesised) -> None:
    speaking = {name for name in FUNCTIONS if "events:PutEvents" in actions(stack, name)}
    assert speaking == {"intake", "slack", "summarise", "tick"}
    reading = {name for name in FUNCTIONS if "secretsmanager:GetSecretValue" in actions(stack, name)}
    assert reading == {"notify", "slack"}


def test_only_the_clock_deletes_what_it_has_sealed_or_kept(stack: Synthesised) -> None:
    deletes = {"dynamodb:BatchWriteItem", "dynamodb:DeleteItem"}
    assert {name for name in FUNCTIONS if deletes & actions(stack, name)} == {"tick"}
    dead = {name for name in stack.of_type("AWS::SQS::Queue") if "Dead" in name or "Failures" in name}
    (statement,) = [
        each
        for each in stack.role_statements(id_of(functions(stack)["tick"]["Role"]))
        if "sqs:ReceiveMessage" in listed(each["Action"])
    ]
    assert {id_of(queue) for queue in statement["Resource"]} == dead


def test_no_function_can_create_its_log_group_or_touch_the_table_itself(stack: Synthesised) -> None:
    never = {"logs:CreateLogGroup", "dynamodb:Scan", "dynamodb:DeleteTable", "dynamodb:UpdateTable"}
    for name in FUNCTIONS:
        assert not never & actions(stack, name)


def test_intake_reads_secrets_of_hooks_speaks_as_webhooks_and_knows_nothing_else(stack: Synthesised) -> None:
    found = stack.role_statements(id_of(functions(stack)["intake"]["Role"]))
    own = {each["Action"]: each for each in found if isinstance(each["Action"], str)}
    assert set(own) == {"ssm:GetParameter", "events:PutEvents", "sqs:SendMessage"}
    assert str(own["ssm:GetParameter"]["Resource"]).endswith(":parameter/flywheel-dev/hooks/*']]}")
    speaks = own["events:PutEvents"]["Condition"]
    assert speaks == {"ForAllValues:StringLike": {"events:source": HOOKS}, "Null": {"events:source": "false"}}


def test_webhooks_are_throttled_and_logged_without_their_paths(stack: Synthesised) -> None:
    stage = stack.only("AWS::ApiGatewayV2::Stage")
    assert stage["DefaultRouteSettings"] == {"ThrottlingRateLimit": 50, "ThrottlingBurstLimit": 100}
    logged = json.loads(stage["AccessLogSettings"]["Format"])
    assert {"$context.status", "$context.requestId", "$context.routeKey"} <= set(logged.values())
    assert not [value for value in logged.values() if "path" in value or "header" in value]
    (group,) = [name for name in stack.of_type("AWS::Logs::LogGroup") if name.startswith("Webhooks")]
    assert id_of(stage["AccessLogSettings"]["DestinationArn"]) == group


TABLE = ("dynamodb:GetItem", "dynamodb:PutItem")

ROUTES = {
    "POST /hooks/{name}": ("NONE", "Intake"),
    "GET /board/{flywheel}": ("NONE", "Board"),
    "HEAD /board/{flywheel}": ("NONE", "Board"),
    "GET /report/{file}": ("AWS_IAM", "Board"),
    "POST /slack": ("NONE", "Slack"),
    "GET /events/{key}": ("AWS_IAM", "Explain"),
}
"""Who lets callers in, API Gateway or the function itself, and which function answers."""


def test_every_route_says_who_may_call_it_and_only_its_function_may_be_called(stack: Synthesised) -> None:
    integrations = stack.of_type("AWS::ApiGatewayV2::Integration")
    routes = {}
    for route in stack.of_type("AWS::ApiGatewayV2::Route").values():
        integration = integrations[route["Target"]["Fn::Join"][1][1]["Ref"]]
        assert integration["PayloadFormatVersion"] == "2.0"
        function = id_of(integration["IntegrationUri"]).partition("Function")[0]
        routes[route["RouteKey"]] = (route["AuthorizationType"], function)
    assert routes == ROUTES
    for permission in stack.of_type("AWS::Lambda::Permission").values():
        function = id_of(permission["FunctionName"]).partition("Function")[0]
        paths = {route.partition(" ")[2] for route, (_, name) in ROUTES.items() if name == function}
        assert permission["Principal"] == "apigateway.amazonaws.com"
        assert [path for path in paths if f"/*/*{path}" in str(permission["SourceArn"])]


def test_who_only_looks_takes_no_execution_away_from_who_sends(stack: Synthesised) -> None:
    settings = stack.only("AWS::ApiGatewayV2::Stage")["RouteSettings"]
    assert settings == {
        route: {"ThrottlingRateLimit": 10, "ThrottlingBurstLimit": 20} for route in ROUTES if "/hooks/" not in route
    }


def test_what_shows_boards_reads_what_is_derived_of_flywheels_and_nothing_else(stack: Synthesised) -> None:
    found = stack.role_statements(id_of(functions(stack)["board"]["Role"]))
    own = {str(each["Action"]): each for each in found if "logs:CreateLogStream" not in str(each["Action"])}
    assert actions(stack, "board") >= {"dynamodb:GetItem", "dynamodb:Query", "ssm:GetParameter"}
    assert not {action for action in actions(stack, "board") if action.startswith(("dynamodb:Put", "dynamodb:Batch"))}
    [reads] = [each for action, each in own.items() if "dynamodb:GetItem" in action]
    assert reads["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["W#*"]}}
    assert str(own["ssm:GetParameter"]["Resource"]).endswith(":parameter/flywheel-dev/board/link-key']]}")


def test_where_links_are_off_nobody_answers_to_them_or_reads_their_key(
    synthesise: Callable[..., Synthesised], tmp_path: Path
) -> None:
    config = tmp_path / "flywheel.toml"
    config.write_text("board.links = false\n")
    stack = synthesise(config=str(config))
    routes = {route["RouteKey"] for route in stack.of_type("AWS::ApiGatewayV2::Route").values()}
    assert routes == {route for route in ROUTES if "/board/" not in route}
    assert "parameter/flywheel-dev/board/" not in json.dumps(stack.of_type("AWS::IAM::Role"))


def test_what_slack_calls_reads_reports_adds_votes_and_speaks_as_people_in_slack_alone(stack: Synthesised) -> None:
    found = stack.role_statements(id_of(functions(stack)["slack"]["Role"]))
    own = {each["Action"]: each for each in found if isinstance(each["Action"], str)}
    assert set(own) == {
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "events:PutEvents",
        "secretsmanager:GetSecretValue",
    }
    speaks = {"ForAllValues:StringLike": {"events:source": ["slack/*"]}, "Null": {"events:source": "false"}}
    assert own["events:PutEvents"]["Condition"] == speaks
    keys = {action: own[action]["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"] for action in TABLE}
    assert keys == {"dynamodb:GetItem": ["W#*"], "dynamodb:PutItem": ["O#*"]}


def test_a_producer_may_put_events_as_anybody_but_the_stack_itself_and_its_webhooks(stack: Synthesised) -> None:
    statement, *questions = stack.only("AWS::IAM::ManagedPolicy")["PolicyDocument"]["Statement"]
    assert [each["Action"] for each in questions] == [
        "events:DescribeEventBus",
        "execute-api:Invoke",
        "ssm:GetParameter",
    ]
    assert str(questions[1]["Resource"]).endswith("/$default/GET/events/*']]}")
    assert str(questions[2]["Resource"]).endswith(":parameter/flywheel-dev/events-url']]}")
    assert statement["Action"] == "events:PutEvents"
    assert id_of(statement["Resource"]) in stack.of_type("AWS::Events::EventBus")
    assert statement["Condition"] == {
        "ForAllValues:StringNotLike": {"events:source": ["flywheel", "well-architected-tool", *HOOKS, "slack/*"]},
        "Null": {"events:source": "false"},
    }
    assert HOOKS[0] == "github/*"


@pytest.mark.parametrize(
    ("kind", "policy", "names_it"),
    [
        ("AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "Queues"),
        ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "Topics"),
    ],
)
def test_queues_and_topics_refuse_what_is_not_tls(stack: Synthesised, kind: str, policy: str, names_it: str) -> None:
    guarded = {
        id_of(each)
        for found in stack.of_type(policy).values()
        for each in found[names_it]
        for statement in found["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }
    assert guarded == set(stack.of_type(kind))


def test_queues_are_encrypted(stack: Synthesised) -> None:
    for queue in stack.of_type("AWS::SQS::Queue").values():
        assert queue["SqsManagedSseEnabled"] is True


def test_alarms_may_publish_to_their_topic(stack: Synthesised) -> None:
    statements = stack.only("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    (allowed,) = [statement for statement in statements if statement["Effect"] == "Allow"]
    assert (allowed["Action"], allowed["Principal"]) == ("sns:Publish", {"Service": "cloudwatch.amazonaws.com"})


def test_the_table_is_on_demand_recoverable_and_keyed_by_the_names_of_the_store(stack: Synthesised) -> None:
    table = stack.only("AWS::DynamoDB::Table")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert [key["AttributeName"] for key in table["KeySchema"]] == [names.PK, names.SK]
    assert "SSESpecification" not in table, "absent means encrypted with a key of AWS's own, which costs nothing"
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == names.DUE_INDEX
    assert [key["AttributeName"] for key in index["KeySchema"]] == [names.DUE_PK, names.DUE_AT]
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


def test_the_archive_keeps_what_producers_sent_for_thirty_days(stack: Synthesised) -> None:
    archive = stack.only("AWS::Events::Archive")
    assert archive["RetentionDays"] == 30
    assert archive["EventPattern"] == {"source": [{"anything-but": ["flywheel"]}]}


def test_the_secret_is_made_without_a_value_and_no_token_is_in_the_template(stack: Synthesised) -> None:
    assert set(stack.only("AWS::SecretsManager::Secret")) == {"Description", "Tags"}
    assert not re.search(r"xox[a-z]-\w", str(stack.template))


def test_no_name_of_a_secret_that_is_scheduled_for_deletion_stands_in_a_new_stacks_way(stack: Synthesised) -> None:
    assert "Name" not in stack.only("AWS::SecretsManager::Secret")


def test_data_is_retained_and_protected_unless_said_otherwise(stack: Synthesised) -> None:
    for kind in ("AWS::DynamoDB::Table", "AWS::SecretsManager::Secret"):
        (resource,) = [each for each in stack.template["Resources"].values() if each["Type"] == kind]
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert stack.only("AWS::DynamoDB::Table")["DeletionProtectionEnabled"] is True


def test_every_output_is_a_parameter_under_the_name_of_the_stack_too(stack: Synthesised) -> None:
    outputs = stack.template["Outputs"]
    parameters = stack.of_type("AWS::SSM::Parameter").values()
    assert {"BusName", "BusArn", "TableName", "SlackSecretArn", "PutEventsPolicyArn", "WebhookUrl"} <= set(outputs)
    assert len(parameters) == len(outputs)
    for parameter in parameters:
        assert parameter["Name"].startswith("/flywheel-dev/")
    assert [output["Value"] for output in outputs.values()] == [parameter["Value"] for parameter in parameters]


def test_whatever_can_be_tagged_says_application_and_stage(stack: Synthesised) -> None:
    tagged = [each for each in stack.template["Resources"].values() if "Tags" in each["Properties"]]
    assert len(tagged) > 20
    for each in tagged:
        tags = each["Properties"]["Tags"]
        found = tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}
        assert found == {"application": "value-flywheel", "stage": "dev"}


def test_another_stage_has_other_names_and_may_let_its_data_go(synthesise: Callable[..., Synthesised]) -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:slack-a1B2c3"
    stack = synthesise(
        stage="try",
        retain_data="false",
        tick_minutes="5",
        log_retention_days="7",
        slack_secret_arn=arn,
        alarm_email="oncall@example.org",
        intake_concurrency="20",
    )
    table = next(each for each in stack.template["Resources"].values() if each["Type"] == "AWS::DynamoDB::Table")
    assert (table["DeletionPolicy"], table["Properties"]["DeletionProtectionEnabled"]) == ("Delete", False)
    assert stack.only("AWS::Events::EventBus")["Name"] == "flywheel-try"
    assert stack.only("AWS::Scheduler::Schedule")["ScheduleExpression"] == "rate(5 minutes)"
    assert stack.only("AWS::SNS::Subscription")["Endpoint"] == "oncall@example.org"
    assert stack.of_type("AWS::SecretsManager::Secret") == {}
    assert stack.template["Outputs"]["SlackSecretArn"]["Value"] == arn
    reserved = {each.get("ReservedConcurrentExecutions") for each in stack.of_type("AWS::Lambda::Function").values()}
    assert reserved == {None, 20}
    assert {group["RetentionInDays"] for group in stack.of_type("AWS::Logs::LogGroup").values()} == {7}
