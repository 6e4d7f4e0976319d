"""The page on wiring does what it says: every snippet of it is read as what it will be read by, or run.

Those that send are run in `tests/e2e/wiring/test_snippets.py`, against a stack.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

import events
from engine import Access, is_allowed, load_pattern, matches, statements_of
from infra.github_subjects import subjects_of
from infra.stage import Stage
from shared.flywheel.settings.file import load
from shared.pipeline.messages import decode_message
from shared.sources.aws import rule_patterns
from tests.pipelines import ACTION, BLOCKS, PAGE, ROOT, Ran, Shell
from tests.unit.cli.github_server import NUMBER, Server, serving

pytestmark = pytest.mark.slow

SHA = "c0ffee0000000000000000000000000000000000"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Where tools that change an account or a repository write down what they are given."""
    made = Shell(tmp_path)
    made.keeps_what_is_given("make", "gh")
    return made


def printed(ran: Ran) -> str:
    assert ran.code == 0, ran.err
    return ran.out


def test_no_snippet_of_the_page_is_left_out() -> None:
    """Each is read or run by a test, here or where those are that send."""
    tests = Path(__file__).read_text() + (ROOT / "tests" / "e2e" / "wiring" / "test_snippets.py").read_text()
    assert set(re.findall(r'BLOCKS\["([\w-]+)"\]', tests)) == set(BLOCKS)
    assert PAGE.count("\n```") == 2 * len(BLOCKS)


def test_the_workflow_gives_the_action_inputs_that_it_has() -> None:
    job = yaml.safe_load(BLOCKS["github"])["jobs"]["deploy"]
    inputs = ACTION["inputs"]
    (step,) = [step for step in job["steps"] if "value-flywheel" in step.get("uses", "")]
    assert set(step["with"]) <= set(inputs)
    assert job["permissions"] == {"id-token": "write", "contents": "read"}
    assert step["if"] == "always()", "or a failed deployment is never told"
    assert f"environment:{job['environment']}" in str(subjects_of("example/web"))


def test_what_the_page_puts_into_the_context_is_what_the_stack_takes(shell: Shell, tmp_path: Path) -> None:
    shell.run(BLOCKS["github-oidc"])
    shell.run(BLOCKS["open"])
    context: dict[str, str] = {}
    for line in shell.given("make"):
        if found := re.fullmatch(r"ARGS=-c (\w+)=(\S+)", line):
            context[found[1]] = found[2]
    stage = Stage.from_context(context, tmp_path)
    assert stage.accounts == ("444455556666", "777788889999")
    assert stage.organisation == "o-a1b2c3d4e5"
    assert "repo:example@55120/web@702118455:environment:production" in subjects_of(*stage.github_oidc)


@pytest.mark.parametrize("said", re.findall(r"`(example@55120/web@702118455:[^`]+)`", PAGE))
def test_every_other_subject_of_the_page_is_understood(said: str) -> None:
    assert len(subjects_of(said)) == 2


def test_the_patterns_are_those_of_the_flywheels_own_rules() -> None:
    patterns = json.loads(BLOCKS["patterns"])
    assert patterns == rule_patterns()
    for pattern in patterns.values():
        assert len(json.dumps(pattern)) <= 2048
        load_pattern(json.dumps(pattern))


def test_cdk_makes_a_rule_for_each_pattern_with_the_flywheel_as_its_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aws_cdk import App  # noqa: PLC0415  aws_cdk takes ten seconds to import

    (tmp_path / "patterns.json").write_text(BLOCKS["patterns"])
    monkeypatch.chdir(tmp_path)
    module: dict[str, Any] = {}
    exec(BLOCKS["cdk"], module)
    made = App(outdir=str(tmp_path / "out"), analytics_reporting=False)
    module["ToTheFlywheel"](made, "Rules")
    (stack,) = made.synth().stacks
    resources = json.loads(Path(stack.template_full_path).read_text())["Resources"].values()
    rules = [each["Properties"] for each in resources if each["Type"] == "AWS::Events::Rule"]
    assert [rule["EventPattern"] for rule in rules] == list(rule_patterns().values())
    assert {target["Arn"] for rule in rules for target in rule["Targets"]} == {module["FLYWHEEL"]}
    assert all("RoleArn" in target for rule in rules for target in rule["Targets"])


