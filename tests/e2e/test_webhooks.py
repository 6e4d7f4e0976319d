"""From a vendor's signed delivery to a turn, through the stack as it was synthesised."""

import json
import os
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from engine import Access, Engine, FakeSlack, Server, is_allowed, statements_of
from infra.stage import PROJECT
from shared.flywheel.report.report import report
from shared.flywheel.settings.file import load
from shared.sources.verifiers import signature
from shared.store.log.reading import load as load_facts
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.table import Table
from tests.e2e.conftest import mutated
from tests.e2e.story import Resources, Started, dead_letters, items, resource, turns
from tests.e2e.webhooks import SECRET, deployed, from_github, give_secret, pushed

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
SHA = "c" * 40
POLICY = "PutEventsPolicyArn"
SETTINGS = """
[flywheels.lighting]
services = ["lamps"]
repositories = ["example/lamps"]

[flywheels.heating]

[hooks.github]

[hooks.heaters]
source = "github"
flywheels = ["heating"]

[accounts.444455556666]
flywheels = ["heating"]
sources = ["heat-*"]
"""


@pytest.fixture
def engine(started: Started) -> Engine:
    """The stack with these settings in its bundles, and the secrets of its hooks."""
    made = started(begin=NOW, settings=SETTINGS)
    give_secret(made, "github")
    give_secret(made, "heaters", "another secret")
    return made


def kept(engine: Engine) -> dict[str, Any]:
    [item] = items(engine, names.REJECTED)
    return {name: next(iter(value.values())) for name, value in item.items()}


def lead_times(engine: Engine) -> dict[str, Any]:
    settings = load(SETTINGS)
    store = Store(Table(engine.outputs["TableName"], region=engine.cloud.region))
    facts = load_facts(store, "lighting", settings).facts
    dora: dict[str, Any] = report(facts, flywheel="lighting", settings=settings, as_of=NOW)["dora"]
    return dora


def test_push_and_deployment_status_become_a_turn_and_a_lead_time(engine: Engine, slack: FakeSlack) -> None:
    answers = [
        from_github(engine, "push", pushed(SHA, "2026-03-05T09:00:00Z", "LAMP-7: dim at dusk")),
        from_github(engine, "deployment_status", deployed(SHA, "2026-03-05T11:30:00Z")),
    ]
    assert [(answer.status, answer.json()) for answer in answers] == [
        (202, {"accepted": 1, "events": ["Change Recorded"], "flywheel": "lighting"}),
        (202, {"accepted": 1, "events": ["Deployment Finished"], "flywheel": "lighting"}),
    ]
    [turn] = turns(engine)
    assert (turn["turn"], turn["state"]) == ("LAMP-7", "open")
    assert lead_times(engine)["lead_time_hours"]["p50"] == 2.5
    assert engine.failures == []
    assert dead_letters(engine) == 0


def test_a_delivery_again_changes_nothing(engine: Engine) -> None:
    body = deployed(SHA, "2026-03-05T11:30:00Z")
    from_github(engine, "deployment_status", body)
    before = engine.table_items()
    assert from_github(engine, "deployment_status", body).status == 202
    assert engine.table_items() == before


def test_an_unowned_service_is_told_in_the_answer_and_kept(started: Started) -> None:
    engine = started(begin=NOW)
    give_secret(engine, "github")
    answer = from_github(engine, "deployment_status", deployed(SHA, "2026-03-05T11:30:00Z"))
    assert answer.json()["unmapped"] == ["lamps"]
    assert len(items(engine, names.EVENT)) == 1


def test_what_counts_for_nothing_is_answered_and_tallied(engine: Engine) -> None:
    for _ in range(3):
        assert from_github(engine, "star", {"action": "created"}).json()["accepted"] == 0
    [tally] = items(engine, names.IGNORED)
    assert (tally["source"]["S"], tally["what"]["S"], tally["times"]["N"]) == (
        "github/github",
        "star.created",
        "3",
    )


def test_a_body_that_cannot_be_understood_lies_with_the_rejected(engine: Engine) -> None:
    answer = from_github(engine, "deployment_status", {"deployment_status": "strange"})
    assert answer.status == 422
    found = kept(engine)
    assert (found["source"], found["field"], found["reason"]) == (
        "github/github",
        answer.json()["field"],
        answer.json()["expected"],
    )


