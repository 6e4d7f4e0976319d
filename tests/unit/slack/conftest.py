"""Fixtures: a table as `infra` makes it, in moto, and a loopback Slack, new for each test."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from engine import FakeSlack
from engine.account.quick_moto import quick
from shared.store.table import names
from shared.store.table.table import Table
from tests.unit.slack.post import Post


@pytest.fixture(scope="module")
def shared_table() -> Iterator[Table]:
    """One table a module: connecting takes longer than a test."""
    with pytest.MonkeyPatch.context() as environment, mock_aws(), quick():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "testing")
        environment.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        text = [{"AttributeName": n, "AttributeType": "S"} for n in (names.PK, names.SK, names.DUE_PK, names.DUE_AT)]
        boto3.client("dynamodb").create_table(
            TableName="flywheel",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=text,
            KeySchema=_keys(names.PK, names.SK),
            GlobalSecondaryIndexes=[
                {
                    "IndexName": names.DUE_INDEX,
                    "KeySchema": _keys(names.DUE_PK, names.DUE_AT),
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
        )
        yield Table("flywheel")


@pytest.fixture
def table(shared_table: Table) -> Iterator[Table]:
    """The table, empty again afterwards."""
    yield shared_table
    for item in shared_table.connection.scan()["Items"]:
        shared_table.connection.delete_item(item[names.PK]["S"], item[names.SK]["S"])


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as server:
        yield server


@pytest.fixture
def post(table: Table, slack: FakeSlack) -> Post:
    return Post(table, slack)
