"""The evaluator of policies, and what an AWS call needs permission for."""

from typing import Any

import pytest

from engine import Access, Place, accesses_of, is_allowed, statements_of
from engine.iam.permissions import Caller

TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/T"
PLACE = Place("111122223333", "eu-west-1")


def allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def test_nothing_is_allowed_without_a_statement() -> None:
    assert not is_allowed([], Access("dynamodb:GetItem", TABLE))


def test_actions_ignore_case_and_resources_do_not() -> None:
    assert is_allowed([allow("DynamoDB:get*", TABLE)], Access("dynamodb:GetItem", TABLE))
    assert not is_allowed([allow("dynamodb:GetItem", TABLE.lower())], Access("dynamodb:GetItem", TABLE))


def test_a_table_s_permission_does_not_cover_its_index() -> None:
    assert not is_allowed([allow("dynamodb:Query", TABLE)], Access("dynamodb:Query", f"{TABLE}/index/due"))
    assert is_allowed([allow("dynamodb:Query", f"{TABLE}/*")], Access("dynamodb:Query", f"{TABLE}/index/due"))


def test_a_deny_wins_over_an_allow() -> None:
    deny = {"Effect": "Deny", "NotAction": "dynamodb:GetItem", "Resource": "*"}
    assert is_allowed([allow("*", "*"), deny], Access("dynamodb:GetItem", TABLE))
    assert not is_allowed([allow("*", "*"), deny], Access("dynamodb:PutItem", TABLE))


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"events:source": ["a", "b"]}}, True),
        ({"StringNotEquals": {"events:source": "a"}}, False),
        ({"StringNotEquals": {"missing": "a"}}, True),
        ({"StringEquals": {"missing": "a"}}, False),
        ({"StringEqualsIfExists": {"missing": "a"}}, True),
        ({"StringLike": {"events:source": "?"}}, True),
        ({"Null": {"missing": "true"}}, True),
        ({"Null": {"events:source": "true"}}, False),
        ({"ForAllValues:StringEquals": {"keys": ["k", "l"]}}, True),
        ({"ForAllValues:StringEquals": {"keys": ["k"]}}, False),
        ({"ForAnyValue:StringEquals": {"keys": ["k"]}}, True),
        ({"ForAnyValue:StringLike": {"keys": ["x", "l*"]}}, True),
        ({"ForAnyValue:StringNotLike": {"missing": ["k"]}}, False),
        ({"ForAllValues:StringNotLike": {"keys": ["k*"]}}, False),
        ({"ForAllValues:StringNotLike": {"missing": ["k*"]}}, True),
        ({"ArnNotEquals": {"missing": ["arn:aws:iam::1:role/a"]}}, True),
        ({"Bool": {"aws:SecureTransport": "false"}}, False),
        ({"SomethingNew": {"events:source": "a"}}, False),
    ],
)
def test_conditions(condition: dict[str, Any], allowed: bool) -> None:
    context = {"events:source": "a", "keys": ["k", "l"], "aws:SecureTransport": "true"}
    access = Access("events:PutEvents", "bus", context=context)
    assert is_allowed([allow("events:PutEvents", "*", Condition=condition)], access) is allowed


def test_a_function_whose_role_may_is_denied_what_a_bus_keeps_for_other_roles() -> None:
    ours, other = "arn:aws:iam::1:role/ours", "arn:aws:iam::1:role/other"
    guard = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "events:PutEvents",
        "Resource": "*",
        "Condition": {
            "ForAnyValue:StringLike": {"events:source": ["github/*"]},
            "ArnNotEquals": {"aws:PrincipalArn": [ours]},
        },
    }
    place, everything = Place("123456789012", "us-east-1"), [allow("*", "*")]

    def may(role: str, source: str) -> bool:
        access = Access("events:PutEvents", "bus", context={"events:source": source})
        return Caller("f", role, everything, [guard], place, lambda _: None).may(access)

    assert [may(ours, "github/x"), may(ours, "ci"), may(other, "github/x"), may(other, "ci")] == [
        True,
        True,
        False,
        True,
    ]


def test_a_resource_policy_speaks_to_its_principal_only() -> None:
    policy = {"Statement": allow("sqs:SendMessage", "*", Principal={"Service": "events.amazonaws.com"})}
    statements = statements_of(policy)
    assert is_allowed(statements, Access("sqs:SendMessage", "q", principal="events.amazonaws.com"))
    assert not is_allowed(statements, Access("sqs:SendMessage", "q", principal="sns.amazonaws.com"))
    assert not is_allowed(statements, Access("sqs:SendMessage", "q"))


@pytest.mark.parametrize(
    ("service", "operation", "params", "wanted"),
    [
        ("dynamodb", "GetItem", {"TableName": "T"}, [("dynamodb:GetItem", TABLE)]),
        ("dynamodb", "Query", {"TableName": TABLE, "IndexName": "due"}, [("dynamodb:Query", f"{TABLE}/index/due")]),
        ("dynamodb", "BatchGetItem", {"RequestItems": {"T": {}}}, [("dynamodb:BatchGetItem", TABLE)]),
        (
            "dynamodb",
            "TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "T"}}, {"ConditionCheck": {"TableName": "T"}}]},
            [("dynamodb:PutItem", TABLE), ("dynamodb:ConditionCheckItem", TABLE)],
        ),
        (
            "sqs",
            "SendMessageBatch",
            {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/q"},
            [("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:q")],
        ),
        (
            "events",
            "PutEvents",
            {"Entries": [{"EventBusName": "b", "Source": "s", "DetailType": "d"}]},
            [("events:PutEvents", "arn:aws:events:eu-west-1:111122223333:event-bus/b")],
        ),
        (
            "ssm",
            "GetParameters",
            {"Names": ["/a", "b"]},
            [
                ("ssm:GetParameters", "arn:aws:ssm:eu-west-1:111122223333:parameter/a"),
                ("ssm:GetParameters", "arn:aws:ssm:eu-west-1:111122223333:parameter/b"),
            ],
        ),
        ("secretsmanager", "GetSecretValue", {"SecretId": "arn:s"}, [("secretsmanager:GetSecretValue", "arn:s")]),
        (
            "lambda",
            "Invoke",
            {"FunctionName": "f"},
            [("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:f")],
        ),
        ("sts", "GetCallerIdentity", {}, [("sts:GetCallerIdentity", "*")]),
    ],
)
def test_a_call_needs(service: str, operation: str, params: dict[str, Any], wanted: list[tuple[str, str]]) -> None:
    found = [(access.action, access.resource) for access in accesses_of(service, operation, params, PLACE)]
    assert found == wanted
