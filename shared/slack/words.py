"""How many words of a message are in view: of all blocks, buttons too; of a table those of its first page. Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

_LINK = re.compile(r"<[^|>]+\|([^>]*)>")


def words_of(blocks: Iterable[dict[str, Any]]) -> int:
    """What has a letter or a digit in it counts; of a link its label."""
    shown = (_LINK.sub(r"\1", text) for block in blocks for text in _texts(block))
    return sum(any(map(str.isalnum, word)) for text in shown for word in text.split())


def first_words(text: str, number: int) -> str:
    """The beginning of a text, of so many words."""
    listed = text.split()
    return text if len(listed) <= number else f"{' '.join(listed[:number])}…" if number > 0 else ""


def _texts(block: dict[str, Any]) -> Iterator[str]:
    """The texts of a block that are in view, whatever its kind."""
    if block["type"] == "data_visualization":
        yield block["title"]
        yield from (f"{series['name']} {series['data'][-1]['value']}" for series in block["chart"]["series"])
    elif block["type"] == "data_table":
        yield from (cell["text"] for row in block["rows"][: block["page_size"] + 1] for cell in row)
    else:
        parts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
        yield from (_text(part) for part in parts if part)


def _text(part: dict[str, Any]) -> str:
    """A text's own, or that of a button."""
    text = part["text"]
    return str(text["text"] if isinstance(text, dict) else text)
