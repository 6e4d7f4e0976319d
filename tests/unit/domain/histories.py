"""Histories for tests: tiny builders for hand-worked ones, and hypothesis strategies for dense random ones.

Times of the builders are short: `03-05 12:30` is 2026-03-05T12:30:00Z; a year may stand in front.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from hypothesis import strategies as st

import events
from shared.flywheel.facts import Fact, fact_of
from shared.flywheel.report import report
from shared.flywheel.settings import FlywheelSettings, Settings

FLYWHEEL = "checkout"
Envelope = dict[str, Any]
Report = dict[str, Any]


def moment(text: str) -> datetime:
    """`03-05 12:30` or `03-05` of 2026, or with a year, as an aware UTC time."""
    day, _, clock = text.partition(" ")
    date = day if day.count("-") == 2 else f"2026-{day}"
    return datetime.fromisoformat(f"{date}T{clock or '00:00'}+00:00")


def stamp(text: str) -> str:
    """The RFC 3339 form in which reports show `moment(text)`."""
    return moment(text).isoformat().replace("+00:00", "Z")


def commit(sha: str, time: str, *ideas: str, services: Sequence[str] | None = None) -> dict[str, Any]:
    """A commit as deployments list it, or, with `services`, as recorded changes do."""
    given = {"ideas": list(ideas) or None, "services": None if services is None else list(services)}
    return {"sha": sha, "time": stamp(time), **_stated(given)}


def facts_of(envelopes: Sequence[Envelope]) -> list[Fact]:
    """Decode and condense, as the log does."""
    return [fact_of(events.decode(envelope)) for envelope in envelopes]


def measured(
    envelopes: Sequence[Envelope],
    as_of: str,
    window: float = 28,
    settings: Settings | None = None,
    flywheel: str = FLYWHEEL,
) -> Report:
    """The report of these events."""
    return report(
        facts_of(envelopes),
        flywheel=flywheel,
        settings=settings or Settings(),
        as_of=moment(as_of),
        window_days=window,
    )


def rules(**flywheel: Any) -> Settings:
    """Settings in which the tests' flywheel has these rules."""
    return Settings(flywheels={FLYWHEEL: FlywheelSettings(id=FLYWHEEL, **flywheel)})


class History:
    """Events told one after the other; every method adds one (or an opening with its end) and returns the history.

    Details carry `flywheel` unless `flywheel=None` is given to the constructor or to one call.
    """

    def __init__(self, *, flywheel: str | None = FLYWHEEL, source: str = "pipeline") -> None:
        self.events: list[Envelope] = []
        self._flywheel = flywheel
        self._source = source

    def add(self, detail_type: str, time: str, **detail: Any) -> Self:
        """Any event; `id` is numbered unless given, fields that are None are left out."""
        source = detail.pop("source", self._source)
        body = {"id": f"event-{len(self.events)}", "time": stamp(time), "flywheel": self._flywheel} | detail
        self.events.append({"source": source, "detail-type": detail_type, "detail": _stated(body)})
        return self

    def proposed(self, time: str, idea: str, **more: Any) -> Self:
        return self.add("Idea Proposed", time, idea=idea, **more)

    def challenged(self, time: str, challenge: str, resolved: str | None = None, **more: Any) -> Self:
        """A challenge opened and, with `resolved` (a time), resolved; `decision` is `proceed` unless said."""
        decision = more.pop("decision", "proceed")
        self.add("Challenge Opened", time, challenge=challenge, **more)
        if resolved is not None:
            self.add("Challenge Resolved", resolved, challenge=challenge, decision=decision)
        return self

    def worked(self, time: str, **more: Any) -> Self:
        return self.add("Work Started", time, **more)

    def changed(self, time: str, head: str, *commits: Mapping[str, Any], **more: Any) -> Self:
        """Recorded changes of the repository `shop`, branch `main`, unless said."""
        body = {"repository": "shop", "branch": "main", "head": head, "commits": [dict(c) for c in commits]}
        return self.add("Change Recorded", time, **(body | more))

    def deployed(self, time: str, deployment: str, *commits: Mapping[str, Any], **more: Any) -> Self:
        """A succeeded, planned production deployment of the service `web`, unless said."""
        body = {"deployment": deployment, "service": "web", "environment": "production", "outcome": "succeeded"}
        return self.add("Deployment Finished", time, **(body | {"commits": [dict(c) for c in commits] or None} | more))

    def released(self, time: str, feature: str, **more: Any) -> Self:
        return self.add("Feature Released", time, feature=feature, **more)

    def withdrawn(self, time: str, feature: str, **more: Any) -> Self:
        return self.add("Feature Withdrawn", time, feature=feature, **more)

    def incident(self, opened: str, incident: str, resolved: str | None = None, **more: Any) -> Self:
        """An incident opened (with what `more` says) and, with `resolved` (a time), resolved."""
        self.add("Incident Opened", opened, incident=incident, **more)
        if resolved is not None:
            self.add("Incident Resolved", resolved, incident=incident)
        return self

    def blocked(self, opened: str, blocker: str, closed: str | None = None, **more: Any) -> Self:
        self.add("Blocker Opened", opened, blocker=blocker, **more)
        if closed is not None:
            self.add("Blocker Closed", closed, blocker=blocker)
        return self

    def outcome(self, time: str, **more: Any) -> Self:
        return self.add("Outcome Recorded", time, **({"result": "met"} | more))

    def stopped(self, time: str, idea: str, **more: Any) -> Self:
        return self.add("Turn Stopped", time, idea=idea, **more)

    def retracted(self, time: str, retracts: str, **more: Any) -> Self:
        return self.add("Event Retracted", time, retracts=retracts, **more)

    def report(self, as_of: str, window: float = 28, settings: Settings | None = None) -> Report:
        """The report of this history."""
        return measured(self.events, as_of, window, settings)

    def turn(self, turn: str, as_of: str, settings: Settings | None = None) -> dict[str, Any]:
        """One turn of the report's list."""
        (found,) = [t for t in self.report(as_of, settings=settings)["turn_list"] if t["turn"] == turn]
        return dict(found)