def test_a_teams_role_speaks_as_its_source_alone_and_of_its_flywheels_alone(shell: Shell) -> None:
    statements = statements_of(json.loads(BLOCKS["role"]))
    bus = "arn:aws:events:eu-west-1:111122223333:event-bus/flywheel-prod"
    for source, allowed in {"checkout-ci": True, "search-ci": False, "github/github": False}.items():
        assert is_allowed(statements, Access("events:PutEvents", bus, context={"events:source": source})) is allowed
    sent = json.loads(
        printed(shell.run("flywheel emit idea --idea A-1 --flywheel search --source checkout-ci --dry-run"))
    )
    settings = load('[flywheels.checkout]\n[flywheels.search]\n[producers."checkout-ci"]\nflywheels = ["checkout"]')
    with pytest.raises(events.InvalidEventError, match="not_yours"):
        decode_message(json.dumps(sent), settings, "111122223333")


class _Template(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML has no types
    """CloudFormation's short forms as what they stand for."""


_Template.add_multi_constructor("!", lambda loader, tag, node: {tag: loader.construct_scalar(node)})


def test_cloudformation_makes_the_first_two_rules(shell: Shell) -> None:
    template = yaml.load(BLOCKS["cloudformation"], Loader=_Template)
    rules = [each["Properties"] for each in template["Resources"].values() if each["Type"] == "AWS::Events::Rule"]
    assert [rule["EventPattern"] for rule in rules] == list(rule_patterns().values())[:2]
    finished = {"source": "aws.codepipeline", "detail-type": rules[0]["EventPattern"]["detail-type"][0]}
    assert matches(rules[0]["EventPattern"], finished | {"detail": {"state": "SUCCEEDED"}})
    assert not matches(rules[0]["EventPattern"], finished | {"detail": {"state": "RESUMED"}})
    for rule in rules:
        (target,) = rule["Targets"]
        assert (target["Arn"], target["RoleArn"]) == ({"Ref": "Flywheel"}, {"GetAtt": "Role.Arn"})


def test_terraform_reads_the_same_patterns_for_the_same_bus() -> None:
    text = BLOCKS["terraform"]
    assert 'jsondecode(file("patterns.json"))' in text
    buses = set(re.findall(r"arn:aws:events:\S+:event-bus/[\w-]+", PAGE))
    assert buses == {"arn:aws:events:eu-west-1:111122223333:event-bus/flywheel-prod"}
    resources = set(re.findall(r'^resource "(\w+)" "flywheel" \{$', text, re.M))
    assert resources == {
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_cloudwatch_event_rule",
        "aws_cloudwatch_event_target",
    }
    for kind, name in re.findall(r"\b(aws_\w+)\.(\w+)", text):
        assert (kind in resources, name) == (True, "flywheel")
    assert text.count("{") == text.count("}")


def test_a_clone_is_read_and_reported(shell: Shell, tmp_path: Path) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["init", "-q"], [*who, "commit", "-q", "--allow-empty", "-m", "x"], ["tag", "v1"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    assert "deployment" in printed(shell.run(BLOCKS["git"])).lower()


def test_the_history_of_github_is_read_and_reported(shell: Shell) -> None:
    shell.tool("gh", "echo a-token")
    github = Server()
    github.names({"id": NUMBER, "full_name": "example/web", "default_branch": "main"})
    at = "2026-03-01T10:00:00Z"
    made = {"id": 41, "sha": SHA, "environment": "production", "created_at": at}
    github.lists = {
        "deployments": [made],
        "deployments/41/statuses": [{"id": 5, "state": "success", "created_at": at, "environment": "production"}],
    }
    with serving(github):
        out = printed(shell.run(BLOCKS["github-history"], GITHUB_API_URL=github.url))
    assert github.tokens == {"Bearer a-token"}
    assert "deployment" in out.lower()
    assert SHA in (shell.folder / "history.jsonl").read_text()
