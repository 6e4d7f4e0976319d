"""The fields of a detail that its contract knows; others may be about people: of these only the names are kept."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from events.delivery import ChangeRecorded, Commit, DeploymentFinished, RecordedCommit
from events.value import Cause, IncidentOpened, IncidentResolved, IncidentReviewed, ReviewRecorded, Risks

MOST_NAMED = 20
"""Unknown fields that are named."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_HIDDEN = "…"

_INSIDE: dict[type[Struct], dict[str, type[Struct]]] = {
    ChangeRecorded: {"commits": RecordedCommit},
    DeploymentFinished: {"commits": Commit},
    IncidentOpened: {"cause": Cause},
    IncidentResolved: {"cause": Cause},
    IncidentReviewed: {"cause": Cause},
    ReviewRecorded: {"risks": Risks},
}
"""Of which model the objects within a field are: the field itself, the elements of a list, or the values of a table."""
_TABLES = {"risks"}


def known_fields(detail: Mapping[str, Any], model: type[Struct]) -> dict[str, Any]:
    """The detail, valid by its contract, with the fields that this knows, nested ones too; as received otherwise."""
    inside = _INSIDE.get(model, {})
    return {
        name: _known(value, inside[name], name in _TABLES) if name in inside else value
        for name, value in detail.items()
        if name in model.__struct_fields__
    }


def unknown_names(detail: Mapping[str, Any], model: type[Struct]) -> list[str]:
    """The names of the other fields, each once, as paths without places; what looks like no name is not shown."""
    return list(dict.fromkeys(_unknown(detail, model, "")))[:MOST_NAMED]


def _known(value: Any, model: type[Struct], is_table: bool) -> Any:
    if isinstance(value, list):
        return [known_fields(each, model) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: known_fields(each, model) for name, each in value.items()} if is_table else known_fields(value, model)


def _unknown(detail: Mapping[str, Any], model: type[Struct], path: str) -> Iterator[str]:
    inside = _INSIDE.get(model, {})
    for name, value in detail.items():
        if name not in model.__struct_fields__:
            yield path + (name if _PLAIN.fullmatch(name) else _HIDDEN)
        elif name in inside:
            for each in _objects(value, name in _TABLES):
                yield from _unknown(each, inside[name], f"{path}{name}.")


def _objects(value: Any, is_table: bool) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from value
    elif isinstance(value, dict):
        yield from value.values() if is_table else (value,)
