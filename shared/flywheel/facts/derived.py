"""The fact of a kind of event that has none of its own: every plain field of its contract, by the contract's names.

Kept are texts, words, numbers, truths, times (microseconds) and lists of texts; of structures and tables a kind that
needs them has a fact of its own in `facts.fact`, with a row in `facts.of_event`. A contract's `kind` is its fact's
`form`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

import events
from events.common import Detail
from shared.flywheel.facts.fact import OWN, Fact
from shared.flywheel.moments import micros_or_none

LONGEST = 256
"""Characters of a text that a fact keeps: those of a name."""
_RENAMED = {"kind": "form"}
_IN_ALL = frozenset({*Detail.__struct_fields__, "repository"})
"""Fields that every fact has."""


def of_kind(facts: Iterable[Any], kind: str) -> list[Any]:
    """The facts of one detail-type, by its name: what a figure asks for of a kind whose fact is derived."""
    return [fact for fact in facts if fact.kind == kind]


Conversion = Callable[[Any], Any]


def _text(value: Any) -> Any:
    return value if value is None else value[:LONGEST]


def _texts(value: Any) -> Any:
    return tuple(text[:LONGEST] for text in value or ())


def _same(value: Any) -> Any:
    return value


_KEPT: dict[Any, tuple[Any, Conversion]] = {
    str: (str | None, _text),
    bool: (bool | None, _same),
    int: (int | None, _same),
    float: (float | None, _same),
    datetime: (int | None, micros_or_none),
    list[str]: (tuple[str, ...], _texts),
}
"""By the type of a field: that of the fact's, and how its value becomes one."""


Values = Callable[[Any], tuple[Any, ...]]
"""What takes the values of a fact's own fields from a detail."""


@cache
def derived_facts() -> Mapping[int, tuple[type[Any], Values]]:
    """The kinds that have no fact of their own, by number."""
    own = {type_.number for type_ in OWN}
    return {kind.number: derived_fact(kind) for kind in events.KINDS if kind.number not in own}


def derived_fact(kind: events.Kind) -> tuple[type[Any], Values]:
    """A type of fact for a kind, and what takes the values of its fields from a detail."""
    model, kept = kind.model, _kept_of(kind.model)
    fields = [(_RENAMED.get(field, field), type_) for field, type_, _ in kept]
    namespace = {"kind": kind.name, "number": kind.number, "is_derived": True, "is_final": model.is_final}
    namespace |= {"__doc__": model.__doc__, "__module__": __name__}
    type_ = msgspec.defstruct(model.__name__, fields, bases=(Fact,), namespace=namespace, frozen=True, gc=False)
    return type_, lambda detail: tuple(convert(getattr(detail, field)) for field, _, convert in kept)


def _kept_of(model: type[Detail]) -> list[tuple[str, Any, Conversion]]:
    hints = get_type_hints(model)
    known = ((field, _KEPT.get(_plain(hints[field]))) for field in model.__struct_fields__ if field not in _IN_ALL)
    return [(field, *kept) for field, kept in known if kept is not None]


def _plain(hint: Any) -> Any:
    """The one type behind a hint: without None, a word being a text."""
    if get_origin(hint) in {Union, UnionType}:
        inner = [part for part in get_args(hint) if part is not NoneType]
        return _plain(inner[0]) if len(inner) == 1 else None
    return str if get_origin(hint) is Literal else hint
