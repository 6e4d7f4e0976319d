"""Random histories of all detail-types: those of the domain's tests, with surveys, maps and reviews mixed in."""

from random import Random

from hypothesis import strategies as st

from shared.flywheel.settings.values import FlywheelSettings, Settings
from tests.unit.domain.histories import FLYWHEEL, SEEDS, SHAPES, Envelope, random_event

FAMILY = Settings(
    flywheels={
        "shop": FlywheelSettings(id="shop", cost_per_month=100.0, rituals={"walk": 7.0}),
        FLYWHEEL: FlywheelSettings(
            id=FLYWHEEL,
            parent="shop",
            soak_days=1.0,
            roles=("product",),
            domains={"orders": ("web",), "lake": ("api",)},
            central_domains=("lake",),
        ),
        "search": FlywheelSettings(id="search", parent="shop", services=("api",)),
    }
)
WHEELS = (*FAMILY.flywheels, "unassigned")
PRACTICES = ("Survey Answered", "Map Submitted", "Review Recorded", "Carbon Recorded", "Box Formed", "Ritual Held")


def random_practice(chance: Random, number: int) -> Envelope:
    """An event of those that are rare beside deployments; answer sheets most, as fewer than five tell nothing."""
    kind = chance.choice((*["Survey Answered"] * 6, *PRACTICES, "Metric Defined"))
    event = random_event(chance, number, kind)
    if kind == "Metric Defined":
        event["detail"] |= {"role": "input", "cadence_days": chance.choice((1, 7))}
    return event


def random_history(seed: int, size: int) -> list[Envelope]:
    """Half of the events are those of the domain's histories."""
    chance = Random(seed)
    return [
        (random_event if chance.random() < 0.5 else random_practice)(Random(chance.random()), number)
        for number in range(size)
    ]


HISTORIES = st.builds(random_history, SEEDS, st.integers(0, 80))
KINDS = frozenset(SHAPES)
