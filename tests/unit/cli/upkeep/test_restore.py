"""`flywheel restore`: which tables it takes, what it says where it takes none, and that it waits for DynamoDB."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cli.target import target_of
from cli.upkeep.restoring import restore
from shared.store.table import names

Run = Callable[..., Any]
Make = Callable[..., Any]
KEY = [(names.PK, "HASH"), (names.SK, "RANGE")]
DUE = [(names.DUE_PK, "HASH"), (names.DUE_AT, "RANGE")]


def schema(key: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in key]


@pytest.fixture
def made(flywheel: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes a table as DynamoDB restores it, or otherwise; gives a client of DynamoDB."""
    del flywheel  # whose account is none: this one comes after it
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    with mock_aws():

        def make(key: list[tuple[str, str]] = KEY, index: list[tuple[str, str]] | None = DUE, **more: Any) -> Any:
            client = boto3.client("dynamodb", region_name="eu-west-1")
            indexes = [{"IndexName": names.DUE_INDEX, "KeySchema": schema(index or [])}]
            projected = [{**each, "Projection": {"ProjectionType": "KEYS_ONLY"}} for each in indexes]
            client.create_table(
                TableName="restored",
                KeySchema=schema(key),
                AttributeDefinitions=[
                    {"AttributeName": name, "AttributeType": "S"} for name, _ in (*key, *(index or []))
                ],
                BillingMode="PAY_PER_REQUEST",
                **({"GlobalSecondaryIndexes": projected} if index else {}),
                **more,
            )
            return client

        yield make


def test_the_lines_for_the_stage_are_all_that_is_on_stdout(made: Make, flywheel: Run) -> None:
    client = made()
    ran = flywheel("restore", "restored", "--stack", "flywheel-prod")
    label = client.describe_table(TableName="restored")["Table"]["LatestStreamLabel"]
    assert (ran.code, ran.out) == (0, f'table_name = "restored"\ntable_stream = "{label}"\n')
    assert "[stages.prod] in flywheel.toml, then: make deploy STAGE=prod" in " ".join(ran.err.split())
    arn = client.describe_table(TableName="restored")["Table"]["TableArn"]
    tags = {each["Key"]: each["Value"] for each in client.list_tags_of_resource(ResourceArn=arn)["Tags"]}
    assert tags == {"application": "value-flywheel", "stage": "prod"}


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"key": [("id", "HASH")]}, "none of a flywheel: its key is id, not pk, sk"),
        ({"index": None}, "no index 'due' on due_pk, due_at: restore it with its indexes"),
        (
            {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}},
            "has KEYS_ONLY, expected NEW_IMAGE: turn it off",
        ),
    ],
)
def test_a_table_that_no_stack_could_use_is_refused_and_left_alone(
    made: Make, flywheel: Run, how: dict[str, Any], says: str
) -> None:
    client = made(**how)
    before = client.describe_table(TableName="restored")
    ran = flywheel("restore", "restored")
    assert (ran.code, ran.out) == (2, "")
    assert says in " ".join(ran.err.split())
    assert client.describe_table(TableName="restored")["Table"] == before["Table"]


def test_items_that_expire_by_something_else_are_not_kept_from_it_unasked(made: Make, flywheel: Run) -> None:
    wish = {"Enabled": True, "AttributeName": "gone_at"}
    made().update_time_to_live(TableName="restored", TimeToLiveSpecification=wish)
    ran = flywheel("restore", "restored")
    assert ran.code == 2
    assert "expire by 'gone_at', expected 'expires'" in " ".join(ran.err.split())


def test_a_table_that_is_not_there_is_named_with_its_region(made: Make, flywheel: Run) -> None:
    made()
    ran = flywheel("restore", "restord")
    assert ran.code == 2
    assert "no table 'restord' in eu-west-1" in " ".join(ran.err.split())


class Slow:
    """DynamoDB that is busy with each change for a while: it takes one at a time."""

    def __init__(self, client: Any, looks: int) -> None:
        self._client, self._looks, self.busy = client, looks, 0
        self.exceptions, self.meta = client.exceptions, client.meta

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def update_table(self, **asked: Any) -> Any:
        assert not self.busy, "a second change while the first is under way"
        self.busy = self._looks
        return self._client.update_table(**asked)

    def describe_table(self, **asked: Any) -> Any:
        answer = self._client.describe_table(**asked)
        if self.busy:
            self.busy -= 1
            answer["Table"]["TableStatus"] = "UPDATING"
        return answer


def test_one_change_follows_the_other_when_dynamodb_is_done_with_it(made: Make, monkeypatch: Any) -> None:
    slow = Slow(made(), looks=3)
    monkeypatch.setattr("cli.target.Target.client", lambda *_: slow)
    slept: list[float] = []
    done = restore(target_of("flywheel-prod", region="eu-west-1"), "restored", slept.append)
    assert "deletion protection" in done.put_back
    assert len(slept) == 6


def test_a_restore_that_is_under_way_is_told_with_the_command_that_waits_for_it(
    made: Make, flywheel: Run, monkeypatch: Any
) -> None:
    slow = Slow(made(), looks=1)
    slow.busy = 1
    monkeypatch.setattr("cli.target.Target.client", lambda *_: slow)
    ran = flywheel("restore", "restored")
    assert ran.code == 1
    assert "aws dynamodb wait table-exists --table-name restored" in " ".join(ran.err.split())
