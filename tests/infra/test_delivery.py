"""Nothing is lost on its way: dead letters, retries and time-outs of every rule, queue, stream and schedule."""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from cli.slack.trial import MENDS
from events import PUBLISHED_DETAIL_TYPES, PUBLISHER
from infra.alarms import RUNBOOK
from infra.bus import DIGEST_READY, SUMMARY_READY, TURN_HELD, TURN_STARTED
from infra.queries import queries_of
from infra.stage import PROJECT
from shared.slack.errors import BAD_TOKEN, GONE
from shared.slack.topic import FOR_GOOD
from shared.sources import aws
from shared.store.table import names
from shared.store.table.items import TurnItem
from tests.infra.template import Synthesised, id_of, listed

FOURTEEN_DAYS = 14 * 24 * 3600


def mappings(stack: Synthesised, source: str) -> dict[str, dict[str, Any]]:
    """The mappings whose source is a resource of this type."""
    return {
        name: mapping
        for name, mapping in stack.of_type("AWS::Lambda::EventSourceMapping").items()
        if stack.template["Resources"][id_of(mapping["EventSourceArn"])]["Type"] == source
    }


def dead_letter_queues(stack: Synthesised) -> set[str]:
    """Every queue that anything names as the place for what failed."""
    found = {
        id_of(queue["RedrivePolicy"]["deadLetterTargetArn"])
        for queue in stack.of_type("AWS::SQS::Queue").values()
        if "RedrivePolicy" in queue
    }
    for rule in stack.of_type("AWS::Events::Rule").values():
        found |= {id_of(target["DeadLetterConfig"]["Arn"]) for target in rule["Targets"]}
    for kind in ("AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig"):
        for each in stack.of_type(kind).values():
            if "DestinationConfig" in each:
                found.add(id_of(each["DestinationConfig"]["OnFailure"]["Destination"]))
    return found | {id_of(stack.only("AWS::Scheduler::Schedule")["Target"]["DeadLetterConfig"]["Arn"])}


def test_every_rule_delivers_to_queues_with_retries_and_dead_letters(stack: Synthesised) -> None:
    rules = stack.of_type("AWS::Events::Rule")
    assert len(rules) == 2 + len(aws.rule_patterns())
    for rule in rules.values():
        assert rule["State"] == "ENABLED"
        for target in rule["Targets"]:
            assert stack.template["Resources"][id_of(target["Arn"])]["Type"] == "AWS::SQS::Queue"
            assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}


