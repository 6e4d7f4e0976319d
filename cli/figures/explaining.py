"""The receipt behind one figure: its rule, what counted with its part, and what did not and why."""

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.failure import WrongInputError
from cli.figures.question import Asked
from cli.terminal import page, print_json
from shared.flywheel.explain.explanation import Explanation
from shared.flywheel.explain.figure import UnknownFigureError, explain
from shared.flywheel.figures.account import Row
from shared.flywheel.wording import outside

_COMMIT = re.compile(r"commit ([0-9a-f]{16})")
_SHA = 12
_HOW = {
    "count": "the counted rows",
    "sum": "Σ of the counted values",
    "ratio": "Σ of the counted values ÷ Σ of what they are a part of",
    "distribution": "percentiles of the counted values",
    "share": "Σ of the counted values ÷ counted rows",
    "mean": "Σ of the counted values ÷ counted rows",
    "distinct": "how many different groups counted",
    "list": "the names of the counted rows",
    "largest": "the largest counted value",
    "largest_median": "the group with the largest median",
    "word": "the word that the rule chooses",
    "median": "the median of the counted values",
    "p85": "the 85th percentile of the counted values",
    "test": "the test of the values now beside those before",
    "reading": "what the rule reads from the counted events",
}


def print_explanation(asked: Asked, figure: str, as_json: bool) -> None:
    """Print the explanation to stdout. Raises WrongInputError with the nearest figures."""
    try:
        explanation = explain(
            asked.facts,
            figure,
            flywheel=asked.flywheel,
            settings=asked.settings,
            as_of=asked.as_of,
            window_days=asked.window_days,
            from_files=asked.from_files,
            origins=asked.origins.events,
        )
    except UnknownFigureError as error:
        raise WrongInputError(str(error).replace("figure:", "FIGURE:", 1)) from error
    explanation = replace(explanation, rows=tuple(_by_sha(row, asked.origins.shas) for row in explanation.rows))
    if as_json:
        print_json(_plain(explanation))
    else:
        _draw(page(), explanation)


def _by_sha(row: Row, shas: Mapping[int, str]) -> Row:
    """A commit by its sha instead of the 64 bits that its fact keeps, where the sha is known."""
    match = _COMMIT.fullmatch(row.what)
    sha = shas.get(int(match[1], 16)) if match else None
    return row if sha is None else replace(row, what=f"commit {sha[:_SHA]}")


def _plain(explanation: Explanation) -> dict[str, Any]:
    """As JSON; events by source and id, where known, else by key as 16 hexadecimal digits."""
    plain: dict[str, Any] = msgspec.to_builtins(explanation)
    for row in plain["rows"]:
        del row["keys"]
    return plain


def _draw(console: Console, explanation: Explanation) -> None:
    console.print(Text.assemble((explanation.figure, "bold cyan"), "  ", (_shown(explanation.value), "bold")))
    if explanation.label is not None:
        console.print(Text(f"{explanation.label}, {explanation.unit}: {explanation.explanation}"))
    scale = f", × {explanation.scale:.6g}" if explanation.scale != 1 else ""
    console.print(Text(f"{explanation.rule} ({_HOW[explanation.operation]}{scale})"))
    for note in explanation.notes:
        console.print(Text(note, style="yellow"))
    for title, counted in (("Counted", True), ("Left out", False)):
        rows = [row for row in explanation.rows if row.counted is counted]
        if rows:
            console.print(Text(f"\n{title}: {len(rows):,}", style="bold"))
            console.print(_table(rows))


def _table(rows: list[Row]) -> Table:
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(width=16, no_wrap=True)
    table.add_column(ratio=3, overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=4, overflow="fold")
    for row in rows:
        at = (row.at or "")[:16].replace("T", " ")
        of = f" of {row.of:.6g}" if row.of != 1 else ""
        value = "" if row.value is None else f"{row.value:.6g}{of}"
        group = f"{row.group}: " if row.group else ""
        table.add_row(
            Text(at, style="dim"),
            Text(outside(row.what)),
            Text(value, style="bold"),
            Text(group + row.why, style="dim"),
        )
    return table


def _shown(value: Any) -> str:
    return outside(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), 200)
