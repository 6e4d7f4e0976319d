"""A small evaluator of IAM policies: allowed unless nothing allows it or something denies it.

Covers what the stack's roles and resource policies use: `Action`/`NotAction`, `Resource`/`NotResource` with
wildcards, `Principal`, and the string, ARN, number, boolean and null conditions with set operators. An unknown
condition operator never matches, so it can only take permissions away.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

Statement = Mapping[str, Any]
Context = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Access:
    """One thing that somebody wants to do: action, resource, who (resource policies only) and context keys."""

    action: str
    resource: str
    principal: str | None = None
    context: Context = field(default_factory=dict, hash=False)


def statements_of(document: Mapping[str, Any]) -> list[Statement]:
    """The statements of a policy document, which may hold one alone."""
    return list(_as_list(document.get("Statement")))


def is_allowed(statements: Iterable[Statement], access: Access) -> bool:
    """An explicit deny wins; without an allow the answer is no."""
    effects = {str(statement.get("Effect")) for statement in statements if applies(statement, access)}
    return "Allow" in effects and "Deny" not in effects


def is_denied(statements: Iterable[Statement], access: Access) -> bool:
    """Whether a statement forbids it, whatever others allow: a resource's word on who has leave by its own policies."""
    return any(statement.get("Effect") == "Deny" and applies(statement, access) for statement in statements)


def applies(statement: Statement, access: Access) -> bool:
    """Whether `statement` speaks of this access at all."""
    return (
        _covers(statement, "Action", access.action, ignore_case=True)
        and _covers(statement, "Resource", access.resource, ignore_case=False)
        and _principal_fits(statement, access.principal)
        and _conditions_hold(statement.get("Condition", {}), access.context)
    )


def _covers(statement: Statement, element: str, value: str, *, ignore_case: bool) -> bool:
    listed = _as_list(statement.get(element))
    if listed:
        return any(like(str(pattern), value, ignore_case=ignore_case) for pattern in listed)
    excluded = _as_list(statement.get(f"Not{element}"))
    return bool(excluded) and not any(like(str(pattern), value, ignore_case=ignore_case) for pattern in excluded)


def _principal_fits(statement: Statement, principal: str | None) -> bool:
    wanted = statement.get("Principal")
    if wanted is None:
        return True
    if principal is None:
        return False
    listed = _as_list(wanted) if not isinstance(wanted, dict) else [p for ps in wanted.values() for p in _as_list(ps)]
    return any(p in {"*", principal} for p in listed)


def _conditions_hold(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    return all(
        _condition_holds(operator, context.get(key), [str(value) for value in _as_list(wanted)])
        for operator, block in conditions.items()
        for key, wanted in block.items()
    )


def _condition_holds(operator: str, given: str | Sequence[str] | None, wanted: list[str]) -> bool:
    quantifier, _, name = operator.rpartition(":")
    optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    if name == "Null":
        return (given is None) == (wanted[0].lower() == "true")
    if given is None and quantifier == "ForAnyValue":
        return False
    if given is None:
        return optional or quantifier == "ForAllValues" or name.startswith(("StringNot", "ArnNot"))
    values = [str(value) for value in _as_list(given)]
    test = _CONDITIONS.get(name)
    if test is None:
        return False
    outcomes = (test(value, wanted) for value in values)
    return all(outcomes) if quantifier == "ForAllValues" else any(outcomes)


def _any_like(value: str, wanted: list[str]) -> bool:
    return any(like(pattern, value, ignore_case=False) for pattern in wanted)


_CONDITIONS: Final[dict[str, Callable[[str, list[str]], bool]]] = {
    "StringEquals": lambda value, wanted: value in wanted,
    "StringNotEquals": lambda value, wanted: value not in wanted,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() in [each.lower() for each in wanted],
    "StringLike": _any_like,
    "StringNotLike": lambda value, wanted: not _any_like(value, wanted),
    "ArnEquals": _any_like,
    "ArnLike": _any_like,
    "ArnNotEquals": lambda value, wanted: not _any_like(value, wanted),
    "ArnNotLike": lambda value, wanted: not _any_like(value, wanted),
    "Bool": lambda value, wanted: value.lower() in [each.lower() for each in wanted],
}


def like(pattern: str, value: str, *, ignore_case: bool) -> bool:
    """IAM's wildcards: `*` any run, `?` any one character."""
    return _regex(pattern, ignore_case=ignore_case).fullmatch(value) is not None


@lru_cache(maxsize=4096)
def _regex(pattern: str, *, ignore_case: bool) -> re.Pattern[str]:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]