def _stated(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


# Strategies. Few names and few instants, so that everything meets everything.

START = datetime(2026, 3, 1, tzinfo=UTC)
HOURS = st.one_of(st.integers(0, 6).map(lambda n: n * 24), st.integers(0, 60), st.integers(0, 30).map(lambda n: n * 48))
TIMES = HOURS.map(lambda hours: (START + timedelta(hours=hours)).isoformat())
IDEAS = st.sampled_from(["idea-1", "idea-2", "idea-3"])
FEATURES = st.sampled_from(["feature-1", "feature-2"])
SERVICES = st.sampled_from(["web", "api"])
DEPLOYMENTS = st.sampled_from(["d1", "d2", "d3", "d4"])
SHAS = st.sampled_from(["a", "b", "c", "d", "e"])
NAMES = st.sampled_from(["one", "two"])


def _few(names: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(names, max_size=2, unique=True)


COMMITS = st.fixed_dictionaries({"sha": SHAS, "time": TIMES}, optional={"ideas": _few(IDEAS)})
RECORDED = st.fixed_dictionaries(
    {"sha": SHAS, "time": TIMES}, optional={"ideas": _few(IDEAS), "services": _few(SERVICES)}
)
CAUSES = st.one_of(
    st.fixed_dictionaries({"deployment": DEPLOYMENTS}),
    st.fixed_dictionaries({"commit": SHAS}),
    st.just({"external": True}),
)
IDEA: dict[str, st.SearchStrategy[Any]] = {"idea": IDEAS}
FEATURE: dict[str, st.SearchStrategy[Any]] = {"feature": FEATURES}
EITHER = IDEA | FEATURE
BUILD: dict[str, st.SearchStrategy[Any]] = {
    "deployment": DEPLOYMENTS,
    "service": SERVICES,
    "environment": st.sampled_from(["production", "Prod", "staging"]),
}
REVISION: dict[str, st.SearchStrategy[Any]] = {"head": SHAS, "repository": st.just("shop")}
CAUSE: dict[str, st.SearchStrategy[Any]] = {"cause": CAUSES, "service": SERVICES} | EITHER

SHAPES: dict[str, tuple[dict[str, st.SearchStrategy[Any]], dict[str, st.SearchStrategy[Any]]]] = {
    "Idea Proposed": (IDEA, FEATURE),
    "Goal Set": ({"goal": NAMES, "statement": st.just("s")}, EITHER),
    "Metric Defined": (
        {"metric": NAMES, "role": st.sampled_from(["north_star", "input"])},
        EITHER | {"target": st.integers(1, 3), "direction": st.sampled_from(["up", "down"])},
    ),
    "Metric Measured": ({"metric": NAMES, "value": st.integers(0, 4)}, {}),
    "Challenge Opened": ({"challenge": NAMES}, EITHER),
    "Challenge Resolved": (
        {"challenge": NAMES, "decision": st.sampled_from(["proceed", "change", "stop"])},
        EITHER,
    ),
    "Map Submitted": ({"map": st.just("market"), "text": st.just("component A [0.5, 0.5]")}, EITHER),
    "Blocker Opened": ({"blocker": NAMES}, EITHER),
    "Blocker Closed": ({"blocker": NAMES}, EITHER),
    "Work Started": (IDEA, FEATURE),
    "Change Recorded": (
        {"repository": st.just("shop"), "head": SHAS, "commits": st.lists(RECORDED, max_size=3)},
        {"branch": st.sampled_from(["main", "next"])},
    ),
    "Deployment Started": (BUILD, REVISION | EITHER),
    "Deployment Finished": (
        BUILD | {"outcome": st.sampled_from(["succeeded", "succeeded", "succeeded", "failed", "rolled_back"])},
        REVISION
        | EITHER
        | {
            "kind": st.sampled_from(["planned", "hotfix", "rollback"]),
            "commits": st.lists(COMMITS, max_size=3),
            "ideas": _few(IDEAS),
            "features": _few(FEATURES),
            "remediates": DEPLOYMENTS,
        },
    ),
    "Feature Released": (
        FEATURE,
        IDEA
        | {
            "service": SERVICES,
            "deployments": _few(DEPLOYMENTS),
            "commits": _few(SHAS),
            "audience": st.sampled_from([0, 0.5, 1]),
        },
    ),
    "Feature Withdrawn": (FEATURE, IDEA),
    "Incident Opened": ({"incident": NAMES}, CAUSE),
    "Incident Resolved": ({"incident": NAMES}, CAUSE),
    "Incident Reviewed": ({"incident": NAMES}, CAUSE),
    "Outcome Recorded": ({"result": st.just("met")} | IDEA, FEATURE),
    "Turn Stopped": (IDEA, FEATURE),
}
"""Per detail-type: the fields it must have, and those it may have."""

OFTEN = [
    *SHAPES,
    *["Idea Proposed", "Challenge Opened", "Feature Released", "Incident Opened", "Incident Resolved"] * 2,
    *["Deployment Finished", "Feature Released"] * 4,
]


@st.composite
def envelopes(draw: st.DrawFn, number: int = 0) -> Envelope:
    """One valid event. Its id holds `number`; no revision, no retraction."""
    detail_type = draw(st.sampled_from(OFTEN))
    must, may = SHAPES[detail_type]
    common = {"flywheel": st.sampled_from([FLYWHEEL, FLYWHEEL, FLYWHEEL, "search"]), "service": SERVICES}
    detail = draw(st.fixed_dictionaries(must | {"time": TIMES}, optional=common | may))
    return {"source": "pipeline", "detail-type": detail_type, "detail": {"id": f"event-{number}"} | detail}


@st.composite
def histories(draw: st.DrawFn, min_size: int = 1, max_size: int = 30) -> list[Envelope]:
    """Events of distinct identities, without retractions: a dense little world."""
    size = draw(st.integers(min_size, max_size))
    return [draw(envelopes(number=number)) for number in range(size)]


@st.composite
def retractions(draw: st.DrawFn, count: int, max_size: int = 3) -> list[Envelope]:
    """Events that take back some of the events `event-0` to `event-<count-1>`."""
    targets = draw(st.lists(st.integers(0, count - 1), max_size=max_size, unique=True))
    return [
        {
            "source": "pipeline",
            "detail-type": "Event Retracted",
            "detail": {"id": f"retraction-{n}", "time": draw(TIMES), "retracts": f"event-{n}"},
        }
        for n in targets
    ]


SETTINGS = st.builds(
    lambda release, soak, services: rules(release=release, soak_days=soak, services=services, repositories=("shop",)),
    st.sampled_from(["explicit", "explicit", "on_deployment"]),
    st.sampled_from([7.0, 1.0, 0.0]),
    st.sampled_from([(), ("web",), ("*",)]),
)
MOMENTS = st.integers(0, 90).map(lambda days: START + timedelta(days=days))
WINDOWS = st.sampled_from([84.0, 28.0, 7.0])
