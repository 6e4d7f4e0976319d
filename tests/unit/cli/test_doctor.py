"""`flywheel doctor`: each check, what it says, and how the command ends."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

import events
from cli.doctor.alarms import check_alarms
from cli.doctor.executions import judge
from cli.doctor.readers import judged as judged_mappings
from cli.doctor.slack import channels_of, check_slack
from cli.doctor.stack import Stack, check_dead_letters, check_stack, check_token
from cli.target import Target, target_of
from engine import FakeSlack
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.facts.stated import events_of
from shared.flywheel.figures.silences import silences
from shared.flywheel.moments import micros
from shared.flywheel.settings.file import load
from shared.slack.token import Credentials

Run = Callable[..., Any]
NOW = datetime(2026, 3, 30, tzinfo=UTC)


class Answers:
    """A client whose operations answer what they were told, or raise it."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**_: Any) -> Any:
            answer = self._answers[operation]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def refusal(code: str) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": "said so"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    return ClientError(answer, "Operation")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Target]:
    def answering(**answers: Any) -> Target:
        monkeypatch.setattr(Target, "client", lambda *_: Answers(**answers))
        return target_of("flywheel-prod", region="eu-west-1")

    return answering


def checks(ran: Any) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in json.loads(ran.out)["checks"]}


def test_without_credentials_the_rest_is_skipped_and_the_exit_code_is_4(
    flywheel: Run, aws: Callable[..., Target]
) -> None:
    aws(get_caller_identity=NoCredentialsError())
    ran = flywheel("doctor", "--json")
    found = checks(ran)
    assert ran.code == 4
    assert found["credentials"]["state"] == "failed"
    assert "aws sso login" in found["credentials"]["mend"]
    assert {check["state"] for name, check in found.items() if name not in {"credentials", "configuration"}} == {
        "skipped"
    }


@pytest.mark.parametrize(
    ("version", "mend"),
    [
        ({"Parameter": {"Value": "30"}}, "make deploy, or name another"),
        (refusal("ParameterNotFound"), "make bootstrap (once per account and Region), then make deploy, or name"),
        (refusal("AccessDeniedException"), "make deploy, or name another"),
    ],
)
def test_a_stack_that_is_not_there_fails_with_the_command_that_makes_it(
    flywheel: Run, aws: Callable[..., Target], version: Any, mend: str
) -> None:
    aws(
        get_caller_identity={"Account": "1", "Arn": "arn:aws:iam::1:user/ada"},
        describe_stacks=refusal("ValidationError"),
        get_parameter=version,
    )
    ran = flywheel("doctor", "--json")
    assert ran.code == 1
    assert checks(ran)["credentials"]["said"] == "account 1 as user/ada"
    assert checks(ran)["stack"]["mend"].startswith(mend)


def test_every_mistake_of_the_configuration_is_a_failure_with_its_line(
    flywheel: Run, aws: Callable[..., Target], tmp_path: Path
) -> None:
    aws(get_caller_identity=NoCredentialsError())
    (tmp_path / "flywheel.toml").write_text("[flywheels.shop]\nsoak_dys = 3\nkind = 'gang'\n")
    listed = [
        check for check in json.loads(flywheel("doctor", "--json").out)["checks"] if check["name"] == "configuration"
    ]
    assert [check["mend"] for check in listed] == ["edit flywheel.toml, line 2", "edit flywheel.toml, line 3"]
    assert "soak_days" in listed[0]["said"]


def test_people_see_the_state_and_the_mending_command(flywheel: Run, aws: Callable[..., Target]) -> None:
    aws(get_caller_identity=NoCredentialsError())
    out = flywheel("doctor").out
    assert "✗ Failed   credentials: no usable AWS credentials (Unable to locate credentials)" in out
    assert "→ set AWS_PROFILE, or sign in (aws sso login)" in out
    assert "- Skipped  stack: needs credentials" in out


STACK = Stack(
    {"SlackSecretArn": "arn:secret"},
    (("InboxDead1", "AWS::SQS::Queue", "https://sqs/1/dead"), ("Inbox2", "AWS::SQS::Queue", "https://sqs/1/inbox")),
)


@pytest.mark.parametrize(("depth", "state"), [("0", "ok"), ("3", "warning")])
def test_a_dead_letter_is_a_warning(aws: Callable[..., Target], depth: str, state: str) -> None:
    target = aws(get_queue_attributes={"Attributes": {"ApproximateNumberOfMessages": depth}})
    (check,), _ = check_dead_letters(target, STACK)
    assert check.state == state
    assert ("dead holds 3 messages" in check.said) is (state == "warning")


def mapping(source: str, function: str, state: str) -> dict[str, str]:
    names = {"FunctionArn": f"arn:aws:lambda:eu-west-1:111122223333:function:{function}", "UUID": f"of-{function}"}
    return {**names, "EventSourceArn": f"arn:aws:{source}", "State": state}


