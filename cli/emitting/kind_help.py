"""The help of one kind, `flywheel emit KIND --help`: its fields, what each holds, which it needs, and an example."""

import json
import shlex
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from typer.core import TyperCommand

GIVEN = frozenset({"id", "time", "revision"})
"""Fields of the event's own, which `emit` fills."""
SHORT = 4
"""Options of an example, unless the kind needs more."""


class EmitCommand(TyperCommand):
    """`emit`, whose help goes on with the fields of the kind that was typed before `--help`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Keep what was typed: help is asked for before any argument is read."""
        ctx.meta[__name__] = list(args)
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the fields of the kind; nothing where none was typed."""
        from cli.emitting.kinds import KINDS

        kind = next((each for each in ctx.meta.get(__name__, ()) if each.lower() in KINDS), None)
        if kind is None:
            return
        detail_type = KINDS[kind.lower()]
        with formatter.section(f"Fields of {detail_type} (* needed)"):
            formatter.write_dl(rows(detail_type))
        with formatter.section("Example"):
            formatter.write_text(shlex.join(example(kind.lower(), detail_type)))


def rows(detail_type: str) -> list[tuple[str, str]]:
    """Option and expectation of each field of a kind, the needed ones first and marked with a star."""
    from events import DETAIL_TYPES
    from events.expectations import contract_of, plain, sentence

    fields = sorted(contract_of(DETAIL_TYPES[detail_type]).fields, key=lambda field: not field.required)
    return [
        (option(field.encode_name) + ("*" if field.required else ""), sentence(plain(field.type)).replace("`", ""))
        for field in fields
        if field.encode_name not in GIVEN
    ]


def needed(detail_type: str) -> list[str]:
    """The fields that a kind cannot do without and that `emit` does not fill, in the order of the contract."""
    from events import DETAIL_TYPES
    from events.expectations import contract_of

    fields = contract_of(DETAIL_TYPES[detail_type]).fields
    return [field.encode_name for field in fields if field.required and field.encode_name not in GIVEN]


def example(kind: str, detail_type: str) -> Sequence[str]:
    """A command that sends an event of a kind, from the kind's own sample."""
    from events import schema

    sample = schema.sample(detail_type)["detail"]
    names = needed(detail_type)
    count = max(SHORT, len(names) + 2)
    others = [name for name in ("flywheel", "service", *sample) if name in sample and name not in {*names, *GIVEN}]
    names += [name for name in dict.fromkeys(others) if isinstance(sample[name], str | int | float)]
    while count < len(names) and not is_enough(detail_type, sample, names[:count]):
        count += 1
    values = [(name, sample[name]) for name in names[:count]]
    options = [(option(name), value if isinstance(value, str) else json.dumps(value)) for name, value in values]
    return ["flywheel", "emit", kind, *chain.from_iterable(options)]


def is_enough(detail_type: str, sample: Mapping[str, Any], names: Sequence[str]) -> bool:
    """True where the contract takes the kind with these fields of its sample alone."""
    from events import InvalidEventError, decode

    detail = {name: sample[name] for name in ("id", "time", *names)}
    try:
        decode({"source": "cli", "detail-type": detail_type, "detail": detail})
    except InvalidEventError:
        return False
    return True


def option(field: str) -> str:
    """The option of a field."""
    return "--" + field.replace("_", "-")
