"""A table as `infra` makes it, in moto, new for each test."""

from collections.abc import Callable, Iterator

import boto3
import pytest
from moto import mock_aws

from shared.store import names
from shared.store.table import Table


def create_table(name: str) -> None:
    text = [{"AttributeName": n, "AttributeType": "S"} for n in (names.PK, names.SK, names.DUE_PK, names.DUE_AT)]
    boto3.client("dynamodb", region_name="eu-west-1").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=text,
        KeySchema=[{"AttributeName": names.PK, "KeyType": "HASH"}, {"AttributeName": names.SK, "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": names.DUE_INDEX,
                "KeySchema": [
                    {"AttributeName": names.DUE_PK, "KeyType": "HASH"},
                    {"AttributeName": names.DUE_AT, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        yield


@pytest.fixture
def make_table() -> Callable[[str], Table]:
    def make(name: str) -> Table:
        create_table(name)
        return Table(name)

    return make


@pytest.fixture
def table(make_table: Callable[[str], Table]) -> Table:
    return make_table("flywheel")
