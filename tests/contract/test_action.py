"""The GitHub Action: what its steps run, run here with the inputs a workflow would give."""

import http.server
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import events
from tests.pipelines import ACTION, ROOT, STEPS, Job, Ran, job_in

pytestmark = pytest.mark.slow


@pytest.fixture
def run(tmp_path: Path) -> Job:
    return job_in(tmp_path)


def event_of(ran: Ran) -> dict[str, Any]:
    assert ran.code == 0, ran.err
    return dict(json.loads(ran.out))


def test_nothing_a_workflow_is_given_is_pasted_into_a_script() -> None:
    """An input with a quote and a semicolon in it would otherwise be a command."""
    for step in STEPS:
        assert "${{" not in step["run"]


def test_no_action_of_others_is_used() -> None:
    assert all("uses" not in step for step in STEPS)


def test_every_input_is_used_and_described() -> None:
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text()))
    assert used == set(ACTION["inputs"])
    assert all(each["description"] for each in ACTION["inputs"].values())


def test_a_deployment_is_told_with_repository_commit_and_run(run: Job) -> None:
    event = event_of(run(service="web", dry_run="true"))
    events.decode(event)
    assert event["source"] == "github-actions"
    assert event["detail"] | {"id": "", "time": ""} == {
        "deployment": "4711",
        "service": "web",
        "environment": "production",
        "outcome": "succeeded",
        "repository": "acme/shop",
        "head": "c0ffee0000000000000000000000000000000000",
        "id": "",
        "time": "",
    }


def test_the_cli_is_installed_from_the_action_itself_apart_from_everything_else(run: Job) -> None:
    run(service="web", dry_run="true")
    given = (run.folder / "given").read_text().splitlines()
    assert given[given.index("--from") + 1] == str(ROOT)
    locked = Path(given[given.index("--constraints") + 1])
    assert locked.read_text().count("--hash=sha256:") > 100


@pytest.mark.parametrize(("status", "outcome"), [("success", "succeeded"), ("failure", "failed")])
def test_the_outcome_is_that_of_the_job_so_far(run: Job, status: str, outcome: str) -> None:
    assert event_of(run(status, service="web", dry_run="true"))["detail"]["outcome"] == outcome


def test_a_cancelled_job_deployed_nothing(run: Job) -> None:
    ran = run("cancelled", service="web", dry_run="true")
    assert (ran.code, "::notice::" in ran.out) == (0, True)
    assert not (run.folder / "given").exists()


def test_any_field_of_any_kind_can_be_told(run: Job) -> None:
    fields = 'idea=SHOP-12\n  title=Pay = with "a" saved card; $(touch owned)\n\n'
    detail = event_of(run(kind="idea", flywheel="checkout", fields=fields, dry_run="true"))["detail"]
    assert (detail["idea"], detail["flywheel"]) == ("SHOP-12", "checkout")
    assert detail["title"] == 'Pay = with "a" saved card; $(touch owned)'
    assert not (run.folder / "owned").exists()


def test_a_wrong_field_fails_the_step_as_wrong_usage(run: Job) -> None:
    ran = run(service="web", fields="enviroment=production", dry_run="true")
    assert (ran.code, "did you mean --environment" in ran.err) == (2, True)


def test_a_role_without_the_jobs_permission_says_which_one_is_missing(run: Job) -> None:
    ran = run(service="web", role="arn:aws:iam::123456789012:role/x", region="eu-west-1")
    assert (ran.code, "id-token: write" in ran.out) == (4, True)


class Asked(http.server.ThreadingHTTPServer):
    """What it was asked: path, headers, body."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Stub)
        self.asked: list[tuple[str, dict[str, str], str]] = []


class Stub(http.server.BaseHTTPRequestHandler):
    """GitHub's token service, STS and EventBridge in one; what they were asked is kept on the server."""

    server: Asked

    def do_GET(self) -> None:
        self._answer(b'{"value": "a-signed-token"}', "application/json")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if "AssumeRoleWithWebIdentity" in body:
            credentials = (
                "<Credentials><AccessKeyId>ASIATEMPORARY</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                "<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
            )
            wrapped = f"<AssumeRoleWithWebIdentityResult>{credentials}</AssumeRoleWithWebIdentityResult>"
            self._answer(f"<R>{wrapped}</R>".encode(), "text/xml", body)
        else:
            self._answer(b'{"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}', "application/json", body)

    def _answer(self, content: bytes, kind: str, body: str = "") -> None:
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Silence."""


@pytest.fixture
def stub() -> Iterator[Any]:
    with Asked() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def with_token(run: Job, stub: Any) -> Callable[..., Ran]:
    """A job that may ask for a token."""
    here = f"http://127.0.0.1:{stub.server_port}"
    run.environment.update(
        ACTIONS_ID_TOKEN_REQUEST_URL=f"{here}/token?api-version=2",
        ACTIONS_ID_TOKEN_REQUEST_TOKEN="ask",
        AWS_ENDPOINT_URL_STS=here,
        AWS_ENDPOINT_URL_EVENTBRIDGE=here,
        AWS_ACCESS_KEY_ID="AKIAOFTHEJOB",
        AWS_SECRET_ACCESS_KEY="x",
    )

    def with_role(**inputs: str) -> Ran:
        role = "arn:aws:iam::123456789012:role/pipelines"
        return run(service="web", role=role, region="eu-west-1", stack="flywheel-prod", **inputs)

    return with_role


def test_the_jobs_token_becomes_the_role_which_puts_the_event(with_token: Callable[..., Ran], stub: Any) -> None:
    ran = with_token()
    assert ran.code == 0, ran.err
    token, assumed, looked, put = stub.asked
    assert "audience=sts.amazonaws.com" in token[0]
    assert token[1]["authorization"] == "bearer ask"
    assert "WebIdentityToken=a-signed-token" in assumed[2]
    assert "RoleSessionName=flywheel-4711" in assumed[2]
    assert json.loads(looked[2]) == {"Name": "flywheel-prod"}, "the bus is looked for before anything is sent to it"
    (entry,) = json.loads(put[2])["Entries"]
    assert (entry["EventBusName"], entry["DetailType"]) == ("flywheel-prod", "Deployment Finished")
    assert "ASIATEMPORARY" in put[1]["authorization"]


def test_the_token_is_gone_when_the_step_ends(run: Job, with_token: Callable[..., Ran], stub: Any) -> None:
    with_token()
    assert not (run.folder / "value-flywheel-token").exists()


def test_where_github_gives_no_token_the_event_is_kept_and_the_release_goes_on(
    run: Job, with_token: Callable[..., Ran]
) -> None:
    curl = run.folder / "tools" / "curl"
    curl.write_text("#!/usr/bin/env bash\nexit 7\n")
    curl.chmod(0o755)
    assert with_token().code == 0
    (line,) = (run.folder / "unsent.jsonl").read_text().splitlines()
    assert json.loads(line)["detail"]["service"] == "web"
    assert with_token(strict="true").code == 1
