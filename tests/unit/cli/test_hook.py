"""`flywheel hook`: secrets made, rotated and listed, and what is said of each."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from cli.failure import CommandError
from cli.hooks import hook
from cli.hooks.hook import Hook, steps
from cli.hooks.secrets import new_secret
from cli.hooks.signing import header_names, ping
from cli.target import Target
from events.challengers import Challengers
from shared.flywheel.settings.file import load
from shared.intake.hooks import hook_of
from shared.intake.intake import Intake
from shared.intake.publishing import WaysOut
from shared.intake.secrets import REREAD_SECONDS, HookSecrets
from shared.sources.catalogue import SOURCES
from shared.sources.delivery import delivery_of
from tests.fakes.errors import refusal
from tests.fakes.ssm import Ssm

Run = Callable[..., Any]
NOW = 1_773_327_600
ADDRESS = "https://abc.execute-api.eu-west-1.amazonaws.com/hooks/"


class CloudFormation:
    """A stack with the outputs that are asked for; `refusal` is what whoever asks meets instead."""

    refusal: ClientError | None = None

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        if self.refusal is not None:
            raise self.refusal
        outputs = {"TableName": "table", "WebhookUrl": ADDRESS}
        return {"Stacks": [{"Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in outputs.items()]}]}


@pytest.fixture
def cloudformation() -> CloudFormation:
    return CloudFormation()


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch, cloudformation: CloudFormation) -> Ssm:
    made = Ssm()
    clients = {"ssm": made, "cloudformation": cloudformation}
    monkeypatch.setattr(Target, "client", lambda _, service: clients[service])
    return made


def kept(ssm: Ssm, name: str = "github") -> list[str]:
    found: list[str] = json.loads(ssm.values[f"/flywheel-dev/hooks/{name}"])
    return found


def test_add_prints_the_secret_once_with_address_headers_and_the_vendors_steps(flywheel: Run, ssm: Ssm) -> None:
    ran = flywheel("hook", "add", "github")
    assert ran.code == 0
    (secret,) = kept(ssm)
    assert len(secret) >= 32
    assert ran.out.count(secret) == 1
    assert secret not in ran.err
    assert f"{ADDRESS}github" in ran.out
    assert "x-hub-signature-256" in ran.out
    assert "Payload URL" in ran.err
    assert "flywheel hook test github" in ran.err


def test_add_again_is_refused_and_keeps_the_secret(flywheel: Run, ssm: Ssm) -> None:
    flywheel("hook", "add", "github")
    before = kept(ssm)
    ran = flywheel("hook", "add", "github")
    assert (ran.code, kept(ssm)) == (2, before)
    assert "flywheel hook rotate github" in ran.err


def test_rotate_keeps_both_until_it_is_finished(flywheel: Run, ssm: Ssm) -> None:
    (old,) = [json.loads(flywheel("hook", "add", "github", "--json").out)["secret"]]
    new = json.loads(flywheel("hook", "rotate", "github", "--json").out)["secret"]
    assert kept(ssm) == [new, old]
    assert flywheel("hook", "rotate", "github").code == 2
    assert flywheel("hook", "rotate", "github", "--finish").code == 0
    assert kept(ssm) == [new]


def test_rotate_of_nothing_says_how_to_begin(flywheel: Run, ssm: Ssm) -> None:
    ran = flywheel("hook", "rotate", "github")
    assert ran.code == 2
    assert "flywheel hook add github" in ran.err


def test_a_vendors_own_secret_comes_from_standard_input_and_is_not_shown(
    flywheel: Run, ssm: Ssm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("made-by-pagerduty\n"))
    ran = flywheel("hook", "add", "pagerduty", "--from-stdin")
    assert (ran.code, kept(ssm, "pagerduty")) == (0, ["made-by-pagerduty"])
    assert "made-by-pagerduty" not in ran.out + ran.err


@pytest.mark.parametrize(("name", "given"), [("github", ""), ("github", "a\x00b"), ("standard-webhooks", "no base64!")])
def test_what_can_be_no_secret_is_refused(
    flywheel: Run, ssm: Ssm, monkeypatch: pytest.MonkeyPatch, name: str, given: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    ran = flywheel("hook", "add", name, "--from-stdin")
    assert (ran.code, ssm.values) == (2, {})
    assert "stdin" in ran.err


@pytest.mark.parametrize(("name", "said"), [("contractor", "[hooks.contractor]"), ("Not A Hook", "small letters")])
def test_a_hook_that_nobody_configured_says_how_to(flywheel: Run, ssm: Ssm, name: str, said: str) -> None:
    ran = flywheel("hook", "add", name)
    assert (ran.code, ssm.values) == (2, {})
    assert said in ran.err


def test_a_hook_of_the_settings_needs_no_more(flywheel: Run, ssm: Ssm, tmp_path: Path) -> None:
    (tmp_path / "flywheel.toml").write_text('[hooks.contractor]\nsource = "standard-webhooks"\n')
    assert json.loads(flywheel("hook", "add", "contractor", "--json").out)["secret"].startswith("whsec_")


@pytest.mark.parametrize("command", ["list", "add github", "rotate github", "rotate github --finish", "test github"])
@pytest.mark.parametrize("endpoint", ["", "http://localhost:1"])
def test_of_a_stack_that_is_not_there_that_is_said_and_no_secret_made_or_changed(
    flywheel: Run, ssm: Ssm, cloudformation: CloudFormation, command: str, endpoint: str
) -> None:
    ssm.values["/nowhere/hooks/github"] = '["old", "older"]'
    answer: Any = {"Error": {"Code": "ValidationError", "Message": "Stack with id nowhere does not exist"}}
    cloudformation.refusal = ClientError(answer, "DescribeStacks")
    ran = flywheel("hook", *command.split(), "--stack", "nowhere", "--endpoint-url", endpoint)
    assert ran.code == 2
    assert "--stack: no 'nowhere' in" in ran.err
    assert ssm.values == {"/nowhere/hooks/github": '["old", "older"]'}


def test_who_may_not_look_for_the_stack_sees_its_hooks(flywheel: Run, ssm: Ssm, cloudformation: CloudFormation) -> None:
    ssm.values["/flywheel-dev/hooks/github"] = '["secret"]'
    cloudformation.refusal = refusal("AccessDenied")
    assert json.loads(flywheel("hook", "list", "--json").out)["hooks"][0]["name"] == "github"


def test_list_shows_hooks_with_secrets_and_those_without(flywheel: Run, ssm: Ssm, tmp_path: Path) -> None:
    (tmp_path / "flywheel.toml").write_text(
        '[flywheels.web]\n[hooks.contractor]\nsource = "github"\nflywheels = ["web"]\n'
    )
    flywheel("hook", "add", "github")
    ssm.values["/flywheel-dev/hooks/forgotten"] = "x"
    assert json.loads(flywheel("hook", "list", "--json").out)["hooks"] == [
        {"name": "contractor", "source": "github", "flywheels": ["web"], "since": None},
        {"name": "forgotten", "source": None, "flywheels": [], "since": "2026-03-12"},
        {"name": "github", "source": "github", "flywheels": [], "since": "2026-03-12"},
    ]
    assert "flywheel hook add contractor" in flywheel("hook", "list").out


def test_without_credentials_the_exit_code_is_4(flywheel: Run, ssm: Ssm, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(**_: Any) -> None:
        raise refusal("AccessDeniedException")

    monkeypatch.setattr(ssm, "put_parameter", denied)
    assert flywheel("hook", "add", "github").code == 4


@pytest.mark.parametrize("name", [name for name, source in SOURCES.items() if source.ping])
def test_what_hook_test_sends_is_proven_understood_and_counts_for_nothing(name: str) -> None:
    from aws_lambda_powertools import Logger  # noqa: PLC0415  only here is there an intake

    source = SOURCES[name]
    secret = new_secret(source)
    headers, body = ping(source, secret, NOW)
    stored = Ssm()
    stored.values[f"/{name}"] = secret
    taken: list[str] = []
    bus: Any = None
    inbox: Any = type("Inbox", (), {"send": staticmethod(taken.append)})
    intake = Intake(
        load(""), HookSecrets(stored, "/"), WaysOut(bus, inbox), Logger(service="test"), Challengers("stack")
    )
    payload = {"pathParameters": {"name": name}, "headers": headers, "body": body.decode()}
    reply = intake.take({**payload, "requestContext": {"timeEpoch": NOW * 1000}})
    assert (reply.status, reply.body["accepted"]) == (200, 0)
    assert set(header_names(source)) <= set(headers)
    with pytest.raises(ValueError, match=r"."):
        source.verifier.verify(delivery_of(headers.items(), body), ["b3RoZXI="], NOW)


def test_a_source_without_a_ping_says_what_shows_that_it_works() -> None:
    silent = msgspec.structs.replace(SOURCES["github"], ping=None)

    with pytest.raises(CommandError, match="GitHub has nothing to test with; look at the reply to a real delivery"):
        ping(silent, "secret", NOW)


@pytest.mark.parametrize(("answers", "code"), [([401, 200], 0), ([401, 401], 1), ([200], 0), ([403], 1)])
def test_a_secret_newer_than_what_intake_has_read_is_tried_once_more(
    flywheel: Run, ssm: Ssm, monkeypatch: pytest.MonkeyPatch, answers: list[int], code: int
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(hook, "send_ping", lambda *_: (answers.pop(0), {"why": "connected"}))
    monkeypatch.setattr("cli.hooks.hook.time.sleep", waited.append)
    flywheel("hook", "add", "github")
    assert flywheel("hook", "test", "github").code == code
    assert answers == []
    assert all(seconds > REREAD_SECONDS for seconds in waited)


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_tells_what_to_click(name: str) -> None:
    found = hook_of(name, load(""))
    assert found is not None
    told = steps(Hook(name, found).source)
    assert len(told) >= 1
    assert all(step and "\n" not in step for step in told)


def test_a_hook_that_is_removed_has_no_secret_and_says_when_nobody_is_let_in(flywheel: Run, ssm: Ssm) -> None:
    flywheel("hook", "add", "github")
    ran = flywheel("hook", "remove", "github")
    assert (ran.code, ssm.values) == (0, {})
    assert "401 within five minutes" in " ".join(ran.err.split())
    again = flywheel("hook", "remove", "github")
    assert again.code == 2
    assert "'github' has no secret" in " ".join(again.err.split())
