"""A page to begin with: every flywheel, each with what is so in a sentence."""

from collections.abc import Sequence

from shared.board.document import document
from shared.board.heading import finding
from shared.board.markup import Markup, element, named
from shared.board.theme import Theme
from shared.board.view import Link, Report, View
from shared.flywheel.history.values import History


def index_page(boards: Sequence[tuple[Report, History]], link: Link, theme: Theme | None = None) -> str:
    """The flywheels in the order given: those above others first, as the configuration has them."""
    views = [View(report=report, history=history, link=link, as_of=history.as_of) for report, history in boards]
    ordered = sorted(views, key=lambda view: len(view.history.above))
    rows = element("ul", *(_row(view) for view in ordered), class_="rows index")
    main = element("main", rows, id="main")
    return document(
        "Flywheels", theme, element("div", element("header", element("h1", "Flywheels")), main, class_="page")
    )


def _row(view: View) -> Markup:
    name = view.inward(named(view.history.name), "flywheel", view.history.flywheel)
    return element("li", element("span", name, class_="name"), element("span", finding(view)))
