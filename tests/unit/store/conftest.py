"""Each test runs twice: on tables in this process (the store's own in memory, or moto's), and on DynamoDB Local."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext

import boto3
import pytest
from moto import mock_aws

from engine import available, dynamodb_local
from shared.store.table.table import Table
from tests.lacking import need
from tests.unit.store import engines
from tests.unit.store.engines import REGION, Local


def create_table(name: str) -> None:
    """A table as `infra` makes it, in moto."""
    engines.create_table(name, boto3.client("dynamodb", region_name=REGION))


@pytest.fixture(scope="session")
def local() -> Iterator[Local]:
    """One server for all tests of a session."""
    need("DynamoDB Local", available())
    with dynamodb_local() as endpoint:
        yield Local(endpoint)


@pytest.fixture(params=["in-process", "dynamodb-local"], autouse=True)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Local | None]:
    """Where tables are; `only_in_process` and `only_local` (driving.py) keep a test to one of the two."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    if request.param == "dynamodb-local":
        local: Local = request.getfixturevalue("local")
        monkeypatch.setattr(engines, "connect", local.connect)
        yield local
        local.forget()
    else:
        yield None


@pytest.fixture
def make_table(engine: Local | None) -> Iterator[Callable[[str], Table]]:
    def in_moto(name: str) -> Table:
        create_table(name)
        return Table(name)

    with nullcontext() if engine else mock_aws():
        yield engine.table if engine else in_moto


@pytest.fixture
def table(make_table: Callable[[str], Table]) -> Table:
    return make_table("flywheel")