def test_the_secret_of_another_hook_is_refused(engine: Engine) -> None:
    body = deployed(SHA, "2026-03-05T11:30:00Z")
    for hook, secret in (("github", "another secret"), ("heaters", SECRET), ("nobody", SECRET)):
        answer = from_github(engine, "deployment_status", body, hook=hook, secret=secret)
        assert (answer.status, answer.json()) == (401, {"error": "unauthorized"})
    assert items(engine, names.EVENT) == []


def test_a_hook_cannot_speak_of_another_flywheel(engine: Engine) -> None:
    body = deployed(SHA, "2026-03-05T11:30:00Z")
    answer = from_github(engine, "deployment_status", body, hook="heaters", secret="another secret")
    assert (answer.status, answer.json()["not_yours"]) == (403, ["lighting"])
    assert kept(engine)["reason"].startswith("not_yours")
    assert items(engine, names.EVENT) == []


def test_another_accounts_event_cannot_pass_for_a_webhooks(engine: Engine) -> None:
    detail = {"id": "f", "time": "2026-03-05T10:00:00Z", "idea": "LAMP-8", "flywheel": "lighting"}
    forged = {"source": "github/github", "detail-type": "Idea Proposed", "account": "210987654321", "detail": detail}
    url = engine.cloud.sqs.queues["flywheel-dev-inbox"].physical_resource_id
    client = boto3.client("sqs", region_name=engine.cloud.region)
    client.send_message(QueueUrl=url, MessageBody=json.dumps(forged))
    client.send_message(QueueUrl=url, MessageBody=json.dumps({**forged, "source": "ci"}))
    engine.drain()
    assert kept(engine)["reason"].startswith("not_yours")
    assert [item["source"]["S"] for item in items(engine, names.EVENT)] == ["ci"]


@pytest.mark.parametrize(
    ("source", "flywheel", "field"), [("heat-ci", "lighting", "flywheel"), ("ci", "heating", "source")]
)
def test_an_account_held_to_its_own_cannot_speak_of_or_as_anything_else(
    engine: Engine, source: str, flywheel: str, field: str
) -> None:
    detail = {"id": "i", "time": "2026-03-05T10:00:00Z", "idea": "HEAT-1"}
    url = engine.cloud.sqs.queues["flywheel-dev-inbox"].physical_resource_id
    client = boto3.client("sqs", region_name=engine.cloud.region)
    event = {"detail-type": "Idea Proposed", "account": "444455556666"}
    for sent in (
        {"source": source, "detail": {**detail, "flywheel": flywheel}},
        {"source": "heat-ci", "detail": detail},
    ):
        client.send_message(QueueUrl=url, MessageBody=json.dumps({**event, **sent}))
    engine.drain()
    found = kept(engine)
    assert (found["field"], found["reason"].partition(":")[0]) == (field, "not_yours")
    assert [item["pk"]["S"].rpartition("#")[2] for item in items(engine, names.TURN)] == ["heating"]


def test_services_of_aws_come_by_the_default_bus(engine: Engine) -> None:
    sample = json.loads((PROJECT / "events/samples/aws/codedeploy-success.json").read_text())["envelope"]
    entry = {"Source": sample["source"], "DetailType": sample["detail-type"], "Detail": json.dumps(sample["detail"])}
    entry |= {"Time": datetime.fromisoformat(sample["time"]), "Resources": sample["resources"]}
    engine.put_events([entry], as_service=True)
    engine.drain()
    [event] = items(engine, names.EVENT)
    assert (event["source"]["S"], event["detail_type"]["S"]) == ("aws.codedeploy", "Deployment Finished")


def test_a_new_secret_counts_beside_the_old_one(engine: Engine) -> None:
    body = deployed(SHA, "2026-03-05T11:30:00Z")
    give_secret(engine, "heaters", "new", "another secret")
    for secret in ("new", "another secret"):
        assert from_github(engine, "star", body, hook="heaters", secret=secret).status == 200


@pytest.mark.parametrize("content", ["application/json", "application/octet-stream", "application/json; charset=utf-8"])
def test_any_content_type_is_proven_by_its_bytes(engine: Engine, content: str) -> None:
    body = json.dumps(
        {**deployed(SHA, "2026-03-05T11:30:00Z"), "description": "lämpchen 🎡"}, ensure_ascii=False
    ).encode()
    assert from_github(engine, "deployment_status", body, content=content).status == 202