QUEUE = "sqs:eu-west-1:111122223333:flywheel-prod-inbox"
STREAM = "dynamodb:eu-west-1:111122223333:table/t/stream/2026-03-20T10:00:00.123"


def test_a_mapping_that_is_off_is_a_failure_with_the_command_that_turns_it_on() -> None:
    mappings = [mapping(QUEUE, "flywheel-prod-record", "Disabled"), mapping(STREAM, "flywheel-prod-project", "Enabled")]
    [check] = judged_mappings(mappings)
    assert check.state == "failed"
    assert check.said.startswith("flywheel-prod-inbox is not read by flywheel-prod-record")
    assert check.mend == "aws lambda update-event-source-mapping --uuid of-flywheel-prod-record --enabled"
    assert [each.said for each in judged_mappings([mapping(STREAM, "flywheel-prod-project", "Disabling")])] == [
        "table/t/stream/2026-03-20T10:00:00.123 is not read by flywheel-prod-project: its mapping is off"
    ]
    assert [each.state for each in judged_mappings(mappings[1:])] == ["ok"]


TOPIC = "arn:aws:sns:eu-west-1:111122223333:flywheel-prod-alarms"


@pytest.mark.parametrize(
    ("confirmed", "pending", "state", "says"),
    [
        ("1", "0", "ok", "1 subscription to flywheel-prod-alarms"),
        ("1", "1", "ok", "1 subscription"),
        ("0", "1", "warning", "has not confirmed"),
        ("0", "0", "warning", "nobody is subscribed"),
    ],
)
def test_alarms_that_nobody_hears_are_a_warning(
    aws: Callable[..., Target], confirmed: str, pending: str, state: str, says: str
) -> None:
    counts = {"SubscriptionsConfirmed": confirmed, "SubscriptionsPending": pending}
    [check] = check_alarms(aws(get_topic_attributes={"Attributes": counts}), Stack({"AlarmTopicArn": TOPIC}, ()))
    assert (check.state, says in check.said) == (state, True)
    assert (f"aws sns subscribe --topic-arn {TOPIC}" in check.mend) is (confirmed == pending == "0")


def test_alarms_are_not_looked_at_where_none_are_raised() -> None:
    local = Target(stack="flywheel-dev", bus="flywheel-dev", region="eu-west-1", endpoint_url="http://localhost:4599")
    assert check_alarms(local, Stack({"AlarmTopicArn": TOPIC}, ())) == []


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"SecretString": "xoxb-1"}, "ok"),
        ({"SecretString": '{"token": "xoxb-1"}'}, "ok"),
        ({"SecretString": ""}, "warning"),
        ({"SecretString": "something"}, "warning"),
        (refusal("ResourceNotFoundException"), "warning"),
        (refusal("AccessDeniedException"), "failed"),
    ],
)
def test_a_secret_without_a_token_is_a_warning_with_the_command_that_fills_it(
    aws: Callable[..., Target], answer: Any, state: str
) -> None:
    _, check = check_token(aws(get_secret_value=answer), STACK)
    assert check.state == state
    assert (check.mend == "flywheel slack setup") is (state == "warning")


def test_slack_is_asked_whether_it_takes_the_token() -> None:
    settings = load("")
    with FakeSlack() as slack:
        slack.channel("#value-flywheel")
        checks = check_slack(Credentials(slack.token, ("signing",)), settings, slack.url, local=True)
        assert [check.state for check in checks] == ["ok"] * 4
        (refused,) = check_slack(Credentials("xoxb-wrong"), settings, slack.url, local=True)
    assert refused.state == "failed"
    assert "invalid_auth" in refused.said


def test_slack_is_not_asked_without_a_token_or_on_the_embedded_engine() -> None:
    assert check_slack(None, load(""), None, local=False)[0].state == "skipped"
    assert check_slack(Credentials("xoxb-1"), load(""), None, local=True)[0].state == "skipped"


def test_missing_scopes_and_the_signing_secret_are_named() -> None:
    with FakeSlack() as slack:
        slack.scopes = frozenset({"chat:write"})
        checks = {each.name: each for each in check_slack(Credentials(slack.token), load(""), slack.url, local=True)}
    assert checks["Slack scopes"].state == checks["Slack signing secret"].state == "warning"
    assert "users:read (tell members from guests)" in checks["Slack scopes"].said
    assert checks["Slack #value-flywheel"].state == "skipped"


def test_only_the_bot_has_to_be_in_a_channel() -> None:
    arn = "arn:aws:sns:eu-west-1:123456789012:leads"
    text = f'[slack]\nchannel = "#ops"\nwebhooks = ["#ops"]\ntopics = {{ "#leads" = "{arn}" }}\n'
    settings = load(f'{text}[flywheels.a]\nchannel = "#leads"\n')
    with FakeSlack(channels={"#other"}) as slack:
        checks = {each.name: each for each in check_slack(Credentials(slack.token), settings, slack.url, local=True)}
    assert checks["Slack #leads"].state == "ok"
    assert checks["Slack #ops"].mend == "flywheel slack setup --webhook '#ops'"


