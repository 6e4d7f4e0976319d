"""The pages of a board: a flywheel's or an organisation's, whole or as a fragment for a console."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from shared.board.document import document, root
from shared.board.heading import finding, purpose, top
from shared.board.markup import Child, element
from shared.board.sections.answer import answered
from shared.board.sections.children import children, results, shared, tenet_table
from shared.board.sections.delivery import delivery
from shared.board.sections.footing import footing
from shared.board.sections.holds import holds
from shared.board.sections.inputs import inputs
from shared.board.sections.maps import maps
from shared.board.sections.momentum import momentum
from shared.board.sections.next import next_action
from shared.board.sections.real import real
from shared.board.sections.receipts import receipt, receipts
from shared.board.sections.stars import winning_inside
from shared.board.sections.tenets import tenets
from shared.board.sections.tested import tested
from shared.board.sections.turns import turns
from shared.board.sections.whole import holds_several, real_inside
from shared.board.sections.winning import winning
from shared.board.theme import Theme
from shared.board.view import DETAILS, Audience, Link, Report, View, nowhere
from shared.flywheel.explain.explanation import Explanation
from shared.flywheel.history.values import History

LARGEST = 300_000
"""Bytes of a page."""


def flywheel_page(  # noqa: PLR0913  all but the first two by name
    report: Report,
    history: History,
    *,
    as_of: datetime,
    audience: Audience = "inside",
    theme: Theme | None = None,
    link: Link | None = None,
    receipts: Mapping[str, Explanation] | None = None,
) -> str:
    """The board of a flywheel as a complete HTML document, with no script and no request; of an organisation too.

    `report` and `history` are of the same flywheel, moment and window; `as_of` is when it is read, so that the page
    says how old it is. `audience` `link` shows aggregates, turns, actions and figures alone: no notes, reasons,
    addresses outside, event ids or receipts, and of an inherited metric only its course, unless its owner shares its
    value. `theme` None follows the reader's own. `link` gives the address of other pages. `receipts`: explanations by
    figure, for `inside` alone.
    """
    view = View(
        report=report,
        history=history,
        audience=audience,
        link=link or nowhere,
        as_of=as_of,
        receipts={} if receipts is None or audience == "link" else receipts,
    )
    pages = (document(f"{history.name}: the wheel", theme, *_parts(replace(view, detail=each))) for each in DETAILS)
    return _fitting(pages)


def flywheel_fragment(  # noqa: PLR0913  all but the first two by name
    report: Report,
    history: History,
    *,
    as_of: datetime,
    theme: Theme,
    audience: Audience = "inside",
    link: Link | None = None,
    call: str = "",
) -> str:
    """The same board as one element for a CloudWatch custom widget: in the console's theme, at the widget's width.

    `theme` is `widgetContext.theme`; the layout asks for the width of the element, so no size is needed. `call`: the
    ARN of the function that the widget asks for a receipt (`receipt_fragment`), with `{"receipt": path, "flywheel":
    id, "as_of": the report's}`; without one no receipt is offered.
    """
    view = View(report=report, history=history, audience=audience, link=link or nowhere, as_of=as_of, call=call)
    return _fitting(root(theme, *_parts(replace(view, detail=each))) for each in DETAILS)


def receipt_fragment(explanation: Explanation, *, theme: Theme) -> str:
    """One receipt as an element of its own, for the answer to a widget that asks for it."""
    return root(theme, element("div", receipt(explanation), class_="page"))


def _fitting(pages: Iterable[str]) -> str:
    """The first page that is small enough, else the last."""
    page = ""
    for page in pages:
        if len(page.encode()) <= LARGEST:
            break
    return page


SECTIONS = (turns, momentum, inputs, tested, tenets, delivery, maps, receipts)
"""Below the answers, in the order of a page."""
OF_A_PARENT = (children, results, shared, tenet_table, inputs, turns, maps, receipts)
"""The same for a flywheel with others below it: what they are, then what it has of its own."""


def _parts(view: View) -> list[Child]:
    is_parent = bool(view.history.children)
    answers = (
        winning_inside(view) if is_parent and view.report["value"]["north_star"] is None else winning(view),
        real_inside(view) if is_parent else real(view),
        holds_several(view) if is_parent else holds(view),
        next_action(view),
    )
    main = element(
        "main",
        *(answered(each, place) for place, each in enumerate(answers, 1)),
        *(part(view) for part in (OF_A_PARENT if is_parent else SECTIONS)),
        id="main",
    )
    header = element("header", top(view), element("h1", finding(view)), purpose(view))
    return [element("div", header, main, footing(view), class_="page")]
