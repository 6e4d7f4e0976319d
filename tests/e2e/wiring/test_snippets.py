"""Every snippet of the page on wiring that sends, run with its own system's variables and no others: it is counted.

One stack for all, behind a port and in the page's own Region. Its account number is the server's instead of the page's.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
import yaml

from cli.embedded.assembly import assembly
from engine import ACCOUNT, Engine, Server
from shared.flywheel.facts.fact import key_of
from tests.e2e.looking.callers import signed
from tests.pipelines import ACTION, BLOCKS, Ran, Shell, job_in

pytestmark = pytest.mark.takes(20)

REGION, STACK = "eu-west-1", "flywheel-prod"
CONTEXT = {
    "stage": "prod",
    "retain_data": "false",
    "config": "tests/e2e/wiring/flywheel.toml",
    "github_oidc": "example@55120/web@702118455",
}
SHA = "c0ffee0000000000000000000000000000000000"
PATIENCE_SECONDS = 60
AWS_COMMAND = Path(__file__).parent / "aws_command.py"
ROLES = ("pipelines", "gitlab-pipelines", "circleci-pipelines", "bitbucket-pipelines", "tell-flywheel")
Values = dict[str, Any]


def here(snippet: str) -> str:
    """A snippet in the server's account."""
    return snippet.replace("111122223333", ACCOUNT)


class Stack:
    """The stack that the page speaks of, behind a port, with the roles that its snippets assume."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.policy = self.outputs["PutEventsPolicyArn"]
        self.keys = server.do(lambda _: self._roles())

    @property
    def outputs(self) -> dict[str, str]:
        return dict(self.server.do(lambda engine: dict(engine.outputs)))

    def _roles(self) -> dict[str, str]:
        """Each role has the stack's policy and nothing else; the keys of the first, assumed."""
        iam, trust = boto3.client("iam"), '{"Version": "2012-10-17", "Statement": []}'
        for role in ROLES:
            iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust)
            iam.attach_role_policy(RoleName=role, PolicyArn=self.policy)
        return keys_of(ROLES[0])

    def deployment(self, deployment: str) -> Values:
        """The detail of a deployment, as soon as the stack answers for its event that it counts in `checkout`."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            for item in self.server.do(lambda engine: engine.table_items()):
                if item["kind"]["S"] == "EVENT" and f'"deployment":"{deployment}"' in item["detail"]["S"]:
                    detail: Values = json.loads(item["detail"]["S"])
                    assert self.verdict(item["source"]["S"], detail["id"]) == ("counted", "checkout")
                    return detail
            time.sleep(0.1)
        raise AssertionError(f"no deployment {deployment!r} in the table: {self.server.look()}")

    def verdict(self, source: str, name: str) -> tuple[str, str]:
        path = f"/events/{key_of(source, name):016x}"
        url = f"https://example.execute-api.amazonaws.com{path}"

        def ask(engine: Engine) -> Values:
            answer: Values = engine.http("GET", path, signed(url, REGION, datetime.now(UTC))).json()
            return answer

        answer = self.server.do(ask)
        return answer["verdict"], answer["flywheel"]


def keys_of(role: str) -> dict[str, str]:
    """Variables of a role that was assumed."""
    arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
    given = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Server(Engine.from_template(in_region(assembly(CONTEXT), tmp_path_factory.mktemp("assembly")))) as server:
        yield Stack(server)


def in_region(made: Path, into: Path) -> Path:
    """The assembly as it is synthesised where CDK_DEFAULT_REGION says so."""
    for each in made.iterdir():
        (into / each.name).symlink_to(each)
    manifest = into / "manifest.json"
    body = manifest.read_text()
    manifest.unlink()
    manifest.write_text(body.replace("unknown-region", REGION))
    return into


@pytest.fixture
def shell(stack: Stack, tmp_path: Path) -> Shell:
    """A build machine that reaches the stack instead of AWS; by whom it is somebody, a test says."""
    made = Shell(tmp_path)
    made.tool("aws", f'exec "{sys.executable}" "{AWS_COMMAND}" "$@"')
    made.tool("deploy.sh", "exit 0")
    (tmp_path / "deploy.sh").symlink_to(made.tools / "deploy.sh")
    made.environment |= {"AWS_ENDPOINT_URL": stack.server.url, "AWS_EC2_METADATA_DISABLED": "true"}
    return made


def only(document: Values) -> Any:
    (value,) = document.values()
    return value


def lines(commands: list[str], folder: Path) -> str:
    """Commands of one shell; a token of one job lies in that job's folder."""
    return here("\n".join(commands)).replace("/tmp/aws-token", str(folder / "token"))


