"""Random histories of all detail-types: those of the domain's tests, with surveys, maps and reviews mixed in."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from shared.flywheel.settings import FlywheelSettings, Settings
from tests.unit.domain.histories import FLYWHEEL, IDEAS, SEEDS, SHAPES, Envelope, random_event

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
NAMES = ("Search", "Payment", "Power", "Mail")
MORE = ("Survey Answered", "Map Submitted", "Review Recorded", "Carbon Recorded", "Box Formed", "Ritual Held", "Metric")


def random_map(chance: Random) -> str:
    lines = [f"anchor {name} [1, 0.5]" for name in chance.sample(NAMES, chance.randint(0, 2))]
    for name in chance.sample(NAMES, chance.randint(0, 4)):
        mark = chance.choice(("", "inertia", "(buy)", "(build)", "(market, inertia)"))
        lines.append(f"component {name} [{chance.random():.2f}, {chance.random():.2f}] {mark}")
        if chance.random() < 0.5:
            lines.append(f"evolve {name} {chance.random():.2f}")
    return "\n".join([*lines, *chance.sample(("what is this", "A->B"), chance.randint(0, 1))])


def random_answers(chance: Random) -> list[int | None]:
    return [chance.choice((None, *range(1, 8))) for _ in range(chance.choice((7, 7, 6, 6, 3, 0)))]


def random_detail(chance: Random) -> tuple[str, dict[str, Any]]:
    kind = chance.choice((*["Survey Answered"] * 6, *MORE))
    bodies: dict[str, dict[str, Any]] = {
        "Survey Answered": {
            "survey": chance.choice(("psychological_safety", "westrum", "developer_experience", "alignment")),
            "answers": random_answers(chance),
        },
        "Map Submitted": {
            "map": chance.choice(("market", "organisation", "solution", "emerging_value")),
            "text": random_map(chance),
        },
        "Review Recorded": {
            "workload": chance.choice(("w", "v")),
            "risks": {"security": {"high": chance.randint(0, 3), "none": chance.randint(0, 3)}},
            "actions_done": chance.randint(0, 2),
        },
        "Carbon Recorded": {
            "period_start": f"2026-0{chance.randint(1, 2)}-01T00:00:00Z",
            "period_end": f"2026-0{chance.randint(2, 3)}-15T00:00:00Z",
            "unit": chance.choice(("order", "order", "user")),
            "units": chance.choice((1, 10.5, 1e-300)),
            "operational_gco2e": chance.choice((0, 3, 1e300)),
        },
        "Box Formed": {"idea": chance.choice(IDEAS), "roles": ["product"] if chance.random() < 0.5 else ["other"]},
        "Ritual Held": {"ritual": chance.choice(("walk", "talk"))},
    }
    if kind == "Metric":
        metric = {"metric": chance.choice(("one", "two")), "role": "input", "cadence_days": chance.choice((1, 7))}
        return "Metric Defined", metric
    return kind, bodies[kind]


def random_history(seed: int, size: int) -> list[Envelope]:
    """Half of the events are those of the domain's histories."""
    chance = Random(seed)
    events = []
    for number in range(size):
        event = random_event(Random(chance.random()), number)
        if chance.random() < 0.5:
            kind, detail = random_detail(chance)
            common = {"id", "time", "flywheel", "service"} | ({"idea"} if kind == "Map Submitted" else set())
            kept = {name: value for name, value in event["detail"].items() if name in common}
            event = event | {"detail-type": kind, "detail": kept | detail}
        events.append(event)
    return events


HISTORIES = st.builds(random_history, SEEDS, st.integers(0, 80))
KINDS = frozenset({*SHAPES, *MORE} - {"Metric"})
