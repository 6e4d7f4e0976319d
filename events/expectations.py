"""The expectation of a contract's field in a sentence: the words of every refusal, and read only for one."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Any

import msgspec
from msgspec import inspect

Step = str | int
"""A field name, a key of a dictionary, or an index of a list."""


def expectation(model: type, steps: Sequence[Step], value: Any) -> str:
    """The expectation at a path of a model, with the nearest right value where there is a list of them."""
    described = _at(model, steps)
    return sentence(described) + _nearest(described, value)


def fields_of(model: type, steps: Sequence[Step]) -> list[str]:
    """The names of the fields of the object at a path."""
    described = _at(model, steps)
    return [field.encode_name for field in described.fields] if isinstance(described, inspect.StructType) else []


def type_of_values(model: type, steps: Sequence[Step]) -> Any:
    """The model of the values of the dictionary at a path; None where there is none."""
    described = _at(model, steps)
    inner = plain(described.value_type) if isinstance(described, inspect.DictType) else None
    return inner.cls if isinstance(inner, inspect.StructType) else None


_COMPARED = 50
_LONGEST_COMPARED = 64
"""Nearness takes the product of two lengths for each pair: so many short names are looked at, whatever was sent."""


def did_you_mean(value: Any, right: Sequence[str]) -> str:
    """`; did you mean …?` with the nearest right one, or nothing."""
    if not isinstance(value, str) or len(value) > _LONGEST_COMPARED:
        return ""
    near = islice((each for each in right if len(each) <= _LONGEST_COMPARED), _COMPARED)
    by_case = {each.casefold(): each for each in near}
    matches = get_close_matches(value.casefold(), list(by_case), n=1, cutoff=0.6)
    return f"; did you mean `{by_case[matches[0]]}`?" if matches else ""


def _at(model: type, steps: Sequence[Step]) -> inspect.Type:
    described = plain(inspect.type_info(model))
    for step in steps:
        described = plain(_inside(described, step))
    return described


def contract_of(model: type) -> inspect.StructType:
    """The fields of a Struct and what each may hold."""
    described = inspect.type_info(model)
    assert isinstance(described, inspect.StructType)  # noqa: S101  tells the type checker what a Struct is
    return described


def plain(described: inspect.Type) -> inspect.Type:
    """Without metadata and without `None`; a union of several kinds stays one."""
    if isinstance(described, inspect.Metadata):
        return plain(described.type)
    if isinstance(described, inspect.UnionType):
        kinds = [kind for kind in described.types if not isinstance(plain(kind), inspect.NoneType)]
        return plain(kinds[0]) if len(kinds) == 1 else inspect.UnionType(tuple(kinds))
    return described


def _inside(described: inspect.Type, step: Step) -> inspect.Type:
    if isinstance(described, inspect.StructType):
        return next((field.type for field in described.fields if field.encode_name == step), inspect.AnyType())
    if isinstance(described, inspect.ListType):
        return described.item_type
    if isinstance(described, inspect.DictType):
        return described.value_type
    return inspect.AnyType()


def sentence(described: inspect.Type) -> str:
    """A sentence on how a value of the type looks."""
    for kind, sentence in _SENTENCES.items():
        if isinstance(described, kind):
            return sentence(described)
    return "another value"


_SENTENCES: dict[type[inspect.Type], Callable[[Any], str]] = {
    inspect.StrType: lambda text: f"a text{_length(text)}",
    inspect.IntType: lambda number: f"a whole number{_range(number)}",
    inspect.FloatType: lambda number: f"a number{_range(number)}",
    inspect.BoolType: lambda _: "`true` or `false`",
    inspect.DateTimeType: lambda _: "a time as RFC 3339 with an offset, for example 2026-03-01T10:00:00Z",
    inspect.LiteralType: lambda literal: "one of " + ", ".join(f"`{value}`" for value in literal.values),
    inspect.ListType: lambda list_: (
        f"a list, each element {sentence(plain(list_.item_type))}{_or_null(list_.item_type)}"
    ),
    inspect.DictType: lambda dict_: f"an object, each value {sentence(plain(dict_.value_type))}",
    inspect.StructType: lambda struct: (
        f"an object with {', '.join(f'`{field.encode_name}`' for field in struct.fields)}"
    ),
    inspect.UnionType: lambda union: " or ".join(sentence(plain(kind)) for kind in union.types),
}


def _or_null(described: inspect.Type) -> str:
    return " or null" if isinstance(described, inspect.UnionType) and described.includes_none else ""


def _length(described: inspect.StrType) -> str:
    low, high = described.min_length, described.max_length
    if low and high:
        return f" of {low} to {high} characters"
    return " that is not empty" if low else ""


def _range(described: inspect.IntType | inspect.FloatType) -> str:
    low, high = described.ge, described.le
    if described.gt is not None:
        return f" above {described.gt:g}"
    if low is None or low <= -(2**53):
        return ""
    return f" of {low:g} or more" if high is None or high >= 2**31 - 1 else f" from {low:g} to {high:g}"


def _nearest(described: inspect.Type, value: Any) -> str:
    if isinstance(described, inspect.LiteralType):
        return did_you_mean(value, [str(each) for each in described.values])
    return ""


def failing_key(values: dict[str, Any], model: Any) -> str | None:
    """The first key of a dictionary whose value the model refuses; the library's message names none."""
    for key, value in values.items():
        try:
            msgspec.convert(value, model)
        except msgspec.ValidationError:
            return key
    return None
