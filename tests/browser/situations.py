"""Seven situations that a board must be good in, told as events: from a team that wins to one that nobody wired."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import sin
from typing import Any

from msgspec import Struct

from shared.flywheel.settings.values import FlywheelSettings, Settings
from tests.unit.domain.histories import Envelope, History, commit

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
AS_OF = datetime(2026, 6, 29, tzinfo=UTC)
DAYS = 174
"""From the start to the last day told of."""

TITLES = (
    "Guest checkout", "One-page payment form", "Gift cards", "Address lookup", "Pay by bank transfer",
    "Delivery date on the basket", "Retry a declined card", "Saved addresses", "Baskets kept for 30 days",
    "No surprise in the total", "Pay in one tap", "Delivery slots", "Card wallets", "Price promise", "Split a payment",
    "Reorder in one tap", "Receipts within a second",
)  # fmt: skip

SOLUTION = """title Payments
anchor Shopper [0.95, 0.6]
component Basket [0.8, 0.62]
component Address service [0.6, 0.45] inertia
component Payment routing [0.55, 0.5]
component Card vault [0.4, 0.62] inertia
component Fraud scoring [0.35, 0.3]
component Receipts [0.3, 0.66]
component Message queue [0.2, 0.85] (buy)
component Power [0.05, 0.95] (market)
evolve Payment routing 0.72
evolve Fraud scoring 0.5
evolve Address service 0.75
"""
SOLUTION_LATER = """title Payments
anchor Shopper [0.95, 0.6]
component Basket [0.8, 0.68]
component Address service [0.6, 0.46] inertia
component Payment routing [0.55, 0.73] (buy)
component Card vault [0.4, 0.74] inertia
component Fraud scoring [0.35, 0.36]
component Message queue [0.2, 0.85] (buy)
component Power [0.05, 0.95] (market)
component One-tap tokens [0.5, 0.15]
evolve Fraud scoring 0.5
evolve One-tap tokens 0.3
"""


class Situation(Struct, frozen=True, kw_only=True):
    """Events and settings, and whose board it is."""

    name: str
    events: list[Envelope]
    settings: Settings
    flywheel: str
    as_of: datetime = AS_OF


def at(days: float) -> str:
    """A moment, so many days after the start, as the histories take it."""
    return f"{START + timedelta(days=days):%Y-%m-%d %H:%M}"


def named(history: History, flywheel: str) -> list[Envelope]:
    """The events of a history, their ids apart from those of other flywheels."""
    for event in history.events:
        event["detail"]["id"] = f"{flywheel}-{event['detail']['id']}"
    return history.events


def team(
    flywheel: str = "checkout",
    titles: tuple[str, ...] = TITLES,
    *,
    every: float = 10,
    pace: float = 1.0,
    improves: bool = True,
    metrics: bool = True,
) -> History:
    """A team that delivers; with `improves` its second half is quicker, calmer and worth more than its first."""
    history = History(flywheel=flywheel, source=f"tools-{flywheel}")
    if metrics:
        _metrics(history, improves=improves)
    for n, title in enumerate(titles):
        start = n * every
        if start < DAYS - 4:
            _turn(history, n, title, start, pace * (0.55 if improves and start > 80 else 1.0), improves=improves)
    return history


def _metrics(history: History, *, improves: bool) -> None:
    history.add("Goal Set", at(0), goal="G1", statement="Shoppers pay without thinking", value_oriented=True)
    history.add(
        "Metric Defined",
        at(0),
        metric="baskets-that-become-orders",
        role="north_star",
        unit="percent of baskets",
        target=60,
        cadence_days=7,
    )
    inputs = {
        "baskets-with-a-delivery-date": (41.0, 0.3, "percent", 90.0, "up"),
        "payments-accepted-first-time": (88.4, 0.04, "percent", 96.0, "up"),
        "seconds-to-pay": (74.0, -0.05, "s", 55.0, "down"),
        "shoppers-who-leave-at-the-total": (14.2, -0.02, "percent", 8.0, "down"),
    }
    for metric, (_, _, unit, target, direction) in inputs.items():
        history.add(
            "Metric Defined",
            at(0),
            metric=metric,
            role="input",
            unit=unit,
            target=target,
            direction=direction,
            cadence_days=14,
        )
    for week in range(25):
        day = week * 7 + 1
        gain = max(0, day - 80) * 0.09 if improves else -day * 0.05
        history.add(
            "Metric Measured",
            at(day),
            metric="baskets-that-become-orders",
            value=round(47 - sin(week / 3) * 1.4 + gain, 1),
        )
        for place, (metric, (first, step, *_)) in enumerate(inputs.items()):
            if metric == "seconds-to-pay" and week > 16:
                continue
            moved = first + (step * day if improves else -step * day / 3) + sin(week * 1.7 + place) * abs(step) * 6
            history.add("Metric Measured", at(day + 0.1), metric=metric, value=round(moved, 1))


def _turn(history: History, n: int, title: str, start: float, pace: float, *, improves: bool) -> None:
    idea, feature, deployment = f"CHK-{n + 11}", f"feature-{n}", f"2.{n + 20}"
    inputs = ("baskets-with-a-delivery-date", "payments-accepted-first-time", "seconds-to-pay")
    history.proposed(
        at(start),
        idea,
        title=title,
        goal="G1",
        input_metric=inputs[n % 3],
        url=f"https://jira.example.com/browse/{idea}",
    )
    if n % 4 != 2:
        history.challenged(at(start + 3 * pace), f"review-{n}", at(start + 6 * pace), idea=idea, challenger=f"c{n % 5}")
    if n % 5 == 4 and not improves:
        history.stopped(at(start + 9 * pace), idea, reason="the number did not move")
        return
    history.worked(at(start + 7 * pace), idea=idea)
    for part in range(3):
        day = start + (10 + part * 4) * pace
        if day < DAYS:
            failed = part == 1 and n % (6 if improves and start > 80 else 2) == 0
            name = f"{deployment}.{part}"
            history.deployed(
                at(day),
                name,
                commit(f"{idea}-{part}", at(day - 2.6 * pace), idea),
                commit(f"{idea}-{part}b", at(day - 1.2 * pace), idea),
            )
            if failed:
                history.incident(
                    at(day + 0.1),
                    f"INC-{n}",
                    at(day + 0.1 + 0.2 * pace),
                    cause={"deployment": name},
                    title="Payments fail",
                )
                history.deployed(at(day + 0.3), f"{name}-fix", kind="hotfix", remediates=name)
    released = start + 19 * pace
    if released < DAYS:
        history.released(at(released), feature, idea=idea, audience=0.25)
        history.released(at(released + 1), feature, idea=idea)
    judged = released + 30 * pace
    if judged < DAYS and n % 6 != 1:
        result = "met" if (improves and start > 50) or n % 3 == 0 else ("learned" if n % 4 == 3 else "missed")
        history.outcome(at(judged), idea=idea, result=result, note="Shoppers save an address, then type another")


def practices(history: History) -> History:
    """Maps, surveys, reviews and carbon, so that all tenets have figures."""
    history.add("Map Submitted", at(66), map="solution", text=SOLUTION)
    history.add("Map Submitted", at(141), map="solution", text=SOLUTION_LATER)
    history.add("Map Submitted", at(20), map="organisation", text=SOLUTION)
    history.add("Map Submitted", at(60), map="market", text=SOLUTION)
    history.add("Map Submitted", at(120), map="emerging_value", text=SOLUTION_LATER)
    for survey, items, many in (("psychological_safety", 7, 9), ("westrum", 6, 9), ("alignment", 3, 3)):
        for person in range(many):
            answers = [
                2 if survey == "psychological_safety" and item in {0, 2, 4} else 5 + person % 2 for item in range(items)
            ]
            history.add("Survey Answered", at(150), survey=survey, answers=answers)
    history.add("Incident Reviewed", at(31), incident="INC-0", actions=2, actions_done=1)
    history.add(
        "Review Recorded", at(70), workload="checkout", risks={"security": {"high": 6, "medium": 10, "none": 15}}
    )
    return history


def healthy() -> Situation:
    """A team that wins again, and that one approval holds."""
    history = practices(team())
    _under_way(history)
    history.blocked(
        at(DAYS - 19), "SEC-77", idea="CHK-40", category="approval", title="Access to the card vault",
        url="https://jira.example.com/browse/SEC-77",
    )  # fmt: skip
    return _alone("healthy", history)


def struggling() -> Situation:
    """A team that loses ground: every bet misses, deployments fail, one incident is still open."""
    history = team(titles=TITLES[:9], every=17, pace=1.5, improves=False)
    history.incident(at(DAYS - 3), "INC-99", title="Checkout answers 500")
    return _alone("struggling", history)


def empty() -> Situation:
    """A team that was wired yesterday: one deployment."""
    history = History(flywheel="checkout").deployed(at(DAYS - 1), "1.0.0", commit("a", at(DAYS - 2)))
    return _alone("empty", history)


def _under_way(history: History) -> None:
    """Four ideas, one in each phase but the last, and one that stands still."""
    ideas = (
        ("CHK-40", "Baskets for two", 28),
        ("CHK-41", "Price alerts", 21),
        ("CHK-42", "Gift wrap", 14),
        ("CHK-43", "Buy again", 7),
    )
    for idea, title, age in ideas:
        history.proposed(at(DAYS - age), idea, title=title, goal="G1")
        if age > 7:
            history.challenged(
                at(DAYS - age + 3), f"review-{idea}", None if age == 14 else at(DAYS - age + 5), idea=idea
            )
        if age > 14:
            history.worked(at(DAYS - age + 7), idea=idea)


LONG = "Let everyone who has bought from us before order exactly the same things again, on any device, number"


def crowded() -> Situation:
    """Fifty turns with long names."""
    history = team(titles=tuple(f"{LONG} {n}" for n in range(50)), every=3.3)
    for n in range(8):
        history.blocked(
            at(DAYS - 9 - n), f"PLATFORM-APPROVAL-{n}-of-a-very-long-name-without-any-blank", idea=f"CHK-{58 - n}"
        )
    return _alone("crowded", history)


def organisation() -> Situation:
    """An organisation of twelve teams, some of which share a blocker."""
    flywheels = {"shop": FlywheelSettings(id="shop", name="Shop", kind="organisation")}
    events = []
    names = (
        "Checkout",
        "Search",
        "Delivery",
        "Loyalty",
        "Catalogue",
        "Pricing",
        "Payments",
        "Returns",
        "Accounts",
        "Stores",
        "Marketing and everything around it",
        "Data",
    )
    for place, name in enumerate(names):
        each = name.split()[0].lower()
        flywheels[each] = FlywheelSettings(id=each, name=name, parent="shop")
        history = team(
            each,
            TITLES[: 3 + place % 9],
            every=12 + place * 2,
            pace=0.7 + place % 4 * 0.3,
            improves=place % 3 != 1,
            metrics=place % 4 == 0,
        )
        if place in {0, 2, 5}:
            history.blocked(
                at(DAYS - 19 + place),
                "SEC-77",
                idea="CHK-12",
                title="Access to the card vault",
                url="https://jira.example.com/browse/SEC-77",
            )
        events += named(history, each)
    above = History(flywheel="shop").add(
        "Metric Defined", at(0), metric="orders-a-week", role="north_star", unit="thousand", target=50
    )
    for week in range(25):
        above.add(
            "Metric Measured",
            at(week * 7),
            metric="orders-a-week",
            value=round(41.6 - sin(week / 4) + max(0, week - 12) * 0.2, 1),
        )
    return Situation(
        name="organisation",
        events=[*events, *named(above, "shop")],
        settings=Settings(flywheels=flywheels),
        flywheel="shop",
    )


def sprawling() -> Situation:
    """An organisation of 40 teams with long names, some of which sent nothing yet."""
    flywheels = {"acme": FlywheelSettings(id="acme", name="Acme and everything that it delivers", kind="organisation")}
    events = []
    for place in range(40):
        each = f"team-{place}"
        name = f"Team {place} of the department with the long name" if place % 3 == 0 else f"T{place}"
        flywheels[each] = FlywheelSettings(id=each, name=name, parent="acme")
        if place % 10 != 9:
            history = team(
                each, TITLES[: 1 + place % 9], every=12 + place % 7, improves=place % 3 != 1, metrics=place % 4 == 0
            )
            events += named(history, each)
    return Situation(name="sprawling", events=events, settings=Settings(flywheels=flywheels), flywheel="acme")


FOREIGN = (
    "שלום עולם: תשלום מהיר",
    "الدفع بنقرة واحدة",
    "🚀 Ship 👩‍👩‍👧‍👦 baskets 🧺",
    "一页结账：更快付款",
    "\u202eevil\u202c name",
    "Zażółć gęślą jaźń",
    "ありがとうを言う機能",
    "हिन्दी में भुगतान",
)


def foreign() -> Situation:
    """Text that runs from right to left, emoji, overrides and scripts of all widths."""
    history = practices(team(titles=FOREIGN, every=20))
    history.blocked(at(DAYS - 12), "אישור-77", idea="CHK-18", title="אישור אבטחה 🔐 (security)")
    history.add("Metric Defined", at(1), metric="הזמנות 🛒", role="input", unit="₪", target=90)
    for week in range(20):
        history.add("Metric Measured", at(week * 7 + 2), metric="הזמנות 🛒", value=60 + week)
    return _alone("foreign", history, name="צוות תשלומים 💳")


def _alone(name: str, history: History, /, **settings: str) -> Situation:
    rules: dict[str, Any] = {"name": "Checkout", **settings}
    flywheels = {"checkout": FlywheelSettings(id="checkout", link_hosts=(), **rules)}
    return Situation(name=name, events=history.events, settings=Settings(flywheels=flywheels), flywheel="checkout")


SITUATIONS: dict[str, Callable[[], Situation]] = {
    each.__name__: each for each in (healthy, struggling, empty, crowded, organisation, sprawling, foreign)
}
