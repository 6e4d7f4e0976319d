"""What a deployment would take away is told before anything is changed, and a second stage is never made unasked."""

import copy
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.cloudformation.models import cloudformation_backends

from infra.stage import Stage, StageError
from infra.upgrade import UpgradeError, check, losses, main
from shared.store.table import names
from tests.infra.template import Synthesised

FILE = """
[stages.prod]
tick_minutes = 5
alarm_email = "ops@example.com"
accounts = ["111122223333", "444455556666"]
github_oidc = ["acme/shop"]

[stages.trial]
retain_data = false
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "flywheel.toml").write_text(FILE)
    return tmp_path


def test_the_file_says_what_a_stage_is_like_and_the_command_line_overrides_it(project: Path) -> None:
    prod = Stage.from_context({"stage": "prod"}, project)
    assert (prod.tick_minutes, prod.alarm_email, prod.accounts) == (
        5,
        "ops@example.com",
        ("111122223333", "444455556666"),
    )
    assert prod.retain_data
    changed = Stage.from_context({"stage": "prod", "tick_minutes": "30"}, project)
    assert (changed.tick_minutes, changed.alarm_email) == (30, "ops@example.com")
    assert not Stage.from_context({"stage": "trial"}, project).retain_data


def test_of_several_stages_one_has_to_be_named_and_the_only_one_need_not(project: Path) -> None:
    with pytest.raises(StageError, match="which of prod, trial"):
        Stage.from_context({}, project)
    (project / "flywheel.toml").write_text("[stages.prod]\ntick_minutes = 5\n")
    assert Stage.from_context({}, project).prefix == "flywheel-prod"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("tick_minuts = 5", "stages.prod.*tick_minuts.*did you mean tick_minutes"),
        ("tick_minutes = 4", "tick_minutes=4: expected a whole number from 5"),
        ("retain_data = 1", "retain_data=1: expected true or false"),
        ('config = "other.toml"', "config"),
        ("colour = 1", "there are retain_data"),
    ],
)
def test_a_mistake_in_the_table_of_a_stage_is_named_with_its_mend(project: Path, line: str, says: str) -> None:
    (project / "flywheel.toml").write_text(f"[stages.prod]\n{line}\n")
    with pytest.raises(StageError, match=says):
        Stage.from_context({"stage": "prod"}, project)


def test_what_was_said_the_last_time_and_is_not_now_is_named(synthesise: Callable[..., Synthesised]) -> None:
    after = synthesise(aws_services="false").template
    said = {"accounts": "111122223333", "github_oidc": "acme/shop", "alarm_email": "ops@example.com"}
    before = synthesise(aws_services="true", **said).template
    lost = "\n".join(losses(before, after))
    assert "111122223333: may put events no longer" in lost
    assert "repo:acme/shop" in lost
    for kind in ("AWS::SNS::Subscription", "AWS::Events::Rule", "AWS::IAM::Role"):
        assert kind in lost
    assert list(losses(before, before)) == []
    assert [line for line in losses(after, before) if "may put" in line] == []


ADOPTED = {"table_name": "flywheel-dev-restored", "table_stream": "2026-03-20T10:00:00.123"}


@pytest.fixture(scope="module")
def adopting(synthesise: Callable[..., Synthesised]) -> Synthesised:
    """The stack on another table."""
    return synthesise(**ADOPTED)


def test_another_table_that_was_named_is_no_loss_and_to_name_it_no_longer_is_one(
    adopting: Synthesised, stack: Synthesised
) -> None:
    assert adopting.of_type("AWS::DynamoDB::Table") == {}
    assert list(losses(stack.template, adopting.template)) == []
    [lost] = losses(adopting.template, stack.template)
    assert lost.endswith('a new, empty one would take its place: say table_name = "flywheel-dev-restored"')
    assert list(losses(adopting.template, adopting.template)) == []


def test_readers_and_roles_of_a_stack_that_adopts_a_table_are_that_tables(adopting: Synthesised) -> None:
    stream = ":table/flywheel-dev-restored/stream/2026-03-20T10:00:00.123"
    read = [each["EventSourceArn"] for each in adopting.of_type("AWS::Lambda::EventSourceMapping").values()]
    assert len([each for each in read if stream in json.dumps(each)]) == 2
    assert "StoreTable" not in json.dumps(adopting.template)
    functions = adopting.of_type("AWS::Lambda::Function").values()
    told = {each["Environment"]["Variables"].get(names.ENV_TABLE) for each in functions}
    assert told == {None, "flywheel-dev-restored"}


def test_a_key_that_is_named_no_longer_is_a_loss() -> None:
    """Without a synthesis: the check reads outputs."""
    keyed = {"Resources": {}, "Outputs": {"KeyArn": {"Value": "arn:aws:kms:eu-west-1:111122223333:key/k"}}}
    [lost] = losses(keyed, {"Resources": {}})
    assert lost.startswith("arn:aws:kms:eu-west-1:111122223333:key/k: nobody could read")
    assert list(losses(keyed, keyed)) == []
    assert list(losses({"Resources": {}}, keyed)) == []


TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t"}}
SECRET = {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "s"}}
DEPLOYED = {"Resources": {"Topic": TOPIC, "SlackToken": SECRET}}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        boto3.client("cloudformation").create_stack(StackName="flywheel-prod", TemplateBody=json.dumps(DEPLOYED))
        yield


def checked(stage: Stage, template: dict[str, Any], *, named: bool = True) -> None:
    check(boto3.client("cloudformation"), boto3.client("events"), stage, template, named=named)


@pytest.mark.usefixtures("account")
def test_a_deployment_that_would_take_away_is_refused_with_the_table_that_keeps_it() -> None:
    checked(Stage(stage="prod"), DEPLOYED)
    less = copy.deepcopy(DEPLOYED)
    del less["Resources"]["SlackToken"]
    with pytest.raises(UpgradeError, match=r"(?s)SlackToken.*\[stages.prod\]"):
        checked(Stage(stage="prod"), less)


@pytest.mark.usefixtures("account")
def test_a_second_stage_is_not_made_by_leaving_its_name_out() -> None:
    with pytest.raises(UpgradeError, match="there is flywheel-prod here"):
        checked(Stage(), DEPLOYED, named=False)
    checked(Stage(), DEPLOYED)


@pytest.mark.usefixtures("account")
def test_a_stage_that_the_file_does_not_have_is_not_made(project: Path) -> None:
    stage = Stage.from_context({"stage": "prodd"}, project)
    with pytest.raises(UpgradeError, match=r"no \[stages.prodd\].*prod, trial"):
        checked(stage, DEPLOYED)


def rule(name: str, queue: str) -> None:
    """A rule of the default bus, and the queue that it targets."""
    events = boto3.client("events")
    events.put_rule(Name=name, EventPattern=json.dumps({"source": ["aws.codepipeline"]}))
    events.put_targets(Rule=name, Targets=[{"Id": "Target0", "Arn": f"arn:aws:sqs:eu-west-1:123456789012:{queue}"}])


@pytest.mark.usefixtures("account")
def test_two_stages_do_not_both_take_the_default_bus() -> None:
    rule("flywheel-prod-EventsAwsCodePipeline1A2B-x1", "flywheel-prod-inbox")
    checked(Stage(stage="prod"), DEPLOYED)
    with pytest.raises(UpgradeError, match="flywheel-prod takes the events of the default bus"):
        checked(Stage(stage="trial"), DEPLOYED)
    checked(Stage(stage="trial", aws_services=False), DEPLOYED)


@pytest.mark.usefixtures("account")
def test_a_rule_is_of_the_stack_whose_inbox_it_targets_however_it_is_called() -> None:
    """CloudFormation cuts a long stack's name in its rules' names, and others call rules as they like."""
    rule("flywheel-a-very-long-sta-EventsAwsCodePipeline1A2-x1", "flywheel-a-very-long-stage-name-inbox")
    rule("flywheel-watchers", "somebody-elses")
    checked(Stage(stage="a-very-long-stage-name"), DEPLOYED)


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("status", "is_compared"),
    [
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", True),
        ("UPDATE_ROLLBACK_COMPLETE", True),
        ("UPDATE_FAILED", True),
        ("IMPORT_COMPLETE", True),
        ("ROLLBACK_COMPLETE", False),
    ],
)
def test_what_is_there_is_compared_whatever_its_stack_is_doing_but_one_that_was_never_made(
    status: str, *, is_compared: bool
) -> None:
    [deployed] = cloudformation_backends["123456789012"]["eu-west-1"].stacks.values()
    deployed.status = status
    if is_compared:
        with pytest.raises(UpgradeError, match="SlackToken"):
            checked(Stage(stage="prod"), {"Resources": {}})
    else:
        checked(Stage(stage="prod"), {"Resources": {}})


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(("force", "code", "says"), [("1", 0, "FORCE=1: deployed"), ("", 2, "Nothing was changed")])
def test_what_is_forced_is_told_and_deployed_and_nothing_else_is(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], force: str, code: int, says: str
) -> None:
    (project / "flywheel-prod.template.json").write_text('{"Resources": {}}')
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("FORCE", force)
    monkeypatch.setattr(sys, "argv", ["upgrade", str(project), "stage=prod", f"config={project / 'flywheel.toml'}"])
    assert main() == code
    assert says in capsys.readouterr().err
