"""`[accounts.<number>]` and `[producers.<source>]` of `flywheel.toml`: who may say what."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from shared.flywheel.settings.sources import Reader, check_flywheels
from shared.flywheel.settings.toml_lines import Path
from shared.flywheel.settings.values import FlywheelSettings, Names, Patterns, SenderSettings

_ACCOUNT = re.compile(r"[0-9]{12}")


class ProducerTable(Struct, frozen=True, kw_only=True):
    """`[producers.<source>]`."""

    flywheels: Names = ()


class AccountTable(ProducerTable, frozen=True, kw_only=True):
    """`[accounts.<number>]`."""

    sources: Patterns = ()


ACCOUNT_KEYS = AccountTable.__struct_fields__
PRODUCER_KEYS = ProducerTable.__struct_fields__
Senders = dict[str, SenderSettings]


def accounts_and_producers(
    reader: Reader, document: Mapping[str, Any], flywheels: Mapping[str, FlywheelSettings]
) -> tuple[Senders, Senders]:
    """Of which flywheels each account and each producer may speak, and an account under which names."""
    accounts, producers = {}, {}
    for number in reader.table(document, ("accounts",)):
        path = ("accounts", number)
        stated = reader.fields(document["accounts"], path, AccountTable, ACCOUNT_KEYS)
        if not _ACCOUNT.fullmatch(number):
            reader.problem(path, "the number of an AWS account has 12 digits: `[accounts.444455556666]`")
        _require(reader, document, path, "sources", 'under which `source` it speaks, such as `["checkout-*", "aws.*"]`')
        accounts[number] = _limits(reader, path, stated, flywheels)
    for source in reader.table(document, ("producers",)):
        path = ("producers", source)
        stated = reader.fields(document["producers"], path, ProducerTable, PRODUCER_KEYS)
        _require(reader, document, path, "flywheels", 'of which flywheels it speaks, such as `["checkout"]`')
        producers[source] = _limits(reader, path, stated, flywheels)
    return accounts, producers


def _require(reader: Reader, document: Mapping[str, Any], path: Path, key: str, meaning: str) -> None:
    """Without it anything could be said: a table that means to limit must not do so by half."""
    table = document[str(path[0])][path[1]]
    if isinstance(table, dict) and table.get(key, []) == []:
        reader.problem((*path, key) if key in table else path, f"`{key}` is missing: {meaning}")


def _limits(
    reader: Reader, path: Path, stated: Mapping[str, Any], flywheels: Mapping[str, FlywheelSettings]
) -> SenderSettings:
    check_flywheels(reader, path, stated.get("flywheels", ()), flywheels)
    return SenderSettings(flywheels=stated.get("flywheels", ()), sources=stated.get("sources", ()))