def test_a_channel_by_a_wrong_name_and_an_archived_one_are_told() -> None:
    settings = load('[slack]\nchannel = "#flywhel"\n[flywheels.a]\nchannel = "#old"\n')
    with FakeSlack(channels={"#flywheel", "#old"}) as slack:
        slack.channel("#old").is_archived = True
        checks = {each.name: each for each in check_slack(Credentials(slack.token), settings, slack.url, local=True)}
    assert "nearest: #flywheel" in checks["Slack #flywhel"].said
    assert checks["Slack #old"].state == "failed"


def test_every_channel_of_the_configuration_is_looked_at() -> None:
    settings = load('[slack]\nchannel = "#all"\n[flywheels.a]\nchannel = "#a"\npersonas = { ceo = "C0123ABCD" }\n')
    assert channels_of(settings) == ["#a", "#all", "C0123ABCD"]


def measured(days_before: list[int]) -> list[Fact]:
    return [
        fact_of(
            events.decode(
                {
                    "source": "m",
                    "detail-type": "Idea Proposed",
                    "detail": {"id": f"i{days}", "time": (NOW - timedelta(days=days)).isoformat(), "idea": f"A-{days}"},
                }
            )
        )
        for days in days_before
    ]


@pytest.mark.parametrize(
    ("days_before", "silent"),
    [
        ([60, 58, 56, 54, 52, 50], True),  # every two days, and nothing for fifty
        ([18, 16, 14, 12, 10, 8], False),  # exactly four times the usual gap
        ([19, 17, 15, 13, 11, 9], True),
        ([70, 69, 50, 49, 30, 29, 10, 9], False),  # it comes in bursts, three weeks apart
        ([12, 11, 10, 9, 8, 7], False),  # no longer than a week
        ([60, 58, 56, 54, 52], False),  # too few to have a rhythm
    ],
)
def test_a_source_is_silent_after_four_times_its_usual_gap(days_before: list[int], silent: bool) -> None:
    assert bool(silences(events_of(measured(days_before)), micros(NOW))) is silent


def reader(parallel: int = 1) -> dict[str, Any]:
    return {"EventSourceArn": "arn:aws:dynamodb:r:1:table/t/stream/l", "ParallelizationFactor": parallel}


def queue(most: int | None) -> dict[str, Any]:
    scaling = {} if most is None else {"ScalingConfig": {"MaximumConcurrency": most}}
    return {"EventSourceArn": "arn:aws:sqs:r:1:q", **scaling}


@pytest.mark.parametrize(
    ("allowed", "free", "mappings", "state", "says"),
    [
        (1000, 1000, [queue(2), queue(2), reader(), reader()], "ok", "at most 6"),
        (10, 10, [queue(2), queue(2), reader(), reader()], "warning", "10 executions at once"),
        (10, 10, [queue(2), queue(5), reader(2), reader(2)], "warning", "may take 11 of the 10"),
        (1000, 1000, [queue(None), queue(2), reader(), reader()], "warning", "without a bound"),
        (1000, 950, [queue(None), queue(2), reader(10), reader(10)], "ok", "20 more for each"),
    ],
)
def test_an_account_whose_executions_queues_could_take_is_a_warning_with_its_mend(
    allowed: int, free: int, mappings: list[dict[str, Any]], state: str, says: str
) -> None:
    check = judge({"ConcurrentExecutions": allowed, "UnreservedConcurrentExecutions": free}, mappings)
    assert check.state == state
    assert says in check.said
    assert bool(check.mend) is (state == "warning")


class Pages:
    """A client of CloudFormation that tells of a hundred resources a page, as AWS does."""

    def describe_stacks(self, **_: Any) -> Any:
        return {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Outputs": []}]}

    def get_paginator(self, _: str) -> Any:
        resource = {"LogicalResourceId": "Rule", "ResourceType": "AWS::Events::Rule"}
        last = {"LogicalResourceId": "Dead", "ResourceType": "AWS::SQS::Queue", "PhysicalResourceId": "https://dead"}
        pages = [{"StackResourceSummaries": [resource] * 100}, {"StackResourceSummaries": [last]}]
        return type("Pages", (), {"paginate": lambda _, **__: iter(pages)})()


def test_a_stack_of_more_than_a_hundred_resources_is_looked_at_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Target, "client", lambda *_: Pages())
    stack, _ = check_stack(target_of("flywheel-prod", region="eu-west-1"))
    assert stack is not None
    assert stack.of_type("AWS::SQS::Queue") == ["https://dead"]
