"""Team search sends little more than deployments, incidents and flags, ships every week and moves nothing: its north
star falls. It reacts to that by dropping one idea after another, a doom loop, until it challenges what it does.

Its events name no flywheel: its hooks are of this team alone, and `flywheel.toml` says whose service it is.
"""

from datetime import datetime

from cli.demo.delivery import UNREADABLE, Delivery
from cli.demo.moments import at
from cli.demo.search_challenge import out_of_the_loop
from cli.demo.search_tools import STAR, Tools
from cli.demo.senders.commits import Commit, Commits, commits_of

_DEPLOYMENTS: tuple[tuple[str, str, Commits], ...] = (
    ("search-41", "1 Wed 15:00", ((30, None), (6, None))),
    ("search-42", "2 Tue 10:00", ((90, None), (70, None), (20, None))),
    ("search-43", "2 Thu 16:30", ((28, None),)),
    ("search-45", "3 Thu 11:00", ((72, None), (49, None), (5, None))),
    ("search-46", "4 Fri 16:00", ((100, None), (48, None))),
    ("search-47", "5 Tue 11:00", ((60, None), (21, None))),
    ("search-48", "5 Thu 15:00", ((96, None), (71, None), (26, None))),
    ("search-50", "6 Wed 15:00", ((80, None), (22, None))),
    ("search-51", "7 Tue 14:00", ((140, None), (96, None), (30, None), (7, None))),
    ("search-51-2", "7 Fri 11:00", ((54, None),)),
    ("search-52", "8 Wed 14:00", ((70, None), (31, None))),
    ("search-53", "9 Wed 10:00", ((120, None), (90, None), (47, None))),
    ("search-55", "11 Wed 13:00", ((64, None), (28, None))),
    ("search-56", "12 Tue 13:00", ((52, None), (30, None))),
    ("search-58", "14 Tue 11:00", ((50, "FIND-14"), (28, "FIND-14"))),
    ("search-59", "15 Mon 15:00", ((26, "FIND-14"), (9, "FIND-14"))),
    ("search-60", "16 Wed 10:00", ((20, None),)),
    ("search-61", "17 Tue 14:00", ((24, "FIND-17"), (8, "FIND-17"))),
    ("search-62", "18 Mon 13:00", ((16, "FIND-17"), (4, "FIND-17"))),
    ("search-63", "19 Thu 10:00", ((22, "FIND-20"), (6, "FIND-20"))),
    ("search-64", "20 Wed 11:00", ((12, None),)),
)
_SHIPPED: tuple[tuple[str, str, str, str], ...] = (
    ("typo-tolerance", "2 Wed 17:00", "5 Mon 10:30", "nobody had noticed"),
    ("filters", "4 Mon 11:00", "7 Mon 10:30", "opened, and closed again"),
    ("synonyms", "6 Wed 17:00", "8 Mon 10:30", "they found more of the wrong things"),
    ("badges", "8 Wed 17:00", "10 Mon 10:30", "looked at, not clicked"),
    ("size-charts", "13 Tue 09:00", "14 Thu 10:30", "read by those who sent things back anyway"),
)
"""Features: their flags, when each was turned on, and when and why it was judged to have missed."""
_FALLING = (36, 36.2, 35.8, 35.9, 35.1, 34.8, 34.9, 34.2, 33.9, 34.1, 33.6, 33.9)
"""Percent of searches that find, week by week until the team looks back."""


def search() -> list[Delivery]:
    """Twenty weeks: eleven of shipping without a look, one in which the team looks back, eight of smaller bets."""
    team = Tools()
    for deployment, moment, commits in _DEPLOYMENTS:
        team.pipeline.deployed(at(moment), deployment, _commits(deployment, at(moment), commits))
    staged = _commits("search-44", at("3 Wed 17:00"), [(2, None)])
    team.pipeline.deployed_to_staging(at("3 Wed 17:00"), "search-44", staged)
    for flag, moment, judged, note in _SHIPPED:
        team.flags.turned_on(at(moment), flag)
        team.planning.outcome(judged, "missed", note, feature=flag)
    _a_slow_index(team)
    _a_release_taken_back(team)
    _a_star_that_falls(team)
    _into_the_doom_loop(team)
    out_of_the_loop(team)
    return [*team.sent, _unreadable()]


def _commits(deployment: str, finished: datetime, commits: Commits) -> list[Commit]:
    return list(commits_of(deployment, finished, commits))


def _a_slow_index(team: Tools) -> None:
    team.pipeline.incident("search-slow", at("5 Thu 16:20"), at("5 Thu 19:00"), severity="high")
    mended = at("5 Thu 18:50")
    commits = _commits("search-49", mended, [(1, None)])
    team.pipeline.deployed(mended, "search-49", commits, kind="hotfix", remediates="search-48")


def _a_release_taken_back(team: Tools) -> None:
    team.flags.turned_on(at("9 Thu 09:00"), "ranking-by-margin")
    cause = {"deployment": "search-53"}
    team.pipeline.incident("wrong-order", at("9 Fri 08:30"), at("9 Fri 12:00"), cause=cause)
    team.pipeline.rolled_back(at("9 Fri 11:50"), "search-54", remediates="search-53")
    team.flags.turned_off(at("9 Fri 12:10"), "ranking-by-margin")


def _a_star_that_falls(team: Tools) -> None:
    team.planning.tell("Goal Set", "goal-find", "1 Mon 09:00", goal="find-it", value_oriented=True,
                       statement="Whoever searches finds what they would buy")  # fmt: skip
    team.planning.tell("Metric Defined", "metric-find", "1 Mon 09:05", metric=STAR, role="north_star",
                       unit="percent of searches", target=40, cadence_days=7)  # fmt: skip
    for week, percent in enumerate(_FALLING, start=1):
        team.planning.tell("Metric Measured", f"find-week-{week}", f"{week} Mon 10:00", metric=STAR, value=percent)


def _into_the_doom_loop(team: Tools) -> None:
    """Two ideas dropped because a number did not move, with no challenge, no map, and nothing delivered in between."""
    for idea, title, proposed, dropped in (
        ("FIND-7", "Search by colour", "7 Thu 10:00", "10 Wed 15:00"),
        ("FIND-9", "Search by voice", "9 Mon 14:00", "11 Thu 16:00"),
    ):
        team.planning.idea(idea, proposed, title)
        team.planning.tell("Turn Stopped", f"{idea}-stopped", dropped, idea=idea, reason="the number did not move")


def _unreadable() -> Delivery:
    """An idea with a time that nobody can place: it is refused, and kept with field and value."""
    data = {"id": "FIND-11-proposed", "time": "2026-01-31 09:00", "idea": "FIND-11"}
    content = {"type": "idea.proposed", "data": data}
    headers = {"content-type": "application/json", "webhook-id": "msg_FIND-11"}
    return Delivery(
        arrives=at("4 Sat 09:00"), hook="search-planning", headers=headers, content=content, answer=UNREADABLE
    )