def succeeded(ran: Ran) -> Ran:
    assert ran.code == 0, ran.out + ran.err
    assert "Traceback" not in ran.err
    return ran


def test_the_line_in_any_pipeline_with_credentials(stack: Stack, shell: Shell) -> None:
    succeeded(shell.run(BLOCKS["shell"], AWS_REGION=REGION, **stack.keys, GIT_COMMIT=SHA, BUILD_TAG="any-1"))
    assert stack.deployment("any-1")["head"] == SHA


def test_the_region_may_be_said_as_older_tools_read_it(stack: Stack, shell: Shell) -> None:
    succeeded(shell.run(BLOCKS["shell"], AWS_DEFAULT_REGION=REGION, **stack.keys, GIT_COMMIT=SHA, BUILD_TAG="any-2"))
    assert stack.deployment("any-2")["service"] == "web"


@pytest.mark.parametrize(("status", "outcome"), [("success", "succeeded"), ("failed", "failed")])
def test_gitlab(stack: Stack, shell: Shell, status: str, outcome: str) -> None:
    job = only(yaml.safe_load(BLOCKS["gitlab"]))
    (token,) = job["id_tokens"]
    ci = {
        "CI_COMMIT_SHA": SHA,
        "CI_PROJECT_PATH": "example/web",
        "CI_PIPELINE_ID": f"88-{status}",
        "CI_JOB_STATUS": status,
        "CI_ENVIRONMENT_NAME": job["environment"],
    }
    succeeded(shell.run(lines(job["after_script"], shell.folder), **ci, **{token: "signed"}))
    told = stack.deployment(f"88-{status}")
    assert (told["repository"], told["head"], told["environment"]) == ("example/web", SHA, "production")
    assert told["outcome"] == outcome
    assert (shell.folder / "token").read_text() == "signed"


@pytest.mark.parametrize(("condition", "outcome"), [("success", "succeeded"), ("failure", "failed")])
def test_jenkins(stack: Stack, shell: Shell, condition: str, outcome: str) -> None:
    steps = dict(re.findall(r"(success|failure) \{ sh '([^']+)' \}", BLOCKS["jenkins"]))
    jenkins = {"GIT_COMMIT": SHA, "BUILD_TAG": f"jenkins-{condition}", "GIT_URL": "git@git.example.com:example/web.git"}
    succeeded(shell.run(steps[condition], AWS_REGION=REGION, **stack.keys, **jenkins))
    told = stack.deployment(f"jenkins-{condition}")
    assert (told["outcome"], told["repository"]) == (outcome, "example/web")


@pytest.mark.parametrize(
    ("status", "outcome"), [("Succeeded", "succeeded"), ("SucceededWithIssues", "succeeded"), ("Failed", "failed")]
)
def test_azure(stack: Stack, shell: Shell, status: str, outcome: str) -> None:
    task = yaml.safe_load(BLOCKS["azure"])["steps"][-1]
    assert task["condition"] == "always()", "or a failed deployment is never told"
    build = {"BUILD_BUILDID": status, "BUILD_SOURCEVERSION": SHA, "BUILD_REPOSITORY_NAME": "example/web"}
    script, region = task["inputs"]["inlineScript"], task["inputs"]["regionName"]
    succeeded(
        shell.run(script, AGENT_JOBSTATUS=status, AWS_REGION=region, AWS_DEFAULT_REGION=region, **stack.keys, **build)
    )
    told = stack.deployment(status)
    assert (told["head"], told["repository"], told["outcome"]) == (SHA, "example/web", outcome)


@pytest.mark.parametrize(("condition", "outcome"), [("on_success", "succeeded"), ("on_fail", "failed")])
def test_circleci(stack: Stack, shell: Shell, condition: str, outcome: str) -> None:
    runs = [step["run"] for step in yaml.safe_load(BLOCKS["circleci"])["jobs"]["deploy"]["steps"] if "run" in step]
    by_condition = {each["when"]: each["command"] for each in runs if isinstance(each, dict)}
    circle = {
        "BASH_ENV": str(shell.folder / "bash-env"),
        "CIRCLE_OIDC_TOKEN_V2": "signed",
        "CIRCLE_SHA1": SHA,
        "CIRCLE_WORKFLOW_ID": f"circle-{condition}",
        "CIRCLE_REPOSITORY_URL": "https://git.example.com/example/web",
    }
    for when in ("always", condition):
        succeeded(shell.run(lines([by_condition[when]], shell.folder), **circle))
    told = stack.deployment(f"circle-{condition}")
    assert (told["head"], told["repository"], told["outcome"]) == (SHA, "example/web", outcome)