def test_every_queue_that_a_rule_names_lets_that_rule_send(stack: Synthesised) -> None:
    allowed = {
        (id_of(queue), id_of(rule))
        for policy in stack.of_type("AWS::SQS::QueuePolicy").values()
        for queue in policy["Queues"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow" and "sqs:SendMessage" in listed(statement["Action"])
        for rule in listed(statement["Condition"]["ArnEquals"]["aws:SourceArn"])
    }
    for name, rule in stack.of_type("AWS::Events::Rule").items():
        for target in rule["Targets"]:
            assert (id_of(target["Arn"]), name) in allowed
            assert (id_of(target["DeadLetterConfig"]["Arn"]), name) in allowed


def test_a_queue_s_policy_does_not_grow_with_the_rules(stack: Synthesised) -> None:
    """SQS takes 20 statements and 10 conditions (Developer Guide, "Quotas related to policies"); there are 12 rules."""
    for policy in stack.of_type("AWS::SQS::QueuePolicy").values():
        statements = policy["PolicyDocument"]["Statement"]
        allowing = [each["Sid"] for each in statements if each["Effect"] == "Allow"]
        assert allowing in ([], ["Rules"])
        assert len(statements) <= 2


def test_the_recorder_gets_every_contract_from_anybody_but_ourselves(stack: Synthesised) -> None:
    (rule,) = [r for r in stack.of_type("AWS::Events::Rule").values() if "detail-type" not in r["EventPattern"]]
    assert rule["EventPattern"] == {"source": [{"anything-but": [PUBLISHER]}]}
    assert stack.template["Resources"][id_of(rule["Targets"][0]["Arn"])]["Properties"]["QueueName"].endswith("-inbox")


def test_the_notifier_gets_summaries_from_ourselves_only(stack: Synthesised) -> None:
    (rule,) = [r for r in stack.of_type("AWS::Events::Rule").values() if r["EventPattern"]["source"] == [PUBLISHER]]
    wanted = [SUMMARY_READY, DIGEST_READY, TURN_STARTED, TURN_HELD]
    assert rule["EventPattern"] == {"source": [PUBLISHER], "detail-type": wanted}
    assert set(wanted) <= set(PUBLISHED_DETAIL_TYPES)
    assert stack.template["Resources"][id_of(rule["Targets"][0]["Arn"])]["Properties"]["QueueName"].endswith("-outbox")


def test_services_of_aws_reach_the_recorder_from_the_default_bus(stack: Synthesised) -> None:
    rules = [r for r in stack.of_type("AWS::Events::Rule").values() if "EventBusName" not in r]
    assert {json.dumps(r["EventPattern"], sort_keys=True) for r in rules} == {
        json.dumps(pattern, sort_keys=True) for pattern in aws.rule_patterns().values()
    }
    inbox = id_of(next(r for r in stack.of_type("AWS::Events::Rule").values() if r not in rules)["Targets"][0]["Arn"])
    assert {id_of(r["Targets"][0]["Arn"]) for r in rules} == {inbox}
    assert inbox.startswith("Inbox")


def test_the_default_bus_can_be_left_alone(synthesise: Callable[..., Synthesised]) -> None:
    rules = synthesise(aws_services="false").of_type("AWS::Events::Rule")
    assert len(rules) == 2
    assert all("EventBusName" in rule for rule in rules.values())


def test_a_queue_waits_six_time_outs_and_the_batching_window(stack: Synthesised) -> None:
    found = mappings(stack, "AWS::SQS::Queue")
    assert len(found) == 2
    for mapping in found.values():
        queue = stack.template["Resources"][id_of(mapping["EventSourceArn"])]["Properties"]
        function = stack.template["Resources"][id_of(mapping["FunctionName"])]["Properties"]
        window = mapping.get("MaximumBatchingWindowInSeconds", 0)
        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"] + window
        assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5


def test_every_mapping_takes_partial_answers(stack: Synthesised) -> None:
    for mapping in stack.of_type("AWS::Lambda::EventSourceMapping").values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_batch_above_ten_messages_has_a_window(stack: Synthesised) -> None:
    for mapping in mappings(stack, "AWS::SQS::Queue").values():
        assert mapping["BatchSize"] <= 10 or mapping["MaximumBatchingWindowInSeconds"] >= 1


def bounds(stack: Synthesised) -> dict[str, int | None]:
    """By function, the most executions that its queue may start at once."""
    return {
        id_of(each["FunctionName"])[:6]: each.get("ScalingConfig", {}).get("MaximumConcurrency")
        for each in mappings(stack, "AWS::SQS::Queue").values()
    }


def test_queues_and_stream_leave_executions_to_webhooks_unless_a_stage_says_otherwise(
    stack: Synthesised, synthesise: Callable[..., Synthesised]
) -> None:
    """An account may have ten: two for each queue, one for each reader of a shard, one for the clock."""
    assert bounds(stack) == {"Record": 2, "Notify": 2}
    assert {each["ParallelizationFactor"] for each in mappings(stack, "AWS::DynamoDB::Table").values()} == {1}
    large = synthesise(stream_parallel="10", record_concurrency="0", notify_concurrency="5")
    assert bounds(large) == {"Record": None, "Notify": 5}
    assert {each["ParallelizationFactor"] for each in mappings(large, "AWS::DynamoDB::Table").values()} == {10}


def test_the_stream_has_two_readers_that_give_up_into_a_queue(stack: Synthesised) -> None:
    found = mappings(stack, "AWS::DynamoDB::Table")
    assert len(found) == 2
    for mapping in found.values():
        assert mapping["BisectBatchOnFunctionError"] is True
        assert 0 < mapping["MaximumRetryAttempts"] <= 100
        assert mapping["StartingPosition"] == "TRIM_HORIZON"
        failed = id_of(mapping["DestinationConfig"]["OnFailure"]["Destination"])
        assert stack.template["Resources"][failed]["Type"] == "AWS::SQS::Queue"


def test_each_reader_wakes_for_its_own_kind_of_item(stack: Synthesised) -> None:
    found = {
        id_of(mapping["FunctionName"])[:7]: [
            json.loads(each["Pattern"]) for each in mapping["FilterCriteria"]["Filters"]
        ]
        for mapping in mappings(stack, "AWS::DynamoDB::Table").values()
    }
    assert found == {
        "Project": [{"eventName": ["INSERT"], "dynamodb": {"NewImage": {names.KIND: {"S": [names.SEGMENT]}}}}],
        "Summari": [
            {"eventName": ["INSERT", "MODIFY"], "dynamodb": {"NewImage": {names.KIND: {"S": [names.TRANSITION]}}}},
            {
                "eventName": ["INSERT", "MODIFY"],
                "dynamodb": {"NewImage": {names.KIND: {"S": [names.TURN]}, names.NEWS: {"S": [{"exists": True}]}}},
            },
        ],
    }
    assert {names.SEGMENT, names.TRANSITION, names.TURN} <= set(names.KINDS)
    assert names.NEWS in TurnItem.get_attributes()


def test_the_clock_tells_tick_the_time_that_was_due(stack: Synthesised) -> None:
    schedule = stack.only("AWS::Scheduler::Schedule")
    assert schedule["ScheduleExpression"] == "rate(15 minutes)"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert json.loads(schedule["Target"]["Input"]) == {"scheduled_time": "<aws.scheduler.scheduled-time>"}
    assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert id_of(schedule["Target"]["Arn"]).startswith("Tick")


def test_a_tick_that_lambda_cannot_run_is_kept(stack: Synthesised) -> None:
    config = stack.only("AWS::Lambda::EventInvokeConfig")
    assert id_of(config["FunctionName"]).startswith("Tick")
    assert config["MaximumRetryAttempts"] == 2


def test_dead_letters_are_kept_fourteen_days_and_raise_an_alarm(stack: Synthesised) -> None:
    dead = dead_letter_queues(stack)
    assert len(dead) == 3
    watched = {
        id_of(dimension["Value"])
        for alarm in stack.of_type("AWS::CloudWatch::Alarm").values()
        for dimension in alarm.get("Dimensions", [])
        if dimension["Name"] == "QueueName" and alarm["Threshold"] == 0
    }
    assert watched == dead
    for name in dead:
        assert stack.template["Resources"][name]["Properties"]["MessageRetentionPeriod"] == FOURTEEN_DAYS


def test_every_alarm_tells_the_topic_and_takes_silence_for_health_but_the_one_on_silence(stack: Synthesised) -> None:
    (topic,) = stack.of_type("AWS::SNS::Topic")
    silence = {}
    for alarm in stack.of_type("AWS::CloudWatch::Alarm").values():
        assert [id_of(action) for action in alarm["AlarmActions"]] == [topic]
        silence[alarm["AlarmName"].removeprefix("flywheel-dev-")] = alarm["TreatMissingData"]
        assert len(alarm["AlarmDescription"]) > 40
    assert silence.pop("no-tick") == "breaching"
    assert set(silence.values()) == {"notBreaching"}


def alarm_of(stack: Synthesised, name: str) -> dict[str, Any]:
    """The alarm of this name, without the stack's."""
    (alarm,) = [
        each for each in stack.of_type("AWS::CloudWatch::Alarm").values() if each["AlarmName"] == f"flywheel-dev-{name}"
    ]
    return alarm


@pytest.mark.parametrize(
    ("name", "metric", "function", "threshold"),
    [
        ("set-aside", names.SET_ASIDE_METRIC, "tick", 0),
        ("behind", names.BEHIND_METRIC, "tick", 30),
        ("messages-waiting", names.WAITING_METRIC, "tick", 239),
        ("slack-refused", names.REFUSED_METRIC, "notify", 0),
    ],
)
def test_an_alarm_reads_what_a_function_writes_under_its_own_name(
    stack: Synthesised, name: str, metric: str, function: str, threshold: int
) -> None:
    """Another stage's is not heard."""
    alarm = alarm_of(stack, name)
    assert (alarm["Namespace"], alarm["MetricName"]) == (names.METRICS_NAMESPACE, metric)
    assert alarm["Threshold"] == threshold
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    assert dimensions == {"function_name": f"flywheel-dev-{function}", "service": function}


def test_each_alarm_has_its_entry_in_the_runbook_and_no_entry_is_without_alarm(stack: Synthesised) -> None:
    page = (PROJECT / RUNBOOK).read_text()
    entries = re.findall(r"^## ([a-z-]+)$", page, re.MULTILINE)
    alarms = {
        each["AlarmName"].removeprefix("flywheel-dev-"): each["AlarmDescription"]
        for each in stack.of_type("AWS::CloudWatch::Alarm").values()
    }
    assert sorted(entries) == sorted(alarms)
    for name, description in alarms.items():
        assert description.endswith(f"What to do: {RUNBOOK}#{name}")
    for part in page.split("\n## ")[1:]:
        name, _, entry = part.partition("\n")
        if name in alarms:
            assert "**Look at**" in entry, name
            assert re.search(r"\*\*(Do|do)\*\*", entry), name


def test_the_runbook_lists_the_saved_queries_and_names_no_other(stack: Synthesised) -> None:
    page = (PROJECT / RUNBOOK).read_text()
    listed_there = dict(re.findall(r"^\| `([a-z-]+)` \| ([^|`]+) \|$", page.partition("\n## ")[0], re.MULTILINE))
    saved = {
        each["Name"].removeprefix("flywheel-dev/") for each in stack.of_type("AWS::Logs::QueryDefinition").values()
    }
    assert set(listed_there) == saved
    assert listed_there == {each.name: each.title for each in queries_of(defaultdict(str), "")}
    asked = [
        name for line in re.findall(r"the quer(?:y|ies) (`[^.;:]+)", page) for name in re.findall(r"`([a-z-]+)`", line)
    ]
    assert set(asked) == saved, "each is of use in some entry"


def test_the_runbook_has_the_mend_of_every_refusal_that_lets_a_message_wait() -> None:
    """What can be edited no more waits for nobody: a new message takes its place."""
    section = (PROJECT / RUNBOOK).read_text().partition("\n## slack-refused\n")[2].partition("\n## ")[0]
    named = {name for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for name in re.findall("`(.*?)`", row)}
    assert (BAD_TOKEN | FOR_GOOD | MENDS.keys()) - GONE - named <= {"InvalidParameter", "InvalidParameterValue"}


def test_a_clock_that_stands_is_noticed_within_hours(stack: Synthesised) -> None:
    """Lambda writes no 0, and an alarm that misses a number looks hours back for one: silence has to be made a 0."""
    alarm = alarm_of(stack, "no-tick")
    filled, ticks = sorted(alarm["Metrics"], key=lambda each: "MetricStat" in each)
    assert (filled["Expression"], ticks["Id"]) == ("FILL(ticks, 0)", "ticks")
    read = ticks["MetricStat"]
    assert (read["Metric"]["MetricName"], read["Stat"], read["Period"]) == ("Invocations", "Sum", 3600)
    assert id_of(read["Metric"]["Dimensions"][0]["Value"]).startswith("Tick")
    assert (alarm["ComparisonOperator"], alarm["Threshold"], alarm["EvaluationPeriods"]) == ("LessThanThreshold", 1, 1)


@pytest.mark.parametrize("minutes", [60, 1440])
def test_what_lasts_is_one_alarm_and_not_one_each_time_it_is_told_again(
    synthesise: Callable[..., Synthesised], minutes: int
) -> None:
    """A tick tells of it again while it lasts, `notify` when a tick has woken what was refused an hour before."""
    day = 24 * 60
    stack = synthesise(tick_minutes=minutes)
    for name, again in (("behind", 0), ("messages-waiting", 0), ("set-aside", 0), ("slack-refused", 60)):
        assert alarm_of(stack, name)["Period"] == 60 * min(2 * (again + minutes), day), name


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("[ERROR] Runtime.ImportModuleError: Unable to import module", True),
        ("2026-03-02T09:00:30.010Z 8f3c0d6e-0000-4000-8000-000000000001 Task timed out after 30.00 seconds", True),
        ("RequestId: 8f3c0d6e-0000-4000-8000-000000000001 Error: Runtime exited with error: signal: killed", True),
        ("REPORT RequestId: 8f3c0d6e-0000-4000-8000-000000000001\tDuration: 30000.00 ms\tStatus: timeout", True),
        ("REPORT RequestId: 8f3c0d6e-0000-4000-8000-000000000001\tDuration: 41.07 ms\tMemory Size: 512 MB", False),
        ("START RequestId: 8f3c0d6e-0000-4000-8000-000000000001 Version: $LATEST", False),
        ('{"level":"INFO","message":"ticked"}', False),
    ],
)
def test_the_query_for_errors_finds_what_lambda_itself_writes_of_a_function_that_ended(
    line: str, *, is_found: bool
) -> None:
    [errors] = [each for each in queries_of(defaultdict(str), "") if each.name == "errors"]
    [pattern] = re.findall(r"@message like /(.+)/$", "\n".join(errors.lines), re.MULTILINE)
    assert bool(re.search(pattern, line)) is is_found