@pytest.mark.parametrize(
    ("size", "status"), [(256 * 1024, 202), (1024 * 1024, 202), (6_300_000, 413), (11_000_000, 413)]
)
def test_large_bodies_are_taken_or_refused_clearly(engine: Engine, size: int, status: int) -> None:
    body = {**deployed(SHA, "2026-03-05T11:30:00Z"), "description": "x" * size}
    assert from_github(engine, "deployment_status", body).status == status
    assert engine.failures == []


def test_a_bus_in_trouble_costs_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.router, "put_events", lambda *_, **__: [{"ErrorCode": "ThrottlingException"}])
    assert from_github(engine, "deployment_status", deployed(SHA, "2026-03-05T11:30:00Z")).status == 202
    assert len(items(engine, names.EVENT)) == 1


# -- the wiring


def not_callable(resources: Resources) -> None:
    permissions = [name for name, each in resources.items() if each["Type"] == "AWS::Lambda::Permission"]
    [permission] = [name for name in permissions if "POSThooks" in name]
    del resources[permission]


def other_secrets(resources: Resources) -> None:
    resource(resources, "AWS::Lambda::Function", "Intake")["Environment"]["Variables"]["HOOKS_PREFIX"] = "/hooks/"


def old_payload(resources: Resources) -> None:
    resource(resources, "AWS::ApiGatewayV2::Integration", "POSThooks")["PayloadFormatVersion"] = "1.0"


def other_path(resources: Resources) -> None:
    resource(resources, "AWS::ApiGatewayV2::Route", "POSThooks")["RouteKey"] = "POST /hook/{name}"


@pytest.mark.parametrize("change", [not_callable, other_secrets, old_payload, other_path])
def test_a_wrong_wire_is_noticed(assembly: Path, tmp_path: Path, change: Any) -> None:
    path = mutated(assembly, tmp_path / "mutated", change)
    with Engine.from_template(path, clock=NOW) as engine:
        give_secret(engine, "github")
        answer = from_github(engine, "deployment_status", deployed(SHA, "2026-03-05T11:30:00Z"))
        assert (answer.status, len(items(engine, names.EVENT))) != (202, 1)


def cli(url: str, *arguments: str) -> Any:
    """`flywheel hook …` in a process of its own, where no AWS is near."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FLYWHEEL_"))}
    ran = subprocess.run(
        [sys.executable, "-m", "cli", "hook", *arguments, "--endpoint-url", url, "--json"],
        cwd=PROJECT, capture_output=True, text=True, check=False, timeout=240, env=environment,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_a_hook_is_added_tested_and_rotated_over_a_port(assembly: Path) -> None:
    with Server(Engine.from_template(assembly)) as server:
        added = cli(server.url, "add", "github")
        assert added["url"] == f"{server.http_url}/hooks/github"
        assert cli(server.url, "test", "github")["status"] == 200

        minute_ago = (datetime.now(UTC) - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        raw = json.dumps(deployed(SHA, minute_ago)).encode()
        headers = {
            "Content-Type": "application/json",
            "X-GitHub-Event": "deployment_status",
            "X-Hub-Signature-256": f"sha256={signature(added['secret'].encode(), raw, 'hex')}",
        }
        cli(server.url, "rotate", "github")
        request = urllib.request.Request(added["url"], data=raw, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert json.load(answer)["events"] == ["Deployment Finished"]


def test_the_policy_of_producers_lets_nobody_pass_for_a_webhook(engine: Engine) -> None:
    [policy] = [each for each in engine.cloud.iam.managed_policies.values() if each.arn == engine.outputs[POLICY]]
    version = next(each for each in policy.versions if each.version_id == policy.default_version_id)
    statements, bus = statements_of(json.loads(version.document)), engine.outputs["BusArn"]
    allowed = {
        source: is_allowed(statements, Access("events:PutEvents", bus, context={"events:source": source}))
        for source in ("ci", "github", "github/main", "pagerduty/x", "flywheel")
    }
    assert allowed == {"ci": True, "github": True, "github/main": False, "pagerduty/x": False, "flywheel": False}
