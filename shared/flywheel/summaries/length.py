"""How long a summary is, and how one that is too long is cut: what matters least goes first."""

from collections.abc import Iterator

from msgspec.structs import replace

from shared.flywheel.summaries.summary import Action, Figure, Summary, TenetLine

MOST_WORDS = 140
"""Who reads a message in a channel reads no more (experience: "Slack")."""
PAGE = 5
"""Rows of a table that are in view; a press on the table shows the next."""
_LEAST_FIGURES = 2


def words(summary: Summary) -> int:
    """The words of a summary as a message shows them, its labels and marks counted too."""
    return sum(len(text.split()) for text in _texts(summary))


def fitted(summary: Summary) -> Summary:
    """A summary without as much of what is missing, its tenets, figures and its phase's goal as makes it too long.

    The first line of what is missing goes last: it may say that rules have changed, which is said once only.
    """
    while words(summary) > MOST_WORDS and (shorter := shorter_than(summary)) is not None:
        summary = shorter
    return summary


def shorter_than(summary: Summary) -> Summary | None:
    """The same without what matters least of it; None where all that is left matters."""
    if len(summary.missing) > 1:
        return replace(summary, missing=summary.missing[:-1])
    if summary.tenets:
        return replace(summary, tenets=summary.tenets[:-1])
    if len(summary.figures) > _LEAST_FIGURES:
        return replace(summary, figures=summary.figures[:-1])
    if summary.missing:
        return replace(summary, missing=())
    _, _, stands_on = summary.context.partition("; ")
    if stands_on.count("; "):
        return replace(summary, context=stands_on)
    return replace(summary, figures=summary.figures[:-1]) if summary.figures else None


def _texts(summary: Summary) -> Iterator[str]:
    yield from (summary.heading, summary.headline, summary.context, *summary.missing)
    yield from (_figure(each) for each in summary.figures)
    yield from (_tenet(each) for each in summary.tenets)
    if summary.chart is not None:
        yield summary.chart.title
        yield from (f"{series.name} line {series.values[-1]:g}" for series in summary.chart.series)
    if summary.table is not None:
        yield from (summary.table.title, *summary.table.columns)
        yield from (cell or "–" for row in summary.table.rows[:PAGE] for cell in row)
    yield "" if summary.action is None else _action(summary.action)


def _figure(figure: Figure) -> str:
    previous = "" if figure.previous is None else f"{figure.arrow} {figure.trend or ''}, was {figure.previous}"
    return f"{figure.label} {figure.value} {previous}"


def _tenet(line: TenetLine) -> str:
    return f"{line.title}: {' · '.join([line.status, *line.signals])}"


def _action(action: Action) -> str:
    links = " ".join(f"{link.title}: address (host)" for link in action.links)
    return f"Next: {action.text} {links} {action.because} {action.before}"
