"""Situations that a channel reads about: what the golden files are made from, each with the messages of one moment."""

from collections.abc import Callable
from functools import partial
from typing import Any

from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.summaries.digest import digests_of
from shared.flywheel.summaries.phases_and_turns import Summary, Transition, summary_of, transitions
from shared.flywheel.wheel.fold import fold
from tests.unit.domain.histories import FLYWHEEL, History, commit, facts_of, moment, rules
from tests.unit.summaries.wheels import AS_OF, at, barely_wired, doom_loop, first_turn, healthy, struggling, well_wired

Messages = list[tuple[str, Summary]]
"""Each with its channel."""
PERSONAS = {"ceo": "#leadership", "engineers": "#engineers", "product_leaders": "#product", "cto": "#technology"}


def newest_of_each(history: History) -> Messages:
    """The newest summary of each phase, of a turn and of a late outcome."""
    facts, settings = facts_of(history.events), Settings()
    newest: dict[int, Transition] = {each.phase: each for each in transitions(fold(facts, FLYWHEEL, settings, AS_OF))}
    made = (summary_of(newest[phase], facts, FLYWHEEL, settings) for phase in sorted(newest, key=lambda p: p or 9))
    return [(settings.channel_of(FLYWHEEL, each.phase), each) for each in made]


def closing(history: History) -> Messages:
    """What is said of the newest turn as it closes, and later."""
    return [(channel, each) for channel, each in newest_of_each(history) if each.phase in {0, 5}]


def digest(history: History, day: float = 170, *phases: int, **flywheel: Any) -> Messages:
    """The digests of the week up to a day; without phases the one for everyone."""
    settings = rules(**({"name": "Checkout", "time_zone": "Europe/Dublin", "personas": PERSONAS} | flywheel))
    [period] = periods(settings.flywheel(FLYWHEEL), moment(at(day)), 1)
    made = digests_of(facts_of(history.events), FLYWHEEL, settings, period, phases=phases or (0,))
    return [(settings.channel_of(FLYWHEEL, each.phase), each) for each in made]


def bet(result: str | None, after: float = 4.0, **outcome: Any) -> History:
    """A bet on an input of the north star, released on day 10; its outcome, if there is one, is known on day 17."""
    history = History().add(
        "Metric Defined", at(0), metric="orders", role="north_star", unit="orders a week", target=1000
    )
    for name, unit in (("reorders", "per customer"), ("baskets", None), ("trust", None)):
        history.add("Metric Defined", at(0), metric=name, role="input", unit=unit)
    history.add("Metric Measured", at(1), metric="orders", value=800)
    history.add("Metric Measured", at(5), metric="reorders", value=4.1)
    history.proposed(at(2), "reorder", title="Order again in one tap", input_metric="reorders")
    history.challenged(at(3), "pre-mortem", at(4), idea="reorder")
    history.worked(at(5), idea="reorder").deployed(at(9), "d1", commit("c1", at(8), "reorder"))
    history.released(at(10), "one-tap", idea="reorder", deployments=["d1"])
    history.add("Metric Measured", at(16), metric="reorders", value=after)
    return history if result is None else history.outcome(at(17), **({"idea": "reorder", "result": result} | outcome))


def late_outcome() -> History:
    """A bet that was delivered by its soak, and missed four weeks later."""
    note = "Customers who order again do it from the e-mail, not from the app."
    history = bet(None).add("Metric Measured", at(36), metric="reorders", value=4.0)
    return history.outcome(at(38), idea="reorder", result="missed", note=note)


def stopped(reason: str | None) -> History:
    """An idea that was taken no further: with a reason, or because its challenge said so."""
    history = bet(None).proposed(at(20), "gift", title="Gift wrapping")
    if reason is None:
        return history.challenged(at(21), "Is it worth a partner?", at(23), idea="gift", decision="stop")
    return history.stopped(at(24), "gift", reason=reason)


def withdrawn() -> History:
    """A delivery whose only feature turns out to have been withdrawn before its close."""
    return bet(None).withdrawn(at(12), "one-tap", service="web")


def incident_open() -> History:
    """A deployment that failed, with an incident open for two days as the next turn closes."""
    history = bet("met", 5.2).deployed(
        at(20), "d2", commit("c2", at(19)), url="https://ci.example.com/runs/2?attempt=1"
    )
    url = "https://pager.example.com/incidents/INC-7"
    history.incident(at(20.2), "INC-7", cause={"deployment": "d2"}, title="Payments time out", url=url)
    return history.released(at(15), "small", deployments=["d1"]).outcome(at(22.5), feature="small")


