"""A table as Slack's own block, and as fields where a workspace refuses it. Pure.

Limits (docs.slack.dev/reference/block-kit/blocks/data-table-block): a header and at most 100 rows, 20 columns, 10,000
characters in all cells, none of them empty.
"""

from itertools import islice

from shared.flywheel.summaries.length import PAGE
from shared.flywheel.summaries.summary import Table
from shared.flywheel.wording import plural
from shared.slack.escaping import mrkdwn, plain
from shared.slack.parts import FIELD, Block, text_of

CELL = 80
MOST_ROWS = 50
TABLE = "data_table"
NOTHING = "–"
"""Stands in a cell of which nothing is known."""


def table_block(table: Table) -> Block:
    """The table as a native block; the first column names the rows."""
    return {
        "type": TABLE,
        "caption": plain(table.title, FIELD),
        "rows": [[_cell(text) for text in row] for row in (table.columns, *table.rows[:MOST_ROWS])],
        "page_size": PAGE,
        "row_header_column_index": 0,
    }


def _cell(text: str) -> Block:
    return {"type": "raw_text", "text": plain(text, CELL) or NOTHING}


def fields_of(block: Block) -> Block:
    """A table's block as a section: a field for each of its first rows, then how many more there are."""
    columns, *rows = (tuple("" if cell["text"] == NOTHING else cell["text"] for cell in row) for row in block["rows"])
    table = Table(title=block["caption"], columns=columns, rows=tuple(rows))
    fields = [f"*{mrkdwn(row[0], FIELD)}*\n{mrkdwn(table.line_of(row), FIELD)}" for row in islice(rows, PAGE)]
    more = len(rows) - PAGE
    if more > 0:
        fields.append(f"*More*\n{plural(more, 'row')}")
    return {"type": "section", "fields": list(map(text_of, fields))}
