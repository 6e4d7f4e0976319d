"""Team search sends little more than deployments, incidents and flags, and a north star that does not move: it reacts
to that by dropping one idea after another, a doom loop, until it looks back on what it dropped.

Its events name no flywheel: its hooks are of this team alone, and `flywheel.toml` says whose service it is.
"""

from collections.abc import Iterator
from datetime import datetime

from cli.demo import maps
from cli.demo.delivery import UNREADABLE, Delivery
from cli.demo.moments import at
from cli.demo.senders.cdevents import CdEvents
from cli.demo.senders.commits import Commit, Commits, commits_of
from cli.demo.senders.launchdarkly import LaunchDarkly
from cli.demo.senders.planning import Planning

SERVICE = "search-api"
_STAR = "searches-that-find"

_DEPLOYMENTS: tuple[tuple[str, str, Commits], ...] = (
    ("search-41", "1 Wed 15:00", ((30, None), (6, None))),
    ("search-42", "2 Tue 10:00", ((90, None), (70, None), (20, None))),
    ("search-43", "2 Thu 16:30", ((28, None),)),
    ("search-45", "3 Thu 11:00", ((72, None), (49, None), (5, None))),
    ("search-46", "4 Fri 16:00", ((100, None), (48, None))),
    ("search-48", "5 Thu 15:00", ((96, None), (71, None), (26, None))),
    ("search-51", "7 Tue 14:00", ((240, None), (146, None), (30, None), (7, None))),
    ("search-53", "9 Wed 10:00", ((320, None), (190, None), (47, None))),
    ("search-55", "11 Wed 13:00", ((110, "FIND-14"), (52, "FIND-14"), (28, "FIND-14"))),
)


class _Tools:
    """The senders of the team."""

    def __init__(self) -> None:
        self.pipeline = CdEvents("search-pipeline", SERVICE, "acme/search")
        self.flags = LaunchDarkly("search-flags", "search")
        self.planning = Planning("search-planning")

    @property
    def sent(self) -> Iterator[Delivery]:
        for sender in (self.pipeline, self.flags, self.planning):
            yield from sender.sent


def search() -> list[Delivery]:
    """Twelve weeks that slow down, until the team looks back."""
    team = _Tools()
    for deployment, moment, commits in _DEPLOYMENTS:
        team.pipeline.deployed(at(moment), deployment, _commits(deployment, at(moment), commits))
    staged = _commits("search-44", at("3 Wed 17:00"), [(2, None)])
    team.pipeline.deployed_to_staging(at("3 Wed 17:00"), "search-44", staged)
    for flag, moment in (("typo-tolerance", "2 Fri 09:00"), ("filters", "5 Mon 11:00"), ("synonyms", "7 Wed 10:00")):
        team.flags.turned_on(at(moment), flag)
    _a_slow_index(team)
    _a_release_taken_back(team)
    _a_star_that_does_not_move(team)
    _into_the_doom_loop(team)
    _out_of_it(team)
    return [*team.sent, _unreadable()]


def _commits(deployment: str, finished: datetime, commits: Commits) -> list[Commit]:
    return list(commits_of(deployment, finished, commits))


def _a_slow_index(team: _Tools) -> None:
    team.pipeline.incident("search-slow", at("5 Thu 16:20"), at("5 Thu 19:00"), severity="high")
    mended = at("5 Thu 18:50")
    commits = _commits("search-49", mended, [(1, None)])
    team.pipeline.deployed(mended, "search-49", commits, kind="hotfix", remediates="search-48")


def _a_release_taken_back(team: _Tools) -> None:
    team.flags.turned_on(at("9 Thu 09:00"), "ranking-by-margin")
    cause = {"deployment": "search-53"}
    team.pipeline.incident("wrong-order", at("9 Fri 08:30"), at("9 Fri 12:00"), cause=cause)
    team.pipeline.rolled_back(at("9 Fri 11:50"), "search-54", remediates="search-53")
    team.flags.turned_off(at("9 Fri 12:10"), "ranking-by-margin")


def _a_star_that_does_not_move(team: _Tools) -> None:
    team.planning.tell("Goal Set", "goal-find", "1 Mon 09:00", goal="find-it", value_oriented=True,
                       statement="Whoever searches finds what they would buy")  # fmt: skip
    team.planning.tell("Metric Defined", "metric-find", "1 Mon 09:05", metric=_STAR, role="north_star",
                       unit="percent of searches", target=40, cadence_days=7)  # fmt: skip
    for week, percent in enumerate((36, 36.2, 35.8, 35.9, 35.1, 34.8, 34.9, 34.2, 33.9, 34.6, 35.5, 36.1), start=1):
        team.planning.tell("Metric Measured", f"find-week-{week}", f"{week} Mon 10:00", metric=_STAR, value=percent)


def _into_the_doom_loop(team: _Tools) -> None:
    """Two ideas dropped because a number did not move, with no challenge, no map, and nothing delivered in between."""
    for idea, title, proposed, dropped in (
        ("FIND-7", "Search by colour", "5 Tue 10:00", "6 Wed 15:00"),
        ("FIND-9", "Search by voice", "6 Thu 10:00", "7 Thu 16:00"),
    ):
        team.planning.idea(idea, proposed, title)
        team.planning.tell("Turn Stopped", f"{idea}-stopped", dropped, idea=idea, reason="the number did not move")


def _out_of_it(team: _Tools) -> None:
    """The team looks back on what it dropped, draws a map, and challenges the next idea before it begins."""
    planning = team.planning
    planning.outcome("10 Tue 14:00", "learned", "nobody had asked for it", idea="FIND-7")
    planning.outcome("10 Tue 14:10", "learned", "works for short words only", idea="FIND-9")
    planning.outcome("10 Tue 14:20", "learned", "margin is no reason to find a thing", feature="ranking-by-margin")
    planning.tell("Map Submitted", "map-search-market", "10 Thu 14:00", map="market", text=maps.SEARCH_MARKET)
    planning.idea("FIND-14", "10 Fri 10:00", "Search by picture")
    planning.challenge("FIND-14", "10 Fri 14:00", "11 Tue 11:00", challenger="s-03")
    team.flags.turned_on(at("12 Mon 11:00"), "search-by-picture", idea="FIND-14")


def _unreadable() -> Delivery:
    """An idea with a time that nobody can place: it is refused, and kept with field and value."""
    data = {"id": "FIND-11-proposed", "time": "2026-01-31 09:00", "idea": "FIND-11"}
    content = {"type": "idea.proposed", "data": data}
    headers = {"content-type": "application/json", "webhook-id": "msg_FIND-11"}
    return Delivery(
        arrives=at("4 Sat 09:00"), hook="search-planning", headers=headers, content=content, answer=UNREADABLE
    )
