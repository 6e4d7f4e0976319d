"""The story that `flywheel demo` tells: twenty weeks of two teams, always the same, with the faults of real pipes."""

from datetime import timedelta

from msgspec.structs import replace

from cli.demo.checkout import checkout
from cli.demo.delivery import Delivery
from cli.demo.search import search

TEAMS = ("checkout", "search")
ORGANISATION = "shop"
"""The flywheel above both teams; it sends nothing itself."""
FLYWHEELS = (*TEAMS, ORGANISATION)
WHY = {"search": "two ideas were dropped because a number did not move; it then looked back on them"}
"""The cause of a team's doom loop, for those who only read."""


def story() -> list[Delivery]:
    """All deliveries in the order in which they arrive."""
    deliveries = [*checkout(), *search()]
    return sorted([*deliveries, *_again(deliveries)], key=lambda each: (each.arrives, each.hook or "", each.tells))


def _again(deliveries: list[Delivery]) -> list[Delivery]:
    """Senders that got no answer in time send once more: GitHub's first deployment, LaunchDarkly's first release."""
    repeats = []
    for hook, kind in (("checkout-github", "Deployment Finished"), ("search-flags", "Feature Released")):
        first = min((each for each in deliveries if each.hook == hook and kind in each.tells), key=lambda e: e.arrives)
        repeats.append(replace(first, arrives=first.arrives + timedelta(minutes=1), again=True))
    return repeats
