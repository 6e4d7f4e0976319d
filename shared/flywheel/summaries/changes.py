"""The change that a correction made to a summary, in a few words: for who read it as it was. Pure."""

from collections.abc import Iterator

from shared.flywheel.summaries.summary import Figure, Summary, Table, TenetLine

MOST = 4
"""So many changes are told one by one; then how many more there are."""


def changes(before: Summary, after: Summary) -> tuple[str, ...]:
    """Reversals, figures and tenets that differ, then all else that does; empty where both show the same."""
    differing = [
        *_reversals(before, after),
        *_figures(before, after),
        *_rows(before, after),
        *_tenets(before, after),
        *_words(before, after),
    ]
    more = len(differing) - MOST
    return (*differing[:MOST], f"{more} more") if more > 0 else tuple(differing)


def _figures(before: Summary, after: Summary) -> Iterator[str]:
    was: dict[str, Figure] = {figure.label: figure for figure in before.figures}
    for figure in after.figures:
        earlier = was.pop(figure.label, None)
        if earlier is None:
            yield f"{figure.label} is {figure.value}, and was not shown"
        elif earlier.value != figure.value:
            yield f"{figure.label} is {figure.value}, not {earlier.value}"
        elif earlier.previous != figure.previous:
            yield f"{figure.label} was {figure.previous or 'unknown'}, not {earlier.previous or 'unknown'}"
    yield from (f"{label} is no longer shown" for label in was)


def _rows(before: Summary, after: Summary) -> Iterator[str]:
    """The rows of a table that read otherwise, by what they are of."""
    was, now = _lines(before.table), _lines(after.table)
    yield from (f"{name} is {line}; not {was[name]}" for name, line in now.items() if was.get(name, line) != line)


def _lines(table: Table | None) -> dict[str, str]:
    return {} if table is None else {row[0]: table.line_of(row) for row in table.rows}


def _tenets(before: Summary, after: Summary) -> Iterator[str]:
    was: dict[str, TenetLine] = {line.title: line for line in before.tenets}
    for line in after.tenets:
        earlier = was.get(line.title)
        if earlier is not None and earlier.status != line.status:
            yield f"“{line.title}” is {line.status}, not {earlier.status}"
        elif earlier != line:
            yield f"“{line.title}” has other signals"


def _words(before: Summary, after: Summary) -> Iterator[str]:
    if before.action != after.action:
        yield "another next best action"
    if before.headline != after.headline:
        yield "another finding"
    if (before.context, before.missing) != (after.context, after.missing):
        yield "what it stands on"


def _reversals(before: Summary, after: Summary) -> Iterator[str]:
    """The outcome that holds no longer, and why: `no longer delivered: its only feature was withdrawn`."""
    if before.outcome != after.outcome:
        yield f"no longer {before.outcome}: {after.why or f'it was {after.outcome}'}"
