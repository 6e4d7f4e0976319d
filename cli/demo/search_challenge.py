"""How team search leaves its doom loop: it looks back, draws maps, names the inputs of its north star, and challenges
each idea before it begins. It ships less from then on, and what it ships moves the number.
"""

from cli.demo import maps
from cli.demo.moments import at
from cli.demo.search_tools import STAR, Tools

_MEASURED = {
    STAR: (33.5, 33.8, 33.7, 34.6, 35.2, 35.9, 36.8, 37.4),
    "searches-without-result": (18.2, 18.0, 18.3, 18.1, 14.9, 13.2, 12.6, 12.1),
    "seconds-to-first-click": (21, 22, 21, 21, 20, 20, 16, 14),
}
"""What the north star and its inputs were from week 13 on."""
_FIRST = 13
_UNITS = {"searches-without-result": "percent of searches", "seconds-to-first-click": "seconds"}
"""Of the inputs; less is better."""


def out_of_the_loop(team: Tools) -> None:
    """Weeks 12 to 20."""
    _look_back(team)
    _inputs(team)
    _stopped_in_time(team)
    _by_picture(team)
    _sizes(team)
    _two_meanings(team)
    _nearest_shop(team)
    team.planning.tell("Map Submitted", "map-search-market-18", "18 Thu 14:00", map="market", text=maps.SEARCH_MARKET)


def _look_back(team: Tools) -> None:
    planning = team.planning
    planning.outcome("12 Tue 14:00", "learned", "nobody had asked for it", idea="FIND-7")
    planning.outcome("12 Tue 14:10", "learned", "works for short words only", idea="FIND-9")
    planning.outcome("12 Tue 14:20", "learned", "margin is no reason to find a thing", feature="ranking-by-margin")
    planning.tell("Map Submitted", "map-search-market", "12 Thu 14:00", map="market", text=maps.SEARCH_MARKET)
    planning.tell("Map Submitted", "map-search-organisation", "13 Tue 14:00", map="organisation",
                  text=maps.SEARCH_ORGANISATION)  # fmt: skip


def _inputs(team: Tools) -> None:
    defined = {"role": "input", "direction": "down"}
    team.planning.tell_all("13 Mon 09:00", [
        ("Metric Defined", f"metric-{name}", {"metric": name, "unit": unit, **defined})
        for name, unit in _UNITS.items()
    ])  # fmt: skip
    for place, values in enumerate(zip(*_MEASURED.values(), strict=True)):
        week = place + _FIRST
        team.planning.tell_all(f"{week} Mon 10:00", [
            ("Metric Measured", f"{name}-{week}", {"metric": name, "value": value})
            for name, value in zip(_MEASURED, values, strict=True)
        ])  # fmt: skip


def _stopped_in_time(team: Tools) -> None:
    """A challenge costs three days where dropping an idea late had cost three weeks."""
    team.planning.idea("FIND-12", "13 Mon 14:00", "Results as a film", goal="find-it")
    team.planning.challenge("FIND-12", "13 Tue 10:00", "13 Thu 10:00", decision="stop", kind="experiment",
                            challenger="s-05")  # fmt: skip


def _by_picture(team: Tools) -> None:
    idea = "FIND-14"
    team.planning.idea(idea, "13 Fri 10:00", "Search by picture", goal="find-it", follows="FIND-7",
                       input_metric="searches-without-result")  # fmt: skip
    team.planning.challenge(idea, "13 Fri 14:00", "14 Mon 11:00", kind="premortem", challenger="s-03")
    team.flags.turned_on(at("15 Tue 11:00"), "search-by-picture", idea=idea)
    team.planning.outcome("17 Mon 11:00", "met", "one in six searches without words begins so", idea=idea)


def _sizes(team: Tools) -> None:
    idea = "FIND-17"
    team.planning.idea(idea, "15 Wed 10:00", "Only what fits", goal="find-it", follows="FIND-14",
                       input_metric="seconds-to-first-click")  # fmt: skip
    team.planning.challenge(idea, "15 Thu 10:00", "16 Mon 15:00", kind="rfc", challenger="s-05")
    team.flags.turned_on(at("18 Mon 16:00"), "only-what-fits", idea=idea)
    team.planning.outcome("19 Thu 15:00", "met", idea=idea)


def _two_meanings(team: Tools) -> None:
    """A bet that misses, and is challenged by the one after it."""
    idea = "FIND-18"
    team.planning.idea(idea, "16 Tue 10:00", "Words with two meanings", goal="find-it",
                       input_metric="searches-without-result")  # fmt: skip
    team.planning.challenge(idea, "16 Tue 11:00", "16 Thu 15:00", challenger="s-02")
    team.flags.turned_on(at("17 Wed 11:00"), "which-one-do-you-mean", idea=idea)
    team.planning.outcome("18 Mon 11:00", "missed", "asked, and not answered", idea=idea)


def _nearest_shop(team: Tools) -> None:
    """One waits for the terms, as something of the other team does."""
    idea = "FIND-20"
    team.planning.idea(idea, "17 Wed 10:00", "In the shop next to you", goal="find-it", follows="FIND-14",
                       input_metric="searches-without-result")  # fmt: skip
    team.planning.challenge(idea, "17 Thu 10:00", "18 Tue 10:00", kind="map", challenger="s-02")
    team.planning.tell("Blocker Opened", "terms-search-opened", "18 Thu 10:00", blocker="terms", category="approval",
                       title="New terms of payment", idea=idea)  # fmt: skip
