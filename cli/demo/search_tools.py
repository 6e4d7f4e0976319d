"""The tools of team search: a pipeline and a monitor that speak CDEvents, LaunchDarkly, a planning tool."""

from collections.abc import Iterator

from cli.demo.delivery import Delivery
from cli.demo.senders.cdevents import CdEvents
from cli.demo.senders.launchdarkly import LaunchDarkly
from cli.demo.senders.planning import Planning

SERVICE = "search-api"
STAR = "searches-that-find"


class Tools:
    """The senders of the team."""

    def __init__(self) -> None:
        self.pipeline = CdEvents("search-pipeline", SERVICE, "acme/search")
        self.flags = LaunchDarkly("search-flags", "search")
        self.planning = Planning("search-planning")

    @property
    def sent(self) -> Iterator[Delivery]:
        """All deliveries, by sender."""
        for sender in (self.pipeline, self.flags, self.planning):
            yield from sender.sent
