"""A chart as Slack's own block, and charts and tables as text where a workspace refuses them. Pure.

Limits (docs.slack.dev/reference/block-kit/blocks/data-visualization-block): a title of 50, 6 series, 20 points, labels
of 20 characters, two charts a message.
"""

from collections.abc import Sequence

from shared.flywheel.summaries.summary import Chart
from shared.flywheel.wording import amount
from shared.slack.escaping import mrkdwn, plain
from shared.slack.parts import FIELD, Block, section
from shared.slack.tables import TABLE, fields_of

TITLE = 50
LABEL = 20
MOST_SERIES = 6
MOST_POINTS = 20
CHART = "data_visualization"


def chart_block(chart: Chart) -> Block:
    """The chart as a native block of lines; of many points the newest."""
    labels = [plain(label, LABEL) for label in chart.labels[-MOST_POINTS:]]
    return {
        "type": CHART,
        "title": plain(chart.title, TITLE),
        "chart": {
            "type": "line",
            "series": [
                {
                    "name": plain(series.name, LABEL),
                    "data": [
                        {"label": label, "value": value}
                        for label, value in zip(labels, series.values[-MOST_POINTS:], strict=True)
                    ],
                }
                for series in chart.series[:MOST_SERIES]
            ],
            "axis_config": {"categories": labels},
        },
    }


def without_charts(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks with each chart as a line of text, its first and last values, and each table as fields."""
    as_text = {CHART: _as_text, TABLE: fields_of}
    return [as_text[block["type"]](block) if block["type"] in as_text else block for block in blocks]


def _as_text(block: Block) -> Block:
    changes = []
    for series in block["chart"]["series"]:
        first, last = series["data"][0], series["data"][-1]
        change = f"{amount(first['value'])} on {first['label']}, {amount(last['value'])} on {last['label']}"
        changes.append(f"{series['name']} {change if first['value'] != last['value'] else amount(last['value'])}")
    return section(f"*{mrkdwn(block['title'], FIELD)}:* {mrkdwn('; '.join(changes), 3 * FIELD)}")
