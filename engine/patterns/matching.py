"""Event patterns as EventBridge rules and Lambda's event filters read them (the semantics of AWS's event-ruler).

moto's own matcher differs (arrays of objects, `exists` on objects, `$or`), so rules are matched here;
tests/contract/test_patterns_against_ruler.py asks event-ruler itself.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from engine.patterns.operators import OPERATORS, are_equal
from engine.patterns.syntax import OR


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Whether `event` fits `pattern`, as event-ruler finds it: over the event's leaves by path.

    Leaves that fit together must come from the same elements of the arrays that they share; what must not exist must
    not exist in any element.
    """
    leaves: dict[str, list[_Leaf]] = {}
    for path, leaf in _leaves_of(event, "", ()):
        leaves.setdefault(path, []).append(leaf)
    return any(_fits(wanted, leaves, ()) for wanted in _alternatives(pattern, ""))


class _Leaf(NamedTuple):
    """A scalar of an event; `elements`: for every array around it, which one, and the place in it."""

    value: Any
    elements: tuple[tuple[str, int], ...]


Wanted = list[tuple[str, list[Any]]]
"""By path, the tests of which one must hold."""


def _leaves_of(node: Any, path: str, elements: tuple[tuple[str, int], ...]) -> Iterator[tuple[str, _Leaf]]:
    """Scalars by path (`a.b`), array elements under the array's own; empty objects and arrays have none."""
    if isinstance(node, dict):
        for field, value in node.items():
            yield from _leaves_of(value, _joined(path, field), elements)
    elif isinstance(node, list):
        array = f"{path} {elements}"
        for place, value in enumerate(node):
            within = (*elements, (array, place)) if isinstance(value, dict | list) else elements
            yield from _leaves_of(value, path, within)
    else:
        yield path, _Leaf(node, elements)


def _alternatives(pattern: Mapping[str, Any], path: str) -> list[Wanted]:
    """A pattern without `$or`: the tests by path, in every way in which they may be combined."""
    combined: list[Wanted] = [[]]
    for field, wanted in pattern.items():
        if field == OR and isinstance(wanted, list) and all(isinstance(each, dict) for each in wanted):
            ways = [way for alternative in wanted for way in _alternatives(alternative, path)]
        elif isinstance(wanted, dict):
            ways = _alternatives(wanted, _joined(path, field))
        else:
            ways = [[(_joined(path, field), wanted)]]
        combined = [[*before, *way] for before in combined for way in ways]
    return combined


def _joined(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field


def _fits(wanted: Wanted, leaves: Mapping[str, list[_Leaf]], elements: tuple[tuple[str, int], ...]) -> bool:
    """Whether there is a leaf for every path, all from the same elements of shared arrays."""
    if not wanted:
        return True
    (path, tests), rest = wanted[0], wanted[1:]
    known = leaves.get(path, [])
    if not known and any(isinstance(test, dict) and test.get("exists") is False for test in tests):
        return _fits(rest, leaves, elements)
    chosen = dict(elements)
    return any(
        all(chosen.get(array, place) == place for array, place in leaf.elements)
        and any(_test_matches(test, leaf.value) for test in tests)
        and _fits(rest, leaves, (*elements, *leaf.elements))
        for leaf in known
    )


def _test_matches(test: Any, value: Any) -> bool:
    if not isinstance(test, dict):
        return are_equal(test, value)
    name, operand = next(iter(test.items()))
    if name == "exists":
        return bool(operand)
    if name == "anything-but":
        return not _any_of(operand, value)
    return OPERATORS[name](operand, value)


def _any_of(operand: Any, leaf: Any) -> bool:
    """Match `anything-but`: it excludes values, or one operator over a value or a list of values."""
    if isinstance(operand, dict):
        name, values = next(iter(operand.items()))
        return any(OPERATORS[name](value, leaf) for value in _as_list(values))
    return any(are_equal(value, leaf) for value in _as_list(operand))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
