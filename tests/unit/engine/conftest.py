"""A small stack of every kind of part that the engine drives, and handlers to go with it."""

import copy
import json
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import Engine

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

HANDLERS = {
    "taker": """
        import json, os
        import boto3

        def handler(event, context):
            table = boto3.client("dynamodb")
            failed = []
            for record in event["Records"]:
                detail = json.loads(record["body"])["detail"]
                if detail.get("poison"):
                    failed.append({"itemIdentifier": record["messageId"]})
                    continue
                if detail.get("crash"):
                    raise ValueError("crash as told")
                item = {"pk": {"S": detail["id"]}, "kind": {"S": detail.get("kind", "PART")}}
                if "step" in detail:
                    item["step"] = {"N": str(detail["step"])}
                item["sent"] = {"S": record["attributes"]["SentTimestamp"]}
                if detail.get("stream_poison"):
                    item["poison"] = {"BOOL": True}
                table.put_item(TableName=os.environ["TABLE_NAME"], Item=item)
            return {"batchItemFailures": failed}
    """,
    "reader": """
        import json, os
        import boto3

        def handler(event, context):
            print(json.dumps([r["dynamodb"]["NewImage"]["pk"]["S"] for r in event["Records"]]))
            for record in event["Records"]:
                if "poison" in record["dynamodb"]["NewImage"]:
                    number = record["dynamodb"]["SequenceNumber"]
                    return {"batchItemFailures": [{"itemIdentifier": number}]}
                detail = json.dumps({"id": record["dynamodb"]["NewImage"]["pk"]["S"], "read": True})
                boto3.client("events").put_events(Entries=[
                    {"EventBusName": os.environ["BUS_NAME"], "Source": "reader", "DetailType": "Read", "Detail": detail}
                ])
            return {"batchItemFailures": []}
    """,
    "looper": """
        import json, os
        import boto3

        def handler(event, context):
            sqs = boto3.client("sqs")
            for record in event["Records"]:
                body = json.loads(record["body"])
                for name, value in [("times", body.get("times", 0) + 1)] if "id" in body else []:
                    sent = json.dumps({**body, name: value})
                    url, delay = os.environ["QUEUE_URL"], int(os.environ["DELAY"])
                    sqs.send_message(QueueUrl=url, MessageBody=sent, DelaySeconds=delay)
            return {"batchItemFailures": []}
    """,
    "clockwork": """
        import os
        calls = []

        def handler(event, context):
            calls.append(event)
            if os.environ.get("CRASH"):
                raise RuntimeError("as told")
            return {"at": event["scheduled_time"], "calls": len(calls), "root": os.environ["LAMBDA_TASK_ROOT"]}
    """,
}


def arn(logical: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical, "Arn"]}


def role(*statements: dict[str, Any]) -> dict[str, Any]:
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
            "Policies": [
                {
                    "PolicyName": "own",
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)},
                }
            ],
        },
    }


def allow(actions: list[str], resource: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def function(name: str, role_id: str, environment: dict[str, Any]) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Metadata": {"aws:asset:path": "asset"},
        "Properties": {
            "Code": {"S3Bucket": "assets", "S3Key": "code.zip"},
            "Handler": f"functions.{name}.handler",
            "Role": arn(role_id),
            "Runtime": "python3.14",
            "Timeout": 10,
            "Environment": {"Variables": environment},
        },
    }


def queue_policy(queue: str, rule: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn(queue),
        "Condition": {"ArnEquals": {"aws:SourceArn": arn(rule)}},
    }
    return {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [{"Ref": queue}],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }


POLLS_QUEUE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
POLLS_STREAM = [
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:DescribeStream",
    "dynamodb:ListStreams",
]