@pytest.mark.parametrize(("code", "outcome"), [("0", "succeeded"), ("137", "failed")])
def test_bitbucket(stack: Stack, shell: Shell, code: str, outcome: str) -> None:
    step = yaml.safe_load(BLOCKS["bitbucket"])["pipelines"]["branches"]["main"][0]["step"]
    bitbucket = {
        "BITBUCKET_STEP_OIDC_TOKEN": "signed",
        "BITBUCKET_COMMIT": SHA,
        "BITBUCKET_REPO_FULL_NAME": "example/web",
        "BITBUCKET_PIPELINE_UUID": f"{{{code}}}",
        "BITBUCKET_DEPLOYMENT_ENVIRONMENT": step["deployment"],
        "BITBUCKET_EXIT_CODE": code,
    }
    succeeded(shell.run(lines(step["after-script"], shell.folder), **bitbucket))
    told = stack.deployment(f"{{{code}}}")
    assert (told["environment"], told["repository"], told["outcome"]) == ("production", "example/web", outcome)


@pytest.mark.parametrize(("status", "outcome"), [("0", "succeeded"), ("1", "failed")])
def test_buildkite(stack: Stack, shell: Shell, status: str, outcome: str) -> None:
    build = {
        "BUILDKITE_STEP_KEY": "deploy",
        "BUILDKITE_COMMIT": SHA,
        "BUILDKITE_REPO": "git@git.example.com:example/web.git",
        "BUILDKITE_BUILD_ID": f"buildkite-{status}",
        "BUILDKITE_COMMAND_EXIT_STATUS": status,
    }
    succeeded(shell.run(BLOCKS["buildkite"], AWS_REGION=REGION, **stack.keys, **build))
    told = stack.deployment(f"buildkite-{status}")
    assert (told["head"], told["repository"], told["outcome"]) == (SHA, "example/web", outcome)


@pytest.mark.parametrize(("succeeding", "outcome"), [("1", "succeeded"), ("0", "failed")])
def test_codebuild(stack: Stack, shell: Shell, succeeding: str, outcome: str) -> None:
    phases = yaml.safe_load(BLOCKS["codebuild"])["phases"]
    build = {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "CODEBUILD_BUILD_ID": f"web:{succeeding}",
        "CODEBUILD_RESOLVED_SOURCE_VERSION": SHA,
        "CODEBUILD_SOURCE_REPO_URL": "https://git.example.com/example/web.git",
        "CODEBUILD_BUILD_SUCCEEDING": succeeding,
    }
    succeeded(shell.run("\n".join(phases["post_build"]["commands"]), **stack.keys, **build))
    told = stack.deployment(f"web:{succeeding}")
    assert (told["head"], told["repository"], told["outcome"]) == (SHA, "example/web", outcome)