def test_rejections_are_an_alarm_by_their_share_of_this_stages_events(stack: Synthesised) -> None:
    alarm = alarm_of(stack, "rejections")
    read = [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]
    assert {each["MetricName"] for each in read} == {"accepted", "rejected"}
    for metric in read:
        dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        assert dimensions == {"function_name": "flywheel-dev-record", "service": "record"}


def test_webhooks_that_fail_or_find_no_execution_are_an_alarm(stack: Synthesised) -> None:
    """The API answers 5xx to who finds no execution too."""
    alarm = alarm_of(stack, "webhooks-failing")
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/ApiGateway", "5xx", "Sum")
    assert id_of(alarm["Dimensions"][0]["Value"]) in stack.of_type("AWS::ApiGatewayV2::Api")


def test_crashes_of_what_people_ask_are_one_alarm(stack: Synthesised) -> None:
    alarm = alarm_of(stack, "answers-failing")
    read = [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]
    assert {each["MetricName"] for each in read} == {"Errors"}
    asked = {id_of(each["Dimensions"][0]["Value"]).partition("Function")[0] for each in read}
    assert asked == {"Board", "Explain", "Slack"}
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")


def test_events_that_nobody_records_are_an_alarm_long_before_their_queue_forgets_them(stack: Synthesised) -> None:
    """A mapping that is off, and a function that may not run, take no message: none of them becomes a dead letter."""
    alarm = alarm_of(stack, "events-waiting")
    assert (alarm["MetricName"], alarm["Statistic"]) == ("ApproximateAgeOfOldestMessage", "Maximum")
    assert stack.of_type("AWS::SQS::Queue")[id_of(alarm["Dimensions"][0]["Value"])]["QueueName"] == "flywheel-dev-inbox"
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (3600, "GreaterThanThreshold")


