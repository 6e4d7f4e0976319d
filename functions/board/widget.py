"""The board as a custom widget of a CloudWatch dashboard: for engineers, with a choice of flywheels and receipts.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard.html
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from events.times import from_milliseconds
from shared.board.markup import Markup, element, joined
from shared.board.theme import theme_of
from shared.store.projections.answer_items import read_answer
from shared.store.segments.hints import Hints
from shared.store.table.table import Table

DESCRIBED: Final = """## The board of a flywheel

Shows what is stored of a flywheel or an organisation, with its receipts; it folds nothing.

Parameter | Means
---|---
`flywheel` | the id of a flywheel; without it the first, and a choice of all

```yaml
flywheel: checkout
```
"""
NOTHING: Final = "<p>Nothing is stored yet: the board shows within half an hour of the first event.</p>"


class Widget:
    """Answers a dashboard: what it is, or the board in the console's theme."""

    def __init__(self, table: Table, explainer: str) -> None:
        """`explainer`: the ARN of who has receipts."""
        self._table = table
        self._hints = Hints(table)
        self._explainer = explainer

    def answer(self, event: Mapping[str, Any], own_arn: str) -> str:
        """HTML, or Markdown where the console asks what this is. `own_arn`: whom a choice of flywheel asks again."""
        if event.get("describe"):
            return DESCRIBED
        known = self._hints.wheels()
        flywheel = str(event.get("flywheel") or next(iter(known), ""))
        answer = read_answer(self._table, flywheel) if flywheel else None
        if answer is None or answer.history is None:
            return _choice(known, own_arn) + NOTHING
        from shared.board.page import flywheel_fragment  # noqa: PLC0415  every section of a page

        context: Mapping[str, Any] = event.get("widgetContext") or {}
        above = [place.id for place in answer.history.above]
        below = [child.flywheel for child in answer.history.children]
        board = flywheel_fragment(
            answer.report,
            answer.history,
            as_of=max(answer.history.as_of, _read_at(context, answer.history.as_of)),
            theme=theme_of(context),
            call=self._explainer,
        )
        return _choice(dict.fromkeys([*above, *below, *known]), own_arn) + board


def _choice(flywheels: Iterable[str], own_arn: str) -> str:
    """All that can be looked at, each a button that shows it in this widget."""
    return element("p", *(_button(each, own_arn) for each in flywheels)).html


def _button(flywheel: str, own_arn: str) -> Markup:
    """A link, and behind it the element that has the console call the function when it is clicked."""
    asks = json.dumps({"flywheel": flywheel})
    action = element("cwdb-action", asks, action="call", display="widget", endpoint=own_arn, event="click")
    return joined(element("a", flywheel, class_="btn"), action, " ")


def _read_at(context: Mapping[str, Any], otherwise: datetime) -> datetime:
    """The end of the dashboard's time range: when the board is read. No clock is asked."""
    end = (context.get("timeRange") or {}).get("end")
    return from_milliseconds(int(end)) if isinstance(end, int | float) else otherwise