def test_argo_cd(stack: Stack, shell: Shell) -> None:
    values = {"revision": SHA, "repository": "https://git.example.com/example/deployments.git"}
    chart = re.sub(r"\{\{ \.Values\.(\w+) \}\}", lambda found: values[found[1]], BLOCKS["argocd"])
    pod = yaml.safe_load(chart)["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    (shell.folder / "token").write_text("signed")
    of_the_cluster = {
        "AWS_REGION": REGION,
        "AWS_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/{pod['serviceAccountName']}",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(shell.folder / "token"),
    }
    stated = {each["name"]: each["value"] for each in container["env"]}
    assert container["command"] == ["sh", "-c"]
    ran = succeeded(shell.run(container["args"][0], **of_the_cluster, **stated))
    (name,) = re.findall(r"sent Deployment Finished (\S+)", ran.err)
    until = time.monotonic() + PATIENCE_SECONDS
    while stack.verdict("cli", name) != ("counted", "checkout"):
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_cancelled_job_deployed_nothing_and_tells_nothing(stack: Stack, shell: Shell) -> None:
    cancelled = {"CI_JOB_STATUS": "canceled", "CI_COMMIT_SHA": SHA, "CI_PIPELINE_ID": "cancelled-1"}
    ran = succeeded(shell.run(BLOCKS["shell"], AWS_REGION=REGION, **stack.keys, **cancelled))
    assert "cancelled" in ran.err
    assert "sent" not in ran.err


def test_curl_with_what_hook_add_prints(stack: Stack, shell: Shell) -> None:
    added = shell.run(f"flywheel hook add standard-webhooks --stack {STACK} --json", AWS_REGION=REGION)
    hook = json.loads(succeeded(added).out)
    of_nobody = {"ADDRESS": hook["url"], "SECRET": hook["secret"]}
    assert json.loads(succeeded(shell.run(BLOCKS["curl"], **of_nobody)).out)["accepted"] == 1
    assert stack.deployment("4711")["service"] == "web"


def test_awss_own_command_line(stack: Stack, shell: Shell) -> None:
    script = BLOCKS["put-events"].replace("4711", "4712")  # the one that curl tells of is another event
    ran = succeeded(shell.run(script, AWS_DEFAULT_REGION=REGION, **stack.keys))
    assert json.loads(ran.out)["FailedEntryCount"] == 0
    assert stack.deployment("4712")["service"] == "web"


def test_a_role_of_one_team_speaks_under_its_own_source_alone(stack: Stack, shell: Shell) -> None:
    def made() -> dict[str, str]:
        iam = boto3.client("iam")
        iam.create_role(RoleName="checkout", AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')
        iam.put_role_policy(RoleName="checkout", PolicyName="tell", PolicyDocument=here(BLOCKS["role"]))
        return keys_of("checkout")

    keys = stack.server.do(lambda _: made())
    build = {"AWS_REGION": REGION, **keys, "GIT_COMMIT": SHA, "BUILD_TAG": "of-checkout"}
    refused = shell.run(BLOCKS["shell"], **build)
    assert refused.code == 4
    assert "kept in unsent.jsonl" in refused.err
    succeeded(shell.run(BLOCKS["shell"], FLYWHEEL_SOURCE="checkout-ci", **build))
    assert stack.deployment("of-checkout")["service"] == "web"


def test_the_identity_provider_of_githubs_role_is_made_with_awss_own_command_line(stack: Stack, shell: Shell) -> None:
    account = {"AWS_ACCESS_KEY_ID": "embedded", "AWS_SECRET_ACCESS_KEY": "embedded", "AWS_REGION": REGION}
    answer = json.loads(succeeded(shell.run(BLOCKS["oidc-provider"], **account)).out)
    assert answer["OpenIDConnectProviderArn"].endswith("oidc-provider/token.actions.githubusercontent.com")


@pytest.fixture
def tokens() -> Iterator[str]:
    """GitHub's service of tokens."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"value": "signed"}')

        def log_message(self, *_: Any) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/token?api-version=2"
        server.shutdown()
        thread.join()


Act = Callable[..., tuple[Ran, str]]


@pytest.fixture
def act(stack: Stack, tokens: str, tmp_path: Path) -> Act:
    """The page's step in a job of GitHub: what it answered, and the job's summary."""
    job = job_in(tmp_path)
    job.environment.update(
        AWS_ENDPOINT_URL=stack.server.url,
        ACTIONS_ID_TOKEN_REQUEST_URL=tokens,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN="ask",
    )
    step = yaml.safe_load(BLOCKS["github"])["jobs"]["deploy"]["steps"][-1]
    assert set(step["with"]) <= set(ACTION["inputs"])
    given = {**step["with"], "role": stack.outputs["RoleArn"]}

    def acted(run_id: str, status: str = "success", **inputs: str) -> tuple[Ran, str]:
        job.environment["GITHUB_RUN_ID"] = run_id
        ran = job(status, **{**given, **inputs})
        summary = tmp_path / "summary"
        return ran, summary.read_text() if summary.exists() else ""

    return acted


def test_githubs_action_with_the_stacks_own_role(stack: Stack, act: Act) -> None:
    ran, summary = act("9001")
    succeeded(ran)
    assert summary == ""
    told = stack.deployment("9001")
    assert (told["repository"], told["head"], told["outcome"]) == ("acme/shop", SHA, "succeeded")


def test_githubs_action_that_waits_writes_what_became_of_the_event_into_the_jobs_summary(
    stack: Stack, act: Act
) -> None:
    ran, summary = act("9002", "failure", wait="true")
    succeeded(ran)
    assert stack.deployment("9002")["outcome"] == "failed"
    assert "**counted** in flywheel `checkout`" in summary


def test_the_jobs_summary_says_what_is_wrong_and_of_an_event_of_nobody_how_it_would_count(act: Act) -> None:
    ran, summary = act("9003", wait="true", fields="service=desk")
    assert ran.code == 2, "service is said twice, and that is said too"
    assert "--service: given twice" in summary
    ran, summary = act("9004", wait="true", service="desk", strict="true")
    assert ran.code == 1
    assert "unmapped" in summary.splitlines()[-2]
    assert "flywheel.toml" in summary.splitlines()[-2]
