"""The story that `flywheel demo` tells: twelve weeks of two teams, always the same, with the faults of real pipes."""

import copy
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from cli.demo.checkout import checkout
from cli.demo.search import search
from cli.demo.teller import BEGINS, WEEKS, at

FLYWHEELS = ("checkout", "search")
ENDS = BEGINS + timedelta(weeks=WEEKS)


class Delivery(Struct, frozen=True):
    """An event and when it reaches the bus, which is not always when it happened."""

    arrives: datetime
    event: dict[str, Any]


def story() -> list[Delivery]:
    """All deliveries in the order in which they arrive."""
    events = [*checkout(), *search()]
    deliveries = [Delivery(datetime.fromisoformat(event["time"]), event) for event in events]
    deliveries += _faults({event["detail"]["id"]: event for event in events})
    return sorted(
        deliveries, key=lambda delivery: (delivery.arrives, delivery.event["source"], delivery.event["detail"]["id"])
    )


def _faults(told: dict[str, dict[str, Any]]) -> list[Delivery]:
    """Two deliveries repeated, one corrected by its sender, and one that says a time nobody can place."""
    corrected = copy.deepcopy(told["inc-44-resolved"])
    corrected["detail"] |= {"revision": 2, "time": "2026-03-10T11:25:00Z"}
    broken = copy.deepcopy(told["search-46-production"])
    broken["detail"] |= {"id": "search-47-production", "deployment": "search-47", "time": "2026-01-31 09:00"}
    return [
        Delivery(at("2 Wed 14:01"), told["web-201-production"]),
        Delivery(at("7 Thu 09:02"), told["bank-transfer-released"]),
        Delivery(at("10 Wed 09:00"), corrected),
        Delivery(at("4 Sat 09:00"), broken),
    ]
