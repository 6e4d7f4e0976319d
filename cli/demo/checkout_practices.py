"""Practices that team checkout takes up besides its ideas, each with the week in which its figures begin."""

from datetime import timedelta

from cli.demo import maps
from cli.demo.checkout_tools import Tools
from cli.demo.moments import at
from cli.demo.senders.planning import EventParts, Planning

_STAR = "completed-checkouts"
_INPUTS = {
    "seconds-to-pay": (74, 74, 71, 68, 63, 60, 58, 55, 55, 54, 52, 47, 45, 44, 39, 37),
    "ways-to-pay": (3, 3, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5),
    "declined-cards": (4.1, 4.0, 3.6, 3.7, 3.1, 3.0, 2.8, 2.8, 2.9, 2.8, 2.8, 2.7, 2.6, 2.1, 1.8, 1.7),
}
"""Input metrics, and what they were at the end of each week from the fifth on."""
_COMPLETED = (64, 64.5, 66, 66, 68.5, 69, 68.8, 69.2, 69.5, 69.1, 70.2, 71, 71.8, 72.9, 73.6, 74.1)
_ROLES: dict[str, dict[str, object]] = {
    "seconds-to-pay": {"unit": "seconds", "target": 30, "direction": "down"},
    "ways-to-pay": {"unit": "ways"},
    "declined-cards": {"unit": "percent of cards", "direction": "down"},
}
_SAFETY = ((2, 6, 2, 6, 3, 6, 6), (1, 6, 2, 5, 2, 6, 7), (3, 5, 2, 6, 2, 5, None), (2, 5, 3, 5, 3, 6, 6),
           (1, 7, 1, 6, 2, 6, 7), (2, 6, 2, 6, 1, 7, 6))  # fmt: skip
_SURVEYS: dict[str, tuple[tuple[int | None, ...], ...]] = {
    "psychological_safety": _SAFETY,
    "westrum": tuple(tuple(min(7, 4 + (person + item) % 3) for item in range(6)) for person in range(6)),
    "developer_experience": tuple((3 + person % 3, 4, 5 - person % 2) for person in range(6)),
    "alignment": tuple((5, 4 + person % 3) for person in range(6)),
}
"""Sheets of six people; who gave which, nobody is told."""


def practices(team: Tools) -> None:
    """A north star in week 5, maps from week 6, surveys in week 7, reviews in week 8, carbon and the rest later."""
    planning = team.planning
    _north_star(planning)
    _draw_maps(planning)
    for week in (7, 13, 19):
        _ask(planning, week)
    _review(planning)
    _carbon(planning)
    for week in (9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 20):
        planning.tell("Ritual Held", f"walk-{week}", f"{week} Mon 08:30", ritual="whiteboard_walk")
    for idea, moment in (
        ("SHOP-152", "8 Mon 15:00"),
        ("SHOP-160", "11 Tue 11:00"),
        ("SHOP-171", "13 Mon 15:00"),
        ("SHOP-178", "15 Mon 15:00"),
        ("SHOP-190", "18 Thu 15:00"),
    ):
        roles = ["product", "engineering", "business"]
        planning.tell("Box Formed", f"{idea}-box", moment, idea=idea, roles=roles)


def _north_star(planning: Planning) -> None:
    planning.tell("Goal Set", "goal-finish", "5 Mon 09:00", goal="finish-what-you-started", value_oriented=True,
                  statement="Everyone who fills a basket can pay for it within a minute")  # fmt: skip
    star = {"metric": _STAR, "role": "north_star", "unit": "percent of baskets", "target": 75, "cadence_days": 7}
    defined: list[EventParts] = [("Metric Defined", "metric-completed", star)]
    defined += [
        ("Metric Defined", f"metric-{name}", {"metric": name, "role": "input", **more}) for name, more in _ROLES.items()
    ]
    planning.tell_all("5 Mon 09:30", defined)
    for place, percent in enumerate(_COMPLETED):
        week = place + 5
        measured: list[EventParts] = [("Metric Measured", f"{_STAR}-{week}", {"metric": _STAR, "value": percent})]
        measured += [
            ("Metric Measured", f"{name}-{week}", {"metric": name, "value": values[place]})
            for name, values in _INPUTS.items()
        ]
        planning.tell_all(f"{week} Fri 16:00", measured)
    late = {"metric": _STAR, "value": 66.4, "revision": 2}
    planning.tell_all("9 Mon 08:00", [("Metric Measured", f"{_STAR}-8", late)], time=at("8 Fri 16:00"))


def _draw_maps(planning: Planning) -> None:
    for name, moment, text in (
        ("market", "6 Tue 15:00", maps.MARKET),
        ("organisation", "8 Tue 15:00", maps.ORGANISATION),
        ("emerging_value", "9 Wed 15:00", maps.EMERGING),
        ("emerging_value", "12 Tue 15:00", maps.EMERGING_LATER),
        ("market", "15 Tue 15:00", maps.MARKET_LATER),
        ("organisation", "17 Tue 15:00", maps.ORGANISATION_LATER),
        ("emerging_value", "18 Wed 15:00", maps.EMERGING_AT_LAST),
    ):
        planning.tell("Map Submitted", f"map-{name}-{moment.split()[0]}", moment, map=name, text=text)
    for name, moment, text, idea in (
        ("receipt", "10 Thu 15:00", maps.RECEIPT, "acme/checkout#41"),
        ("wallets", "16 Fri 11:00", maps.WALLETS, "SHOP-185"),
    ):
        planning.tell("Map Submitted", f"map-{name}", moment, map="solution", text=text, idea=idea)


def _ask(planning: Planning, week: int) -> None:
    """All sheets of all surveys in one delivery, with the day alone for a time."""
    moment = f"{week} Fri 17:00"
    responses: list[EventParts] = [
        ("Survey Answered", f"{survey}-{week}-{place}", {"survey": survey, "answers": list(answers)})
        for survey, sheets in _SURVEYS.items()
        for place, answers in enumerate(sheets)
    ]
    planning.tell_all(moment, responses, time=at(moment).replace(hour=0))


def _review(planning: Planning) -> None:
    """Three Well-Architected reviews, a month or so apart."""
    for week, high, done in ((8, 4, 0), (12, 1, 3), (18, 1, 2)):
        risks = {
            "reliability": {"high": high, "medium": 3, "none": 12 - high},
            "security": {"high": 0, "medium": 2, "none": 10},
        }
        planning.tell("Review Recorded", f"review-{week}", f"{week} Wed 16:00", workload="checkout",
                      milestone=f"week-{week}", risks=risks, actions_done=done)  # fmt: skip


def _carbon(planning: Planning) -> None:
    """Fortnights, by one model: less and less is emitted for an order."""
    for week, orders, kwh in ((9, 20_400, 96.0), (11, 21_100, 88.5), (17, 22_300, 85.2), (19, 22_900, 84.1)):
        end = at(f"{week} Mon 00:00")
        planning.tell(
            "Carbon Recorded", f"carbon-{week}", f"{week} Tue 04:00", service="checkout-web", unit="order",
            units=orders, energy_kwh=kwh, intensity_gco2e_per_kwh=286.0, embodied_gco2e=5400,
            period_start=(end - timedelta(days=14)).isoformat(), period_end=end.isoformat(),
            method="location_based", model_version="2026.1",
        )  # fmt: skip