def small_stack() -> dict[str, Any]:
    """bus → rule → queue → taker → table → stream → reader → bus → rule → queue, and a schedule."""
    stream = {"Fn::GetAtt": ["Table", "StreamArn"]}
    kinds = json.dumps({"dynamodb": {"NewImage": {"kind": {"S": ["PART"]}}}})
    return {
        "Resources": {
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "parts"}},
            "Archive": {
                "Type": "AWS::Events::Archive",
                "Properties": {
                    "SourceArn": arn("Bus"),
                    "ArchiveName": "parts",
                    "EventPattern": {"source": [{"anything-but": ["reader"]}]},
                },
            },
            "Inbox": {
                "Type": "AWS::SQS::Queue",
                "Properties": {
                    "QueueName": "inbox",
                    "VisibilityTimeout": 60,
                    "RedrivePolicy": {"deadLetterTargetArn": arn("Dead"), "maxReceiveCount": 3},
                },
            },
            "Dead": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "dead"}},
            "Done": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "done"}},
            "Lost": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "lost"}},
            "ToInbox": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "EventBusName": {"Ref": "Bus"},
                    "EventPattern": {"detail-type": ["Part Made"]},
                    "Targets": [{"Id": "t", "Arn": arn("Inbox"), "DeadLetterConfig": {"Arn": arn("Lost")}}],
                },
            },
            "ToDone": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "EventBusName": {"Ref": "Bus"},
                    "EventPattern": {"source": ["reader"]},
                    "Targets": [{"Id": "t", "Arn": arn("Done"), "InputPath": "$.detail"}],
                },
            },
            "InboxPolicy": queue_policy("Inbox", "ToInbox"),
            "LostPolicy": queue_policy("Lost", "ToInbox"),
            "DonePolicy": queue_policy("Done", "ToDone"),
            "Table": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "TableName": "parts",
                    "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                    "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
                },
            },
            "TakerRole": role(allow(POLLS_QUEUE, arn("Inbox")), allow(["dynamodb:PutItem"], arn("Table"))),
            "Taker": function("taker", "TakerRole", {"TABLE_NAME": {"Ref": "Table"}}),
            "TakerMapping": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "EventSourceArn": arn("Inbox"),
                    "FunctionName": {"Ref": "Taker"},
                    "BatchSize": 10,
                    "FunctionResponseTypes": ["ReportBatchItemFailures"],
                },
            },
            "ReaderRole": role(
                allow(POLLS_STREAM, stream),
                allow(["events:PutEvents"], arn("Bus")),
                allow(["sqs:SendMessage"], arn("Dead")),
            ),
            "Reader": function("reader", "ReaderRole", {"BUS_NAME": {"Ref": "Bus"}}),
            "ReaderMapping": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "EventSourceArn": stream,
                    "FunctionName": {"Ref": "Reader"},
                    "StartingPosition": "TRIM_HORIZON",
                    "BatchSize": 100,
                    "BisectBatchOnFunctionError": True,
                    "MaximumRetryAttempts": 2,
                    "FunctionResponseTypes": ["ReportBatchItemFailures"],
                    "DestinationConfig": {"OnFailure": {"Destination": arn("Dead")}},
                    "FilterCriteria": {"Filters": [{"Pattern": kinds}]},
                },
            },
            "ClockRole": role(),
            "Clockwork": function("clockwork", "ClockRole", {}),
            "SchedulerRole": role(allow(["lambda:InvokeFunction"], arn("Clockwork"))),
            "Schedule": {
                "Type": "AWS::Scheduler::Schedule",
                "Properties": {
                    "Name": "clock",
                    "ScheduleExpression": "rate(15 minutes)",
                    "FlexibleTimeWindow": {"Mode": "OFF"},
                    "Target": {
                        "Arn": arn("Clockwork"),
                        "RoleArn": arn("SchedulerRole"),
                        "Input": '{"scheduled_time": "<aws.scheduler.scheduled-time>"}',
                    },
                },
            },
        },
        "Outputs": {"BusArn": {"Value": arn("Bus")}, "Inbox": {"Value": {"Ref": "Inbox"}}},
    }


Running = Callable[..., Engine]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The small stack's template, with its handlers beside it."""
    functions = tmp_path / "functions"
    functions.mkdir()
    (tmp_path / "asset").mkdir()
    (functions / "__init__.py").touch()
    for name, code in HANDLERS.items():
        (functions / f"{name}.py").write_text(textwrap.dedent(code))
    file = tmp_path / "Small.template.json"
    file.write_text(json.dumps(small_stack()))
    return file


@pytest.fixture
def running(small: Path) -> Iterator[Running]:
    """Starts an engine on the small stack, after `change` was done to a copy of it."""
    with ExitStack() as stack:

        def start(
            change: Callable[[dict[str, Any]], object] | None = None,
            shards: int = 1,
            files: dict[str, bytes] | None = None,
        ) -> Engine:
            body = copy.deepcopy(small_stack())
            if change is not None:
                change(body["Resources"])
            small.write_text(json.dumps(body))
            engine = Engine.from_template(small, clock=START, code_root=small.parent, stream_shards=shards, files=files)
            return stack.enter_context(engine)

        yield start


@pytest.fixture
def made() -> Callable[..., dict[str, Any]]:
    """Makes an entry for the small stack's bus."""

    def entry(id: str, **detail: Any) -> dict[str, Any]:
        return {
            "EventBusName": "parts",
            "Source": "factory",
            "DetailType": "Part Made",
            "Detail": json.dumps({"id": id, **detail}),
        }

    return entry
