"""A table that was restored or retained, made fit for a stack: what DynamoDB leaves out of a restored one is put back.

A restored table has the items and the index, and neither stream, nor time to live, nor point-in-time recovery, nor
protection, nor tags (docs.aws.amazon.com/amazondynamodb/latest/developerguide/CreateBackup.html).
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from cli.aws_errors import transient_reason
from cli.failure import CommandError, WrongInputError
from cli.target import Target
from shared.store.table import names

VIEW = "NEW_IMAGE"
STREAM, EXPIRY, RECOVERY, PROTECTION = "stream", "time to live", "point-in-time recovery", "deletion protection"
_PREFIX = "flywheel-"
_PAUSE_SECONDS, _PATIENCE_SECONDS = 2.0, 300.0
_KEY = [(names.PK, "HASH"), (names.SK, "RANGE")]
_INDEX_KEY = [(names.DUE_PK, "HASH"), (names.DUE_AT, "RANGE")]


class Restored(Struct, frozen=True):
    """A table that a stack can adopt: its name, the label of its stream, and what was put back."""

    table: str
    stream: str
    put_back: tuple[str, ...]


def restore(target: Target, table: str, sleep: Callable[[float], None] = time.sleep) -> Restored:
    """Put back what the table lacks; done twice, it changes nothing.

    Raises WrongInputError for a table that is none of a flywheel, CommandError where AWS refuses or is not done yet.
    """
    client = target.client("dynamodb")
    try:
        described = _described(client, table)
        _refuse_another_kind(described)
        _refuse_other_settings(client, described)
        missing = lacking(client, described)
        for what in missing:
            _PUT_BACK[what](client, table)
            described = _settled(client, table, sleep)
        client.tag_resource(ResourceArn=described["TableArn"], Tags=_tags(target.stack))
    except (ClientError, BotoCoreError) as error:
        raise CommandError(transient_reason(error, f"table {table}")) from error
    return Restored(table, described["LatestStreamLabel"], tuple(missing))


def lacking(client: Any, described: dict[str, Any]) -> list[str]:
    """What a stack's own table has and this one has not; `described` is DescribeTable's `Table`."""
    return list(_lacking(client, described))


def _lacking(client: Any, described: dict[str, Any]) -> Iterator[str]:
    table, stream = described["TableName"], described.get("StreamSpecification") or {}
    if not stream.get("StreamEnabled") or stream.get("StreamViewType") != VIEW:
        yield STREAM
    expiry = _expiry(client, table)
    if not _is_on(expiry) or expiry.get("AttributeName") != names.EXPIRES:
        yield EXPIRY
    backups = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    if backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") != "ENABLED":
        yield RECOVERY
    if not described.get("DeletionProtectionEnabled"):
        yield PROTECTION


def _expiry(client: Any, table: str) -> dict[str, Any]:
    described: dict[str, Any] = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    return described


def _is_on(expiry: dict[str, Any]) -> bool:
    return expiry.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"}


def _turn_on_stream(client: Any, table: str) -> None:
    client.update_table(TableName=table, StreamSpecification={"StreamEnabled": True, "StreamViewType": VIEW})


def _let_expire(client: Any, table: str) -> None:
    client.update_time_to_live(
        TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": names.EXPIRES}
    )


def _keep_its_past(client: Any, table: str) -> None:
    client.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def _protect(client: Any, table: str) -> None:
    client.update_table(TableName=table, DeletionProtectionEnabled=True)


_PUT_BACK: dict[str, Callable[[Any, str], None]] = {
    STREAM: _turn_on_stream,
    EXPIRY: _let_expire,
    RECOVERY: _keep_its_past,
    PROTECTION: _protect,
}


def _described(client: Any, table: str) -> dict[str, Any]:
    """DescribeTable's answer for a table that is ready."""
    try:
        described: dict[str, Any] = client.describe_table(TableName=table)["Table"]
    except client.exceptions.ResourceNotFoundException as error:
        raise WrongInputError(
            f"TABLE: there is no table {table!r} in {client.meta.region_name}; aws dynamodb list-tables lists them"
        ) from error
    if described["TableStatus"] != "ACTIVE":
        raise CommandError(
            f"table {table} is {described['TableStatus']}, expected ACTIVE: a restore takes minutes to hours; "
            f"aws dynamodb wait table-exists --table-name {table}, then try again"
        )
    return described


def _settled(client: Any, table: str, sleep: Callable[[float], None]) -> dict[str, Any]:
    """The table once a change of it is done: DynamoDB takes one at a time."""
    waited = 0.0
    while True:
        described: dict[str, Any] = client.describe_table(TableName=table)["Table"]
        if described["TableStatus"] == "ACTIVE":
            return described
        if waited >= _PATIENCE_SECONDS:
            raise CommandError(f"table {table} is still {described['TableStatus']}: try again in some minutes")
        sleep(_PAUSE_SECONDS)
        waited += _PAUSE_SECONDS


def _refuse_another_kind(described: dict[str, Any]) -> None:
    table, key = described["TableName"], _key(described)
    if key != _KEY:
        raise WrongInputError(f"TABLE: {table!r} is none of a flywheel: its key is {_shown(key)}, not {_shown(_KEY)}")
    indexes = {each["IndexName"]: _key(each) for each in described.get("GlobalSecondaryIndexes", [])}
    if indexes.get(names.DUE_INDEX) != _INDEX_KEY:
        raise WrongInputError(
            f"TABLE: {table!r} has no index {names.DUE_INDEX!r} on {_shown(_INDEX_KEY)}: restore it with its indexes"
        )


def _refuse_other_settings(client: Any, described: dict[str, Any]) -> None:
    """What is on in another way was somebody's wish: it is not turned off unasked."""
    table, stream = described["TableName"], described.get("StreamSpecification") or {}
    if stream.get("StreamEnabled") and stream.get("StreamViewType") != VIEW:
        raise WrongInputError(
            f"TABLE: the stream of {table!r} has {stream.get('StreamViewType')}, expected {VIEW}: turn it off (aws "
            f"dynamodb update-table --table-name {table} --stream-specification StreamEnabled=false), and try again"
        )
    expiry = _expiry(client, table)
    if _is_on(expiry) and expiry.get("AttributeName") != names.EXPIRES:
        raise WrongInputError(
            f"TABLE: items of {table!r} expire by {expiry.get('AttributeName')!r}, expected {names.EXPIRES!r}: turn "
            f"that off (aws dynamodb update-time-to-live --table-name {table} --time-to-live-specification "
            f"Enabled=false,AttributeName={expiry.get('AttributeName')}), and try again in an hour"
        )


def _key(described: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["AttributeName"], each["KeyType"]) for each in described["KeySchema"]]


def _shown(key: list[tuple[str, str]]) -> str:
    return ", ".join(name for name, _ in key)


def stage_of(stack: str) -> str:
    """The stage of a stack: `prod` of `flywheel-prod`."""
    return stack.removeprefix(_PREFIX)


def _tags(stack: str) -> list[dict[str, str]]:
    """Those of whatever else the stack has."""
    return [{"Key": "application", "Value": "value-flywheel"}, {"Key": "stage", "Value": stage_of(stack)}]
