"""The foot of a page: what counted, what was left out, how things are known, and what a board never says."""

from collections.abc import Iterator

from shared.board.markup import Markup, element
from shared.board.view import View
from shared.flywheel.catalogue.catalogue import CATALOGUE
from shared.flywheel.rules import RULES
from shared.flywheel.summaries.receipt import PARTS, every_reason
from shared.flywheel.wording import count_of, listing


def footing(view: View) -> Markup:
    """A few lines of small print."""
    return element("footer", *(element("p", line) for line in _lines(view)))


def _lines(view: View) -> Iterator[str]:
    receipt = view.report["receipt"]
    out = listing(every_reason(view.report)) or "nothing"
    yield f"Counted: {count_of(receipt['counted'], 'event')}. Left out: {out}."
    for note in receipt["notes"] if view.is_inside else ():
        kind = CATALOGUE.get(note["figure"])
        whose = PARTS.get(note["figure"], note["figure"]) if kind is None else kind.label.strip()
        yield f"{whose}: {note['note'].replace('`', '')}."
    yield (
        "Figures are of teams, never of people, and each is compared with its own past alone. "
        f"Unknown is hatched, never 0. Times in {view.history.time_zone}; rules {RULES}."
    )
