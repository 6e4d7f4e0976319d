"""Batches in which everything happens that makes facts lie in several places."""

from shared.flywheel.settings.values import FlywheelSettings, Settings
from tests.unit.domain.histories import History, commit
from tests.unit.store.driving import Envelope

WORLD = Settings(
    flywheels={
        "web": FlywheelSettings(id="web", services=("web",)),
        "search": FlywheelSettings(id="search", repositories=("shop",)),
    }
)


def tangled() -> list[list[Envelope]]:
    """Batches in which everything happens: moves, retractions, hints, contests, head-only deployments."""
    told = History(flywheel=None)
    told.proposed("03-01", "cart", flywheel="web").proposed("03-01 01:00", "cart", flywheel="search", id="also")
    told.worked("03-02", idea="cart").deployed("03-03", "d1", head="c1", repository="shop", idea="cart")
    told.changed("03-02 12:00", "c1", commit("c1", "03-02 11:00"))
    told.incident("03-03 01:00", "i1", "03-03 02:00", service="web", cause={"deployment": "d1"})
    moved = told.events[0] | {"detail": told.events[0]["detail"] | {"revision": 2, "flywheel": "pay"}}
    again = (
        History(flywheel=None, source="pipeline")
        .retracted("03-04", "also", id="r1")
        .released("03-05", "basket", idea="cart", id="f1")
    )
    return [told.events[:3], told.events[3:], [moved, *again.events]]
