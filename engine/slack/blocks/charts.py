"""Slack's documented limits of charts (docs.slack.dev/reference/block-kit/blocks/data-visualization-block)."""

from typing import Any

MAX_TITLE, MAX_SERIES, MAX_POINTS, MAX_LABEL = 50, 6, 20, 20
MAX_CHARTS = 2
LINES = ("line", "bar", "area")


def chart_problem(block: dict[str, Any]) -> str | None:
    """What is wrong with a chart of lines, bars or areas; whole ones of segments are not known here."""
    title, chart = block.get("title"), block.get("chart")
    if not isinstance(title, str) or not 1 <= len(title) <= MAX_TITLE:
        return f"title must have 1 to {MAX_TITLE} characters"
    if not isinstance(chart, dict) or chart.get("type") not in LINES:
        return f"chart must be one of {', '.join(LINES)}"
    series, axes = chart.get("series"), chart.get("axis_config")
    categories = axes.get("categories") if isinstance(axes, dict) else None
    if not isinstance(categories, list) or not 1 <= len(categories) <= MAX_POINTS:
        return f"axis_config.categories must have 1 to {MAX_POINTS} items"
    if not isinstance(series, list) or not 1 <= len(series) <= MAX_SERIES:
        return f"series must have 1 to {MAX_SERIES} items"
    if len({each.get("name") for each in series}) < len(series):
        return "names of series must be unique"
    return next((problem for each in series if (problem := _series_problem(each, categories))), None)


def _series_problem(series: dict[str, Any], categories: list[Any]) -> str | None:
    data = series.get("data")
    if not isinstance(data, list) or [point.get("label") for point in data] != categories:
        return "labels of data must be the categories"
    if any(not isinstance(point.get("value"), int | float) for point in data):
        return "values must be numbers"
    if any(not isinstance(label, str) or not 1 <= len(label) <= MAX_LABEL for label in categories):
        return f"labels must have 1 to {MAX_LABEL} characters"
    return None
