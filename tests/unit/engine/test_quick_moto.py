"""moto made quick answers as moto does, whatever is asked."""

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import given
from hypothesis import strategies as st
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

from engine import ACCOUNT, Engine
from engine.account import quick_moto
from engine.account.quick_moto import _parse_template as by_yaml
from engine.account.quick_moto import _query as slow_query
from engine.account.quick_moto import _size_of as measured_anew
from tests.unit.engine.conftest import small_stack

TABLE = "parts"
KEYS = st.text(alphabet="ab#é", min_size=1, max_size=4)
ONE = st.tuples(st.sampled_from(["EQ", "LE", "LT", "GE", "GT", "BEGINS_WITH"]), st.lists(KEYS, min_size=1, max_size=1))
BETWEEN = st.tuples(st.just("BETWEEN"), st.lists(KEYS, min_size=2, max_size=2).map(sorted))
CONDITIONS: st.SearchStrategy[tuple[str | None, list[str]]] = st.one_of(st.just((None, [])), ONE, BETWEEN)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with Engine.empty():
        made = boto3.client("dynamodb", region_name="eu-west-1")
        made.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        )
        yield made


@pytest.fixture(scope="module")
def table(client: Any) -> Table:
    backend: DynamoDBBackend = dynamodb_backends[ACCOUNT]["eu-west-1"]
    return backend.tables[TABLE]


@given(
    keys=st.lists(KEYS, unique=True, max_size=8),
    condition=CONDITIONS,
    limit=st.integers(1, 9),
    ahead=st.booleans(),
    after=st.none() | KEYS,
    width=st.sampled_from([1, 300_000]),
)
def test_a_query_of_a_partition(
    table: Table, keys: list[str], condition: tuple[str | None, list[str]], limit: int, ahead: bool, after: str | None,
    width: int,
) -> None:  # fmt: skip
    table.items.clear()
    for key in keys:
        table.put_item({"pk": {"S": "p"}, "sk": {"S": key}, "text": {"S": "x" * width}})
    comparison, values = condition
    start: Any = None if after is None else {"pk": {"S": "p"}, "sk": {"S": after}}

    def answer(query: Any) -> Any:
        wanted = [DynamoType({"S": value}) for value in values]
        items, _, last = query(table, DynamoType({"S": "p"}), comparison, wanted, limit, start, ahead, None)
        return [item.range_key.value for item in items], last and last["sk"].value

    shown, last = answer(Table.query)
    with patch.object(Table, "query", slow_query):
        expected, expected_last = answer(slow_query)
    assert (shown, last) == (expected, expected_last)


def test_the_size_of_an_item_is_that_of_what_it_holds_now(client: Any, table: Table) -> None:
    key = {"pk": {"S": "p"}, "sk": {"S": "a"}}
    client.put_item(TableName=TABLE, Item={**key, "text": {"S": "x"}})

    def size() -> int:
        item = table.get_item(DynamoType(key["pk"]), DynamoType(key["sk"]))
        assert item is not None
        assert item.size() == measured_anew(item)
        return item.size()

    first = size()
    client.update_item(
        TableName=TABLE, Key=key, UpdateExpression="SET t = :t", ExpressionAttributeValues={":t": {"S": "x" * 50}}
    )
    assert size() == first + 51
    client.put_item(TableName=TABLE, Item=key)
    assert size() < first


def test_an_item_is_measured_once(client: Any, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    table.items.clear()
    for number in range(20):
        client.put_item(TableName=TABLE, Item={"pk": {"S": "p"}, "sk": {"S": f"{number:02}"}})
    measured: list[Any] = []

    def measure(item: Item) -> int:
        measured.append(item)
        return measured_anew(item)

    monkeypatch.setattr(quick_moto, "_size_of", measure)
    asked = {"KeyConditionExpression": "pk = :p AND begins_with(sk, :s)"}
    values = {":p": {"S": "p"}, ":s": {"S": "1"}}
    for _ in range(3):
        client.query(TableName=TABLE, ExpressionAttributeValues=values, **asked)
    assert len(measured) == 11  # what begins with 1, and the one before it


@pytest.mark.parametrize("text", [json.dumps(small_stack(), indent=1), "Resources:\n  Part: {Type: !Sub 'A::${B}'}\n"])
def test_a_template_is_read_as_moto_reads_it(text: str) -> None:
    assert quick_moto._template(text) == by_yaml(text)


def test_a_template_of_json_is_never_read_as_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_moto, "_parse_template", pytest.fail)
    queue = json.dumps({"Resources": {"Parts": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "parts"}}}})
    with Engine.empty():
        cloudformation = boto3.client("cloudformation", region_name="eu-west-1")
        cloudformation.create_stack(StackName="parts", TemplateBody=queue)
        changes = {"StackName": "parts", "ChangeSetName": "more", "TemplateBody": queue}
        cloudformation.create_change_set(**changes, ChangeSetType="UPDATE")
        (stack,) = cloudformation.describe_stacks(StackName="parts")["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"


def test_what_describes_a_service_is_read_once_for_all_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    def queues() -> Any:
        with Engine.empty():
            return boto3.Session().client("sqs", region_name="eu-west-1").list_queues()["ResponseMetadata"]

    queues()
    monkeypatch.setattr(JSONFileLoader, "load_file", pytest.fail)
    assert queues()["HTTPStatusCode"] == 200
