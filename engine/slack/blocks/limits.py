"""Slack's documented limits of Block Kit, as the loopback server enforces them (docs.slack.dev/reference/block-kit)."""

from collections.abc import Callable
from typing import Any

from engine.slack.blocks.charts import MAX_CHARTS, chart_problem
from engine.slack.blocks.elements import actions_problem
from engine.slack.blocks.tables import MAX_CELLS, cell_characters, table_problem

MAX_BLOCKS = 50
MAX_HEADER = 150
MAX_SECTION = 3000
MAX_FIELDS = 10
MAX_FIELD = 2000
MAX_CONTEXT_ELEMENTS = 10
MAX_TEXT = 40_000
MAX_MESSAGE = 13_200
"""Characters in all blocks together; Slack answers `msg_blocks_too_long` beyond it."""


def block_error(blocks: Any) -> tuple[str, str] | None:
    """The error Slack would answer with, and its message, or None where the blocks are fine."""
    if not isinstance(blocks, list):
        return "invalid_blocks_format", "blocks must be a list"
    if len(blocks) > MAX_BLOCKS:
        return "invalid_blocks", f"no more than {MAX_BLOCKS} items allowed [json-pointer:/blocks]"
    total = 0
    for at, block in enumerate(blocks):
        problem = block_problem(block)
        if problem:
            return "invalid_blocks", f"{problem} [json-pointer:/blocks/{at}]"
        total += _characters(block)
    if sum(block.get("type") == "data_visualization" for block in blocks) > MAX_CHARTS:
        return "invalid_blocks", f"no more than {MAX_CHARTS} charts"
    if sum(cell_characters(block) for block in blocks if block.get("type") == "data_table") > MAX_CELLS:
        return "invalid_blocks", f"no more than {MAX_CELLS} characters in the cells of all tables"
    return ("msg_blocks_too_long", f"more than {MAX_MESSAGE} characters") if total > MAX_MESSAGE else None


def block_problem(block: Any) -> str | None:
    """What is wrong with one block of a message or of a form, as Slack would say it."""
    if not isinstance(block, dict):
        return "must be an object"
    check = _CHECKS.get(str(block.get("type")))
    return f"unsupported type: {block.get('type')!r}" if check is None else check(block)


def _section_problem(block: dict[str, Any]) -> str | None:
    text, fields = block.get("text"), block.get("fields")
    if text is None and fields is None:
        return "missing required field: text"
    if text is not None and (problem := _text_problem(text, MAX_SECTION)):
        return problem
    if fields is None:
        return None
    if not isinstance(fields, list) or not 1 <= len(fields) <= MAX_FIELDS:
        return f"fields must have 1 to {MAX_FIELDS} items"
    return next((problem for field in fields if (problem := _text_problem(field, MAX_FIELD))), None)


def _header_problem(block: dict[str, Any]) -> str | None:
    return _text_problem(block.get("text"), MAX_HEADER, ("plain_text",))


def _context_problem(block: dict[str, Any]) -> str | None:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= MAX_CONTEXT_ELEMENTS:
        return f"elements must have 1 to {MAX_CONTEXT_ELEMENTS} items"
    return next((problem for element in elements if (problem := _text_problem(element, MAX_SECTION))), None)


def _text_problem(text: Any, limit: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> str | None:
    if not isinstance(text, dict) or text.get("type") not in kinds:
        return f"text must be one of {', '.join(kinds)}"
    content = text.get("text")
    if not isinstance(content, str) or not content:
        return "must be more than 0 characters"
    if len(content) > limit:
        return f"must be less than {limit + 1} characters"
    return None


def _characters(block: dict[str, Any]) -> int:
    parts = [block.get("text"), *(block.get("fields") or []), *(block.get("elements") or [])]
    return sum(len(part["text"]) for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str))


def content_error(body: dict[str, Any]) -> tuple[str, ...] | None:
    """What Slack would say of a message's text and blocks: the error's name and perhaps its message, or None."""
    blocks = body.get("blocks") or []
    if not body.get("text") and not blocks:
        return ("no_text",)
    if len(str(body.get("text") or "")) > MAX_TEXT:
        return ("msg_too_long",)
    return block_error(blocks)


_CHECKS: dict[str, Callable[[dict[str, Any]], str | None]] = {
    "actions": actions_problem,
    "context": _context_problem,
    "data_table": table_problem,
    "data_visualization": chart_problem,
    "divider": lambda _: None,
    "header": _header_problem,
    "section": _section_problem,
}
"""What is wrong with a block, by its type."""
