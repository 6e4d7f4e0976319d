"""`--field value` pairs into the fields of a detail: any field of the kind's contract, typed as the contract says."""

import difflib
from collections.abc import Sequence
from typing import Any

import msgspec

from cli.failure import WrongInputError
from events import DETAIL_TYPES
from events.expectations import contract_of
from events.strict_json import NotJsonError, read_json


def read_fields(detail_type: str, arguments: Sequence[str]) -> dict[str, Any]:
    """From the rest of the command line; raises WrongInputError that names the option."""
    known = {field.name: field.type for field in contract_of(DETAIL_TYPES[detail_type]).fields}
    given: dict[str, Any] = {}
    for option, text in _pairs(arguments):
        name = option.removeprefix("--").replace("-", "_")
        if name not in known:
            raise WrongInputError(f"{option}: {detail_type} has no such field{_nearest(name, list(known))}")
        _put(given, name, text, known[name], option)
    return given


def _put(given: dict[str, Any], name: str, text: str, type_: msgspec.inspect.Type, option: str) -> None:
    if not _is_list(type_):
        if name in given:
            raise WrongInputError(f"{option}: given twice, {given[name]!r} and {text!r}; it takes one value")
        given[name] = text if _is_text(type_) else _value(text)
        return
    value = _value(text) if text.startswith("[") else [text]
    given[name] = [*given.get(name, []), *value] if isinstance(value, list) else value


def _pairs(arguments: Sequence[str]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    rest = list(arguments)
    while rest:
        option = rest.pop(0)
        if not option.startswith("--") or len(option) < 3:
            raise WrongInputError(f"got {option!r}, expected --FIELD VALUE (see flywheel emit --help)")
        name, equals, value = option.partition("=")
        if not equals and not rest:
            raise WrongInputError(f"{option}: expected a value after it")
        pairs.append((name, value if equals else rest.pop(0)))
    return pairs


def _value(text: str) -> Any:
    """A number, a list or an object as JSON; what is none, or none that an event may hold, the contract refuses."""
    try:
        return read_json(text)
    except NotJsonError:
        return text


def _is_list(type_: msgspec.inspect.Type) -> bool:
    return any(isinstance(one, msgspec.inspect.ListType) for one in _alternatives(type_))


def _is_text(type_: msgspec.inspect.Type) -> bool:
    texts = (
        msgspec.inspect.StrType,
        msgspec.inspect.DateTimeType,
        msgspec.inspect.NoneType,
        msgspec.inspect.LiteralType,
    )
    return all(isinstance(one, texts) for one in _alternatives(type_))


def _alternatives(type_: msgspec.inspect.Type) -> tuple[msgspec.inspect.Type, ...]:
    if isinstance(type_, msgspec.inspect.Metadata):
        return _alternatives(type_.type)
    if isinstance(type_, msgspec.inspect.UnionType):
        return tuple(inner for one in type_.types for inner in _alternatives(one))
    return (type_,)


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    options = ", ".join("--" + field.replace("_", "-") for field in (near or known))
    return f"; did you mean {options}?" if near else f"; it has {options}"
