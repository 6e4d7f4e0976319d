"""The table of all detail-types and their fields in docs/events.md, made from the models."""

from msgspec import inspect

from events.catalogue import DETAIL_TYPES
from events.common import Detail
from events.delivery import WorkStarted
from events.expectations import contract_of, plain, sentence
from events.value import OutcomeRecorded

START = "<!-- from here on written by `python -m events.schema` -->"

_COMMON = Detail.__struct_fields__


def with_reference(page: str) -> str:
    """The page with everything after the mark written anew."""
    return page[: page.index(START) + len(START)] + "\n\n" + reference()


def reference() -> str:
    """One row for each detail-type with the fields that are its own; `*` marks the required ones."""
    common = ", ".join(_field(field) for field in contract_of(Detail).fields)
    rows = [f"| `{name}` | {_own(model)} | {_first(model.__doc__)} |" for name, model in DETAIL_TYPES.items()]
    return "\n".join(
        [
            f"Common to all: {common}.",
            "",
            "Where nothing else is said a field is a text; names have 1 to 256 characters, ids of events 1 to 128.",
            "",
            "| detail-type | fields besides the common ones | says |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _own(model: type[Detail]) -> str:
    fields = (
        field
        for field in contract_of(model).fields
        if field.encode_name not in _COMMON or (field.required and field.encode_name not in {"id", "time"})
    )
    either = " (one of `idea` and `feature` is required)" if model in {WorkStarted, OutcomeRecorded} else ""
    return ", ".join(_field(field) for field in fields) + either


def _field(field: inspect.Field) -> str:
    shape = _shape(plain(field.type))
    default = f"default `{field.default}`" if isinstance(field.default, str | int) else ""
    notes = ", ".join(note for note in (shape, default) if note)
    return f"`{field.encode_name}`{'*' if field.required else ''}" + (f" ({notes})" if notes else "")


def _shape(described: inspect.Type) -> str:
    """A type in the words of a table; nothing for a text."""
    if isinstance(described, inspect.LiteralType):
        return ", ".join(f"`{value}`" for value in described.values)
    if isinstance(described, inspect.ListType):
        inner = _shape(plain(described.item_type))
        return f"list of {inner}" if inner else "list"
    if isinstance(described, inspect.DictType):
        return f"by name: {_shape(plain(described.value_type))}"
    if isinstance(described, inspect.StructType):
        return "{" + ", ".join(_field(field) for field in described.fields) + "}"
    words = {inspect.StrType: "", inspect.DateTimeType: "time"}
    return words.get(type(described), sentence(described).removeprefix("a "))


def _first(doc: str | None) -> str:
    return (doc or "").strip().split("\n")[0].replace("|", "\\|")
