"""Team search has only the minimum wiring: deployments, incidents and releases, so phases 1 and 2 stay unobserved.

Its events name no flywheel: `flywheel.toml` says whose service it is.
"""

from typing import Any

from cli.demo.teller import Commits, Teller

SERVICE = "search-api"

_DEPLOYMENTS: tuple[tuple[str, str, Commits], ...] = (
    ("search-41", "1 Wed 15:00", ((30, None), (6, None))),
    ("search-42", "2 Tue 10:00", ((90, None), (70, None), (20, None))),
    ("search-43", "2 Thu 16:30", ((28, None),)),
    ("search-45", "3 Thu 11:00", ((72, None), (49, None), (5, None))),
    ("search-46", "4 Fri 16:00", ((100, None), (48, None))),
    ("search-48", "5 Thu 15:00", ((96, None), (71, None), (26, None))),
    ("search-51", "7 Tue 14:00", ((240, None), (146, None), (30, None), (7, None))),
    ("search-53", "9 Wed 10:00", ((320, None), (190, None), (47, None))),
    ("search-55", "11 Wed 13:00", ((300, None), (260, None), (118, None), (28, None))),
)


def search() -> list[dict[str, Any]]:
    """Twelve weeks that slow down: batches grow, two releases hurt, and nobody wrote down why it was built."""
    team = Teller(None, "acme/search")
    for deployment, moment, commits in _DEPLOYMENTS:
        team.deploy(deployment, moment, commits, service=SERVICE)
    team.deploy("search-44", "3 Wed 17:00", [(2, None)], service=SERVICE, environment="staging")
    team.release("typo-tolerance", "2 Fri 09:00", service=SERVICE, deployments=["search-42", "search-43"])
    team.release("filters", "5 Mon 09:00", service=SERVICE, deployments=["search-46"])
    _a_slow_index(team)
    team.release("synonyms", "7 Wed 10:00", service=SERVICE, deployments=["search-51"])
    team.release("ranking-by-margin", "9 Thu 09:00", service=SERVICE, deployments=["search-53"])
    _a_release_taken_back(team)
    team.release("search-by-picture", "12 Mon 09:00", service=SERVICE, deployments=["search-55"])
    return team.told


def _a_slow_index(team: Teller) -> None:
    team.incident("search-slow", "5 Thu 16:20", "5 Thu 19:00", service=SERVICE, severity="high")
    team.deploy("search-49", "5 Thu 18:50", [(1, None)], service=SERVICE, kind="hotfix", remediates="search-48")


def _a_release_taken_back(team: Teller) -> None:
    team.incident("wrong-order", "9 Fri 08:30", "9 Fri 12:00", service=SERVICE, cause={"deployment": "search-53"})
    team.deploy("search-54", "9 Fri 11:50", service=SERVICE, kind="rollback", remediates="search-53")
    team.tell("flags", "Feature Withdrawn", "ranking-withdrawn", "9 Fri 12:10", feature="ranking-by-margin")
