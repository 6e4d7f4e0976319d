"""Slack's documented limits of tables (docs.slack.dev/reference/block-kit/blocks/data-table-block)."""

from typing import Any

MAX_ROWS, MAX_COLUMNS, MAX_CELLS, MAX_PAGE = 101, 20, 10_000, 100
"""Rows with the header; characters of all cells together; rows of a page."""
CELLS = ("raw_text", "raw_number", "rich_text")


def table_problem(block: dict[str, Any]) -> str | None:
    """What is wrong with a table: its caption, its shape, its cells."""
    if not isinstance(block.get("caption"), str) or not block["caption"]:
        return "missing required field: caption"
    if problem := _shape_problem(block):
        return problem
    if any(cell.get("type") == "rich_text" for cell in block["rows"][0]):
        return "the header takes no rich_text"
    cells = [cell for row in block["rows"] for cell in row]
    if problem := next((problem for cell in cells if (problem := _cell_problem(cell))), None):
        return problem
    return None if cell_characters(block) <= MAX_CELLS else f"no more than {MAX_CELLS} characters in all cells"


def _shape_problem(block: dict[str, Any]) -> str | None:
    rows, page = block.get("rows"), block.get("page_size", 5)
    if not isinstance(rows, list) or not 2 <= len(rows) <= MAX_ROWS:
        return f"rows must have 2 to {MAX_ROWS} items"
    widths = {len(row) if isinstance(row, list) else 0 for row in rows}
    if len(widths) > 1 or not 1 <= min(widths) <= MAX_COLUMNS:
        return f"rows must have the same number of cells, 1 to {MAX_COLUMNS}"
    return None if type(page) is int and 1 <= page <= MAX_PAGE else f"page_size must be 1 to {MAX_PAGE}"


def cell_characters(block: dict[str, Any]) -> int:
    """The characters of a table's cells."""
    return sum(len(str(cell.get("text", ""))) for row in block.get("rows", ()) for cell in row)


def _cell_problem(cell: dict[str, Any]) -> str | None:
    if cell.get("type") not in CELLS:
        return f"cells must be one of {', '.join(CELLS)}"
    if cell["type"] == "rich_text":
        return None
    if not isinstance(cell.get("text"), str) or not cell["text"]:
        return "text of a cell must be more than 0 characters"
    is_number = isinstance(cell.get("value"), int | float)
    return "value must be a number" if cell["type"] == "raw_number" and not is_number else None
