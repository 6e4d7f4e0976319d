"""Problems of a configuration, in sentences: what stands there, what is expected, what was probably meant."""

import json
import re
from collections.abc import Sequence
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from msgspec import Struct

from shared.flywheel.settings.toml_lines import Path
from shared.flywheel.wording import nearest

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHOWN = 80


class ConfigProblem(Struct, frozen=True):
    """One mistake: `key` is the dotted path; `problem` says what stands there, what is expected and the mend."""

    filename: str
    line: int
    key: str
    problem: str

    def __str__(self) -> str:
        return f"{self.filename}:{self.line}: {self.key + ': ' if self.key else ''}{self.problem}"


class ConfigError(ValueError):
    """A configuration that cannot be used; `errors` has every mistake, in the order of the file."""

    def __init__(self, errors: Sequence[ConfigProblem]) -> None:
        self.errors = sorted(errors, key=lambda error: (error.line, error.key))
        super().__init__("\n".join(map(str, self.errors)))

    @property
    def filename(self) -> str:
        """The file of the first mistake."""
        return self.errors[0].filename

    @property
    def line(self) -> int:
        """The line of the first mistake, from 1."""
        return self.errors[0].line

    @property
    def key(self) -> str:
        """The key of the first mistake."""
        return self.errors[0].key

    @property
    def problem(self) -> str:
        """A sentence on what is wrong with it, and the mend."""
        return self.errors[0].problem


def expected(value: Any, hint: Any, right: Sequence[str]) -> str:
    """A sentence: what stands there, how a value of the type looks, and the right one that is nearest."""
    return f"got {shown(value)}, expected {description(hint)}{near(value, right)}"


def description(hint: Any) -> str:
    """A description, in words, of how a value of the type looks."""
    if choices(hint):
        return "one of " + ", ".join(shown(choice) for choice in choices(hint))
    for meta in reversed(getattr(hint, "__metadata__", ())):
        if meta.description:
            return str(meta.description)
    described = (description(part) for part in get_args(hint) if part not in {NoneType, Ellipsis})
    return next(described, "a text")


def choices(hint: Any) -> tuple[str, ...]:
    """The values of a Literal; none for any other type."""
    return get_args(hint) if get_origin(hint) is Literal else ()


def element(hint: Any) -> Any:
    """The type of the elements of an annotated tuple."""
    return get_args(get_args(hint)[0])[0]


def near(value: Any, right: Sequence[str]) -> str:
    """`; did you mean …?` with the nearest right one, or nothing."""
    if not isinstance(value, str) or not right:
        return ""
    lowered = {choice.casefold(): choice for choice in right}
    matches = nearest(value.casefold()[:256], list(lowered), likeness=0.5)
    return f"; did you mean `{lowered[matches[0]]}`?" if matches else ""


def shown(value: Any) -> str:
    """A value as the file would write it, cut to a readable length."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def dotted(path: Path) -> str:
    """`flywheels.checkout.services[0]`, with quotes where TOML needs them."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += ("." if text else "") + (step if _BARE.fullmatch(step) else shown(step))
    return text
