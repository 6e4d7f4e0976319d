"""The facts of a report: those of the flywheel's fold, and of its whole family.

A parent shows its children side by side, and the surveys of a family protect each other (domain: "Surveys"): what one
flywheel may publish depends on what the others do. A fold for turns and summaries needs none of that.
"""

from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import each_once
from shared.flywheel.settings.values import Settings
from shared.store.log.reading import load_together
from shared.store.store import Store


def load_family(store: Store, flywheel: str, settings: Settings) -> list[Fact]:
    """All facts that the report of a flywheel and of everyone in its tree needs, each version once."""
    return each_once(load_together(store, settings.family_of(flywheel), settings).facts)