def test_the_age_of_the_stream_is_an_alarm_by_the_reader_that_folds(stack: Synthesised) -> None:
    """Of what the other reader leaves undone `tick` tells, and `behind` is the alarm."""
    alarm = alarm_of(stack, "stream-age")
    assert (alarm["MetricName"], alarm["Statistic"], alarm["Threshold"]) == ("IteratorAge", "Maximum", 30 * 60_000)
    assert id_of(alarm["Dimensions"][0]["Value"]).startswith("Project")


def test_crashes_of_the_functions_raise_an_alarm(stack: Synthesised) -> None:
    watched: dict[str, set[str]] = {}
    for alarm in stack.of_type("AWS::CloudWatch::Alarm").values():
        for query in alarm.get("Metrics", []):
            if "MetricStat" in query:
                metric = query["MetricStat"]["Metric"]
                if metric["Namespace"] != "AWS/Lambda":
                    continue
                watched.setdefault(metric["MetricName"], set()).add(id_of(metric["Dimensions"][0]["Value"]))
    functions = set(stack.of_type("AWS::Lambda::Function"))
    unwatched = {name.partition("Function")[0] for name in functions - watched["Errors"]}
    assert unwatched == {"Record", "Notify"}, "their queues' dead letters have an alarm"


def test_alarms_read_no_more_metrics_than_the_page_on_costs_counts(stack: Synthesised) -> None:
    read = 0
    for alarm in stack.of_type("AWS::CloudWatch::Alarm").values():
        read += 1 if "MetricName" in alarm else sum("MetricStat" in query for query in alarm["Metrics"])
    assert read == 20
