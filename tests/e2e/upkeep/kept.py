"""A stack that keeps its data, under a key of its own: synthesised once for whoever looks at one or the other."""

from pathlib import Path

from cli.embedded.assembly import assembly

KEY = "arn:aws:kms:us-east-1:123456789012:key/11112222-3333-4444-5555-666677778888"
_CONTEXT = {"stage": "dev", "retain_data": "true", "key_arn": KEY}
_STREAM = "2000-01-01T00:00:00.000"
"""Stands for the stream of the table that is adopted: known only once there is one, and passed on as it is."""


def kept_stack() -> Path:
    """Its cloud assembly."""
    return assembly(_CONTEXT)


def adopting(table: str, stream: str) -> str:
    """The template of that stack on another table, of this name, whose stream has this label."""
    [template] = assembly({**_CONTEXT, "table_name": table, "table_stream": _STREAM}).glob("*.template.json")
    text = template.read_text()
    assert _STREAM in text
    return text.replace(_STREAM, stream)
