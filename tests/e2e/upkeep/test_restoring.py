"""A table restored to a point in time, taken into a running stack: nothing is lost, new events go their whole way."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from cli.main import main
from engine import Engine, FakeSlack
from shared.store.table import names
from tests.e2e.story import BEGIN, TOLD, moment_of, one_turn, put, replay, told
from tests.e2e.upkeep.kept import adopting, kept_stack

pytestmark = pytest.mark.takes(30)

STACK, RESTORED = "flywheel-dev", "flywheel-dev-restored"


@pytest.fixture
def engine(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A stack whose data is retained."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with Engine.from_template(kept_stack(), clock=BEGIN, endpoints={"SLACK_API_URL": slack.url}) as running:
        monkeypatch.setenv("AWS_DEFAULT_REGION", running.cloud.region)
        running.put_secret(running.outputs["SlackSecretArn"], slack.token)
        yield running


def dynamodb(engine: Engine) -> Any:
    return boto3.client("dynamodb", region_name=engine.cloud.region)


def restore(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """`flywheel restore`, and the lines that it prints for flywheel.toml."""
    capsys.readouterr()
    assert main(["restore", RESTORED, "--stack", STACK]) == 0
    lines = capsys.readouterr().out.splitlines()
    return {key: value.strip('"') for key, _, value in (line.partition(" = ") for line in lines)}


def deploy(engine: Engine, table_name: str, table_stream: str) -> None:
    """Change the stack to what these settings synthesise, as `make deploy` has CloudFormation do it."""
    boto3.client("cloudformation", region_name=engine.cloud.region).update_stack(
        StackName=STACK, TemplateBody=adopting(table_name, table_stream), Capabilities=["CAPABILITY_NAMED_IAM"]
    )


def kinds(engine: Engine, kind: str, table: str) -> list[dict[str, Any]]:
    return [item for item in engine.table_items(table) if item[names.KIND]["S"] == kind]


def test_a_restored_table_is_taken_into_a_running_stack(
    engine: Engine, slack: FakeSlack, capsys: pytest.CaptureFixture[str]
) -> None:
    before, lost, after = one_turn()[:2], one_turn()[2:3], one_turn()[3:]
    own, client, hour = engine.outputs["TableName"], dynamodb(engine), timedelta(hours=1)
    replay(engine, before, until=moment_of(before[-1]) + hour)
    client.restore_table_to_point_in_time(SourceTableName=own, TargetTableName=RESTORED)
    replay(engine, lost, until=moment_of(lost[-1]) + hour)

    adopted = restore(capsys)
    assert adopted.keys() == {"table_name", "table_stream"}
    deploy(engine, **adopted)
    put(engine, [{**each, "replay-name": "restored"} for each in (*before, *lost)])
    replay(engine, after)

    assert own in client.list_tables()["TableNames"]
    assert len(kinds(engine, names.EVENT, RESTORED)) == len(one_turn())
    assert len(kinds(engine, names.EVENT, own)) == len(before) + len(lost), "nobody writes there any more"
    [turn] = kinds(engine, names.TURN, RESTORED)
    assert json.loads(turn["shows"]["S"])["turn_time_hours"] == 239.0
    twice = "Next Best Action is complete, in 1 d 18 h"
    assert sorted(told(slack)) == sorted([*TOLD, twice]), "what was posted after the restore point may come again"
    assert engine.failures == []
    assert [call for call in engine.calls if not call.allowed] == []


def test_what_a_restored_table_lacks_is_put_back_and_told_by_doctor(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    client = dynamodb(engine)
    client.restore_table_to_point_in_time(SourceTableName=engine.outputs["TableName"], TargetTableName=RESTORED)
    assert main(["restore", RESTORED, "--stack", STACK, "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["put_back"] == ["stream", "time to live", "point-in-time recovery", "deletion protection"]
    described = client.describe_table(TableName=RESTORED)["Table"]
    assert described["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert (described["LatestStreamLabel"], described["DeletionProtectionEnabled"]) == (done["stream"], True)
    expiry = client.describe_time_to_live(TableName=RESTORED)["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": names.EXPIRES}
    assert main(["restore", RESTORED, "--stack", STACK, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {**done, "put_back": []}

    deploy(engine, RESTORED, done["stream"])
    assert table_check(capsys)["state"] == "ok"
    client.update_table(TableName=RESTORED, DeletionProtectionEnabled=False)
    check = table_check(capsys)
    assert (check["state"], check["mend"]) == ("warning", f"flywheel restore {RESTORED}")
    assert "deletion protection" in check["said"]


def table_check(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The line of `flywheel doctor` on the table."""
    main(["doctor", "--stack", STACK, "--json"])
    found: dict[str, dict[str, str]] = {each["name"]: each for each in json.loads(capsys.readouterr().out)["checks"]}
    return found["table"]