def blocked(closed: float | None = None) -> History:
    """A turn that waits for a security review."""
    history = bet("met", 5.2).proposed(at(18), "wallet", title="Card wallets")
    url = "https://jira.example.com/browse/SEC-77"
    until = None if closed is None else at(closed)
    return history.blocked(
        at(19), "SEC-77", until, idea="wallet", title="Threat model sign-off", url=url, category="approval"
    )


def north_star(value: float) -> History:
    """A north star that was 800 a month before, of 1000."""
    return bet("met", 5.2).add("Metric Measured", at(31), metric="orders", value=value)


def one_deployment() -> History:
    """A team that sent one deployment and nothing else."""
    return History().deployed(at(2), "d1", commit("c1", at(1)))


def parent_digest() -> Messages:
    """An organisation of three teams: one turns, one is held by what holds the first too, one is in a doom loop."""
    teams = {"checkout": ("Checkout", healthy), "search": ("Search", blocked), "growth": ("Growth", doom_loop)}
    shop = FlywheelSettings(id="shop", name="Shop", kind="organisation", cost_per_month=90_000)
    children = {key: FlywheelSettings(id=key, name=name, parent="shop") for key, (name, _) in teams.items()}
    settings = Settings(flywheels={"shop": shop, **children})
    events = [
        {**event, "source": key, "detail": {**event["detail"], "flywheel": key}}
        for key, (_, wheel) in teams.items()
        for event in wheel().events
    ]
    held = History(flywheel="checkout", source="checkout").proposed(at(100), "idea-x", title="Gift cards")
    events += held.blocked(at(101), "SEC-77", idea="idea-x").events
    [period] = periods(shop, moment(at(112)), 1)
    return [(settings.channel_of("shop", 0), each) for each in digests_of(facts_of(events), "shop", settings, period)]


WHEELS: dict[str, Callable[[], History]] = {
    "healthy": healthy,
    "struggling": struggling,
    "barely_wired": barely_wired,
    "doom_loop": doom_loop,
    "first_turn": first_turn,
    "well_wired": well_wired,
}


def newest_in(wheel: Callable[[], History]) -> Messages:
    """What a history made just now comes to."""
    return newest_of_each(wheel())


SITUATIONS: dict[str, Callable[[], Messages]] = {
    **{name: partial(newest_in, wheel) for name, wheel in WHEELS.items()},
    "healthy_digest": lambda: digest(healthy()),
    "struggling_digest": lambda: digest(struggling()),
    "barely_wired_digest": lambda: digest(barely_wired()),
    "doom_loop_digest": lambda: digest(doom_loop(), 106),
    "first_turn_digest": lambda: digest(first_turn(), 14),
    "well_wired_digest": lambda: digest(well_wired()),
    "one_deployment_digest": lambda: digest(one_deployment(), 7.5),
    "outcome_met": lambda: closing(bet("met", 5.2)),
    "outcome_missed": lambda: closing(bet("missed")),
    "outcome_learned": lambda: closing(bet("learned", note="Nobody wants it twice.")),
    "outcome_unknown": lambda: closing(bet(None)),
    "outcome_late": lambda: closing(late_outcome()),
    "stop_with_reason": lambda: closing(stopped("the partner went out of business")),
    "stop_by_challenge": lambda: closing(stopped(None)),
    "withdrawn": lambda: closing(withdrawn()),
    "incident_open": lambda: closing(incident_open()),
    "incident_open_digest": lambda: digest(incident_open(), 28.5),
    "blocked_digest": lambda: digest(blocked(), 28.5, 0, 2),
    "blocked_done_digest": lambda: digest(blocked(33), 35.5),
    "blocked_worn_digest": lambda: digest(blocked(), 56.5),
    "north_star_away_digest": lambda: digest(north_star(235), 35.5),
    "north_star_towards_digest": lambda: digest(north_star(880), 35.5, 1),
    "north_star_reached_digest": lambda: digest(north_star(1040), 35.5),
    "missed_digest": lambda: digest(late_outcome(), 42.5),
    "personas_digest": lambda: digest(well_wired(), 170, 1, 2, 3, 4),
    "personas_scaling_digest": lambda: digest(healthy(), 170, 1, 2, 3, 4, vocabulary="scaling"),
    "parent_digest": parent_digest,
    "personas_data_digest": lambda: digest(struggling(), 170, 1, 2, 3, 4, vocabulary="data"),
}
"""By name, which is its golden file's."""
