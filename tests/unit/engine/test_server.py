"""The engine behind a port: clients of AWS, handlers in processes of their own, and what survives a restart."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3
import pytest

from engine import Engine, Server
from tests.unit.engine.test_recursion import looping

pytestmark = pytest.mark.slow

Made = Callable[..., dict[str, Any]]
Serving = Callable[..., Server]
PATIENCE_SECONDS = 60


@pytest.fixture
def serving(small: Path, tmp_path: Path) -> Iterator[Serving]:
    """Serves the small stack in real time."""
    with ExitStack() as stack:

        def start(*, isolated: bool = False, data_dir: Path | None = None) -> Server:
            engine = Engine.from_template(small, code_root=tmp_path, isolated=isolated)
            return stack.enter_context(Server(engine, data_dir=data_dir))

        yield start


def client(server: Server, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id="anybody",
        aws_secret_access_key="anything",
    )


def quiet(server: Server) -> dict[str, Any]:
    until = time.monotonic() + PATIENCE_SECONDS
    while not (status := server.look())["quiet"]:
        assert time.monotonic() < until, status
        time.sleep(0.05)
    return status


@pytest.mark.parametrize("isolated", [False, True], ids=["in this process", "in processes of their own"])
def test_a_client_s_event_goes_all_the_way(serving: Serving, made: Made, isolated: bool) -> None:
    server = serving(isolated=isolated)
    assert client(server, "events").put_events(Entries=[made("a")])["FailedEntryCount"] == 0
    assert quiet(server)["failures"] == []
    assert server.do(lambda engine: engine.bodies("done")) == [{"id": "a", "read": True}]
    actions = server.do(lambda engine: {call.access.action for call in engine.calls})
    assert {"dynamodb:PutItem", "events:PutEvents"} <= actions


def test_a_function_is_called_by_lambdas_own_api(serving: Serving) -> None:
    server = serving()
    lambdas, function = client(server, "lambda"), server.engine.function
    record = {"messageId": "1", "body": json.dumps({"detail": {"id": "a", "crash": True}})}
    crashed = lambdas.invoke(FunctionName=function("Taker"), Payload=json.dumps({"Records": [record]}).encode())
    assert crashed["FunctionError"] == "Unhandled"
    assert json.loads(crashed["Payload"].read())["errorMessage"] == "crash as told"
    at = json.dumps({"scheduled_time": "now"}).encode()
    answered = lambdas.invoke(FunctionName=function("Clockwork"), Payload=at)
    assert json.loads(answered["Payload"].read())["at"] == "now"
    assert "FunctionError" not in answered
    later = lambdas.invoke(FunctionName=function("Clockwork"), Payload=at, InvocationType="Event")
    assert (later["StatusCode"], later["Payload"].read()) == (202, b"")
    quiet(server)
    assert [each.payload for each in server.engine.invocations][1:] == [{"scheduled_time": "now"}] * 2
    with pytest.raises(lambdas.exceptions.ResourceNotFoundException):
        lambdas.invoke(FunctionName="nobody")


def test_a_crash_and_a_log_come_back_from_a_process_of_its_own(serving: Serving, made: Made) -> None:
    server = serving(isolated=True)
    client(server, "events").put_events(Entries=[made("a"), made("b", crash=True)])
    until = time.monotonic() + PATIENCE_SECONDS
    while not server.look()["failures"]:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert server.look()["failures"][0]["errorMessage"] == "crash as told"
    assert "crash as told" in server.do(lambda engine: engine.logs)


def test_what_a_table_holds_survives_a_restart(serving: Serving, made: Made, tmp_path: Path) -> None:
    first = serving(data_dir=tmp_path / "data")
    client(first, "events").put_events(Entries=[made("a")])
    quiet(first)
    first.__exit__()
    again = serving(data_dir=tmp_path / "data")
    quiet(again)
    assert [item["pk"]["S"] for item in again.do(lambda engine: engine.table_items())] == ["a"]
    assert again.do(lambda engine: engine.bodies("done")) == [{"id": "a", "read": True}]
    assert len(again.engine.invocations) == 0


def test_what_was_accepted_and_not_done_is_done_after_a_restart(serving: Serving, made: Made, tmp_path: Path) -> None:
    first = serving(data_dir=tmp_path / "data")
    with first._lock:
        first.engine.put_events([made("a")])
        first._stopping.set()
    first.__exit__()
    again = serving(data_dir=tmp_path / "data")
    quiet(again)
    assert [item["pk"]["S"] for item in again.do(lambda engine: engine.table_items())] == ["a"]


def test_the_parameters_that_clients_put_survive_a_restart(serving: Serving, tmp_path: Path) -> None:
    first = serving(data_dir=tmp_path / "data")
    ssm = client(first, "ssm")
    for name, value in (("/hooks/a", "old"), ("/hooks/a", "new"), ("/hooks/b", "taken away"), ("/hooks/c", "too")):
        ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
    ssm.delete_parameter(Name="/hooks/b")
    ssm.delete_parameters(Names=["/hooks/c"])
    before = ssm.get_parameter(Name="/hooks/a", WithDecryption=True)["Parameter"]
    first.__exit__()
    assert (tmp_path / "data" / "journal.jsonl").stat().st_mode & 0o077 == 0
    for _ in range(2):
        again = serving(data_dir=tmp_path / "data")
        [kept] = client(again, "ssm").get_parameters_by_path(Path="/hooks", WithDecryption=True)["Parameters"]
        assert (kept["Name"], kept["Value"], kept["Type"]) == ("/hooks/a", "new", "SecureString")
        assert kept["LastModifiedDate"] == before["LastModifiedDate"]
        again.__exit__()
    assert (tmp_path / "data" / "journal.jsonl").stat().st_mode & 0o077 == 0


def test_a_chain_is_counted_through_processes_of_their_own(small: Path, tmp_path: Path) -> None:
    body = json.loads(small.read_text())
    looping(body["Resources"], delay=0)
    small.write_text(json.dumps(body))
    engine = Engine.from_template(small, code_root=tmp_path, isolated=True)
    with Server(engine) as server:
        url = engine.outputs["Inbox"]
        client(server, "sqs").send_message(QueueUrl=url, MessageBody='{"id": "a"}')
        until = time.monotonic() + PATIENCE_SECONDS
        while not engine.lambdas.recursive:
            assert time.monotonic() < until, engine.chains
            time.sleep(0.05)
        assert [count for name, count in engine.chains.items() if "Taker" in name] == [16]
