"""The page on wiring does what it says: every snippet of it is run, or read as what it will be read by."""

import http.server
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
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
from shared.sources.catalogue import SOURCES, translate
from shared.sources.delivery import delivery_of
from shared.sources.options import SourceOptions
from shared.sources.verifiers import StandardWebhooks
from tests.unit.cli.github_server import NUMBER, Server, serving

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "wiring.md").read_text()
BLOCKS: dict[str, str] = {
    found["name"]: found["text"]
    for found in re.finditer(r"^```\w+ (?P<name>\S+)\n(?P<text>.*?)^```", PAGE, re.S | re.M)
}
SHA = "c0ffee0000000000000000000000000000000000"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Shell:
    """A build machine: `pipx` has the CLI and prints instead of sending, other tools write down what they are given."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tools = folder, folder / "tools"
        self.tools.mkdir()
        flywheel = Path(sys.executable).parent / "flywheel"
        self.tool("pipx", f'while [[ "$1" != flywheel ]]; do shift; done; shift\nexec "{flywheel}" "$@" --dry-run')
        self.tool("flywheel", f'exec "{flywheel}" "$@"')
        self.tool("pip", "exit 0")
        for name in ("aws", "make", "gh"):
            self.tool(name, f'printf "%s\\n" "$@" >> "{folder}/{name}.given"')
        self.environment = {"PATH": f"{self.tools}:{os.environ['PATH']}", "HOME": str(folder), "NO_PROXY": "127.0.0.1"}

    def tool(self, name: str, script: str) -> None:
        path = self.tools / name
        path.write_text(f"#!/usr/bin/env bash\n{script}\n")
        path.chmod(0o755)

    def run(self, script: str, **environment: str) -> str:
        command = ["bash", "-eu", "-o", "pipefail", "-c", script]
        ran = subprocess.run(
            command, cwd=self.folder, env=self.environment | environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def given(self, name: str) -> list[str]:
        return (self.folder / f"{name}.given").read_text().splitlines()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def event_of(out: str) -> dict[str, Any]:
    (line,) = out.splitlines()
    return dict(events.decode(json.loads(line)).raw)


RUN: set[str] = {
    "shell",
    "role",
    "github",
    "oidc-provider",
    "github-oidc",
    "gitlab",
    "jenkins",
    "azure",
    "curl",
    "put-events",
    "open",
    "patterns",
    "cdk",
    "terraform",
    "cloudformation",
    "git",
    "github-history",
}


def test_no_snippet_of_the_page_is_left_out_here() -> None:
    assert set(BLOCKS) == RUN
    assert PAGE.count("\n```") == 2 * len(BLOCKS)


def test_the_line_tells_a_deployment(shell: Shell) -> None:
    detail = event_of(shell.run(BLOCKS["shell"], GIT_COMMIT=SHA, BUILD_TAG="jenkins-web-7"))
    assert (detail["service"], detail["head"], detail["deployment"]) == ("web", SHA, "jenkins-web-7")


def test_the_workflow_gives_the_action_inputs_that_it_has() -> None:
    job = yaml.safe_load(BLOCKS["github"])["jobs"]["deploy"]
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
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


def test_the_identity_provider_is_made_for_githubs_issuer_and_aws(shell: Shell) -> None:
    shell.run(BLOCKS["oidc-provider"])
    given = shell.given("aws")
    assert given[:2] == ["iam", "create-open-id-connect-provider"]
    assert {"https://token.actions.githubusercontent.com", "sts.amazonaws.com"} <= set(given)


def test_a_gitlab_job_tells_a_deployment_with_the_jobs_token_for_credentials(shell: Shell, tmp_path: Path) -> None:
    (job,) = yaml.safe_load(BLOCKS["gitlab"]).values()
    (token,) = job["id_tokens"]
    variables = job["variables"] | {"AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"), token: "signed"}
    ci = {"CI_COMMIT_SHA": SHA, "CI_PROJECT_PATH": "example/web", "CI_PIPELINE_ID": "88"}
    detail = event_of(shell.run("\n".join(job["script"]), **variables, **ci))
    assert (detail["repository"], detail["head"], detail["deployment"]) == ("example/web", SHA, "88")
    assert (tmp_path / "token").read_text() == "signed"


def test_jenkins_tells_success_and_failure(shell: Shell) -> None:
    told = re.findall(r"(success|failure) \{ sh '([^']+)' \}", BLOCKS["jenkins"])
    outcomes = {
        when: event_of(shell.run(line, GIT_COMMIT=SHA, BUILD_TAG="jenkins-7"))["outcome"] for when, line in told
    }
    assert outcomes == {"success": "succeeded", "failure": "failed"}


@pytest.mark.parametrize(("status", "outcome"), [("Succeeded", "succeeded"), ("Failed", "failed")])
def test_azure_tells_the_run_with_its_commit(shell: Shell, status: str, outcome: str) -> None:
    (step,) = yaml.safe_load(BLOCKS["azure"])["steps"]
    build = {"BUILD_BUILDID": "12", "BUILD_SOURCEVERSION": SHA, "BUILD_REPOSITORY_NAME": "example/web"}
    detail = event_of(shell.run(step["inputs"]["inlineScript"], AGENT_JOBSTATUS=status, **build))
    assert (detail["deployment"], detail["head"], detail["outcome"]) == ("12", SHA, outcome)


@pytest.fixture
def intake() -> Iterator[tuple[str, list[Any]]]:
    """An address that keeps what is posted to it."""
    posted: list[Any] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append(delivery_of(self.headers.items(), body))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"accepted":1}')

        def log_message(self, *_: Any) -> None:
            """Silence."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hooks/standard-webhooks", posted
        server.shutdown()
        thread.join()


def test_curl_signs_what_the_intake_accepts(shell: Shell, intake: tuple[str, list[Any]]) -> None:
    address, posted = intake
    assert shell.run(BLOCKS["curl"], ADDRESS=address, SECRET=SECRET) == '{"accepted":1}'
    (delivery,) = posted
    StandardWebhooks().verify(delivery, [SECRET], time.time())
    (event,) = translate(SOURCES["standard-webhooks"], delivery, SourceOptions()).events
    assert (event.detail_type, event.detail["service"]) == ("Deployment Finished", "web")


def test_put_events_puts_a_valid_event(shell: Shell) -> None:
    shell.run(BLOCKS["put-events"])
    given = shell.given("aws")
    assert given[:3] == ["events", "put-events", "--entries"]
    (entry,) = json.loads(given[3])
    detail = json.loads(entry["Detail"])
    events.decode({"source": entry["Source"], "detail-type": entry["DetailType"], "detail": detail})
    assert entry["EventBusName"] == "flywheel-prod"


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
    sent = json.loads(shell.run("flywheel emit idea --idea A-1 --flywheel search --source checkout-ci --dry-run"))
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
    assert "deployment" in shell.run(BLOCKS["git"]).lower()


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
        out = shell.run(BLOCKS["github-history"], GITHUB_API_URL=github.url)
    assert github.tokens == {"Bearer a-token"}
    assert "deployment" in out.lower()
    assert SHA in (shell.folder / "history.jsonl").read_text()
