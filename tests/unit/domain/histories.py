"""Histories for tests: tiny builders for hand-worked ones, and hypothesis strategies for dense random ones.

Times of the builders are short: `03-05 12:30` is 2026-03-05T12:30:00Z; a year may stand in front.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Self

from hypothesis import strategies as st

import events
from events.catalogue import DETAIL_TYPES
from events.schema import sample
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import FlywheelSettings, Settings

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


# Random histories. Few names and few instants, so that everything meets everything. A strategy draws only a seed and a
# size, and the events come from the seed one by one: thousands of dense histories in seconds, and a failing one shrinks
# to the shortest beginning of itself that still fails.

START = datetime(2026, 3, 1, tzinfo=UTC)
Sample = Callable[[Random], Any]
IDEAS = ("idea-1", "idea-2", "idea-3")
FEATURES = ("feature-1", "feature-2")
SERVICES = ("web", "api")
DEPLOYMENTS = ("d1", "d2", "d3", "d4")
SHAS = ("a", "b", "c", "d", "e")
NAMES = ("one", "two")
SOURCE = "pipeline"
OTHER_SOURCE = "pager"


def _one(*values: Any) -> Sample:
    return lambda chance: chance.choice(values)


def _few(names: Sequence[str]) -> Sample:
    return lambda chance: chance.sample(names, chance.randint(0, 2))


def _time(chance: Random) -> str:
    """On whole days mostly, within eight weeks of START; sometimes some minutes or hours from one."""
    hours = chance.choice((24 * chance.randint(0, 10), 48 * chance.randint(0, 28), chance.randint(0, 60)))
    minutes = chance.choice((0, 0, 0, chance.randint(-6, 6), 60 * chance.randint(-5, 5)))
    return (START + timedelta(hours=hours, minutes=max(minutes, -60 * hours))).isoformat()


def _commit(chance: Random) -> dict[str, Any]:
    fields: Fields = {"sha": _one(*SHAS), "time": _time}
    return _drawn(chance, fields, {"ideas": _few(IDEAS)})


def _recorded(chance: Random) -> dict[str, Any]:
    return _commit(chance) | _drawn(chance, {}, {"services": _few(SERVICES)})


def _many(sample: Sample) -> Sample:
    return lambda chance: [sample(chance) for _ in range(chance.randint(0, 3))]


def _cause(chance: Random) -> dict[str, Any]:
    named: dict[str, Any] = {"deployment": chance.choice(DEPLOYMENTS), "commit": chance.choice(SHAS), "external": True}
    kind = chance.choice(tuple(named))
    return {kind: named[kind]}


COMPONENTS = ("Search", "Payment", "Power", "Mail")


def random_map(chance: Random) -> str:
    """A small map with anchors, methods, inertia, moves, and sometimes a line that nobody understands."""
    lines = [f"anchor {name} [1, 0.5]" for name in chance.sample(COMPONENTS, chance.randint(0, 2))]
    for name in chance.sample(COMPONENTS, chance.randint(0, 4)):
        mark = chance.choice(("", "inertia", "(buy)", "(build)", "(market, inertia)"))
        lines.append(f"component {name} [{chance.random():.2f}, {chance.random():.2f}] {mark}")
        if chance.random() < 0.5:
            lines.append(f"evolve {name} {chance.random():.2f}")
    return "\n".join([*lines, *chance.sample(("what is this", "A->B"), chance.randint(0, 1))])


def _answers(chance: Random) -> list[int | None]:
    return [chance.choice((None, *range(1, 8))) for _ in range(chance.choice((7, 7, 6, 6, 3, 0)))]


def _risks(chance: Random) -> dict[str, dict[str, int]]:
    return {"security": {"high": chance.randint(0, 3), "none": chance.randint(0, 3)}}


Fields = dict[str, Sample]
IDEA: Fields = {"idea": _one(*IDEAS)}
FEATURE: Fields = {"feature": _one(*FEATURES)}
EITHER = IDEA | FEATURE
BUILD: Fields = {
    "deployment": _one(*DEPLOYMENTS),
    "service": _one(*SERVICES),
    "environment": _one("production", "production", "Prod", "live", "staging"),
}
REVISION: Fields = {"head": _one(*SHAS), "repository": _one("shop")}
CAUSE: Fields = {"cause": _cause, "service": _one(*SERVICES)}
COMMON: Fields = {"flywheel": _one(FLYWHEEL, FLYWHEEL, FLYWHEEL, FLYWHEEL, "search"), "service": _one(*SERVICES)}

SHAPES: dict[str, tuple[int, Fields, Fields]] = {
    "Idea Proposed": (4, IDEA, FEATURE | {"follows": _one(*IDEAS, *FEATURES)}),
    "Goal Set": (1, {"goal": _one(*NAMES), "statement": _one("s")}, EITHER),
    "Metric Defined": (
        1,
        {"metric": _one(*NAMES), "role": _one("north_star", "input")},
        EITHER | {"target": _one(1, 2, 3), "direction": _one("up", "down"), "unit": _one("orders", "users")},
    ),
    "Metric Measured": (1, {"metric": _one(*NAMES), "value": _one(0, 1, 2, 3, 4)}, {}),
    "Challenge Opened": (2, {"challenge": _one(*NAMES)}, EITHER),
    "Challenge Resolved": (1, {"challenge": _one(*NAMES), "decision": _one("proceed", "change", "stop")}, EITHER),
    "Map Submitted": (
        1,
        {"map": _one("market", "organisation", "solution", "emerging_value"), "text": random_map},
        EITHER,
    ),
    "Survey Answered": (
        1,
        {"survey": _one("psychological_safety", "westrum", "developer_experience", "alignment"), "answers": _answers},
        {},
    ),
    "Blocker Opened": (1, {"blocker": _one(*NAMES)}, EITHER),
    "Blocker Closed": (1, {"blocker": _one(*NAMES)}, EITHER),
    "Work Started": (2, IDEA, FEATURE),
    "Change Recorded": (
        3,
        {"repository": _one("shop"), "head": _one(*SHAS), "commits": _many(_recorded)},
        {"branch": _one("main", "next")},
    ),
    "Deployment Started": (1, BUILD, REVISION | EITHER),
    "Deployment Finished": (
        12,
        BUILD | {"outcome": _one(*["succeeded"] * 4, "failed", "rolled_back")},
        REVISION
        | EITHER
        | {
            "kind": _one("planned", "planned", "hotfix", "rollback"),
            "commits": _many(_commit),
            "ideas": _few(IDEAS),
            "features": _few(FEATURES),
            "remediates": _one(*DEPLOYMENTS),
            "started_at": _time,
        },
    ),
    "Feature Released": (
        8,
        FEATURE,
        IDEA | {"deployments": _few(DEPLOYMENTS), "commits": _few(SHAS), "audience": _one(0, 0.5, 1)},
    ),
    "Feature Withdrawn": (1, FEATURE, IDEA),
    "Incident Opened": (3, {"incident": _one(*NAMES)}, CAUSE | EITHER),
    "Incident Resolved": (3, {"incident": _one(*NAMES)}, CAUSE | EITHER),
    "Incident Reviewed": (1, {"incident": _one(*NAMES)}, CAUSE | EITHER),
    "Outcome Recorded": (2, {"result": _one("met", "missed", "learned")} | IDEA, FEATURE),
    "Turn Stopped": (1, IDEA, FEATURE),
    "Review Recorded": (1, {"workload": _one("w", "v"), "risks": _risks}, {"actions_done": _one(0, 1, 2)}),
    "Carbon Recorded": (
        1,
        {
            "period_start": _one("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
            "period_end": _one("2026-02-15T00:00:00Z", "2026-03-15T00:00:00Z"),
            "unit": _one("order", "order", "user"),
            "units": _one(1, 10.5, 1e-90),
            "operational_gco2e": _one(0, 3, 1e90),
        },
        {"embodied_gco2e": _one(0, 1), "model_version": _one("1", "2")},
    ),
    "Box Formed": (1, IDEA | {"roles": _one(["product"], ["product", "data"], ["other"])}, {}),
    "Ritual Held": (1, {"ritual": _one("walk", "talk")}, {}),
}
"""Every detail-type but `Event Retracted`: how often it comes, the fields it must have, and those it may have."""


def _shape_of_sample(kind: str) -> tuple[int, Fields, Fields]:
    """Of a kind that has none above: its sample, at any time."""
    stated = {name: value for name, value in sample(kind)["detail"].items() if name not in ("id", "time", "flywheel")}
    return 1, {name: _one(value) for name, value in stated.items()}, {}


SHAPES |= {kind: _shape_of_sample(kind) for kind in events.DETAIL_TYPES if kind not in {*SHAPES, "Event Retracted"}}


def _drawn(chance: Random, must: Fields, may: Fields) -> dict[str, Any]:
    return {name: sample(chance) for name, sample in must.items()} | {
        name: sample(chance) for name, sample in may.items() if chance.random() < 0.35
    }


def random_event(chance: Random, number: int, kind: str | None = None) -> Envelope:
    """One valid event with the id `event-<number>`, of one kind or of any; no revision, no retraction."""
    if kind is None:
        (kind,) = chance.choices(list(SHAPES), [often for often, _, _ in SHAPES.values()])
    _, must, may = SHAPES[kind]
    detail = {"id": f"event-{number}", "time": _time(chance)} | _drawn(chance, must, COMMON | may)
    if "flywheel" not in detail and chance.random() < 0.8:
        detail["flywheel"] = FLYWHEEL
    if kind == "Deployment Finished" and chance.random() < 0.3:
        detail = {name: value for name, value in detail.items() if name != "commits"} | _drawn(chance, REVISION, {})
    return {"source": sender(number), "detail-type": kind, "detail": detail | _drawn(chance, must, {})}


def sender(number: int) -> str:
    """Who sends the event `event-<number>`: somebody else now and then."""
    return OTHER_SOURCE if number % 4 == 3 else SOURCE


def random_history(seed: int, size: int) -> list[Envelope]:
    """`size` events of distinct identities, without retractions; a shorter one of the same seed is its beginning."""
    chance = Random(seed)
    return [random_event(Random(chance.random()), number) for number in range(size)]


def random_retractions(seed: int, targets: int, most: int = 4) -> list[Envelope]:
    """Events that take back some of the events `event-0` to `event-<targets − 1>`."""
    chance = Random(seed)
    numbers = chance.sample(range(targets), min(targets, chance.randint(0, most)))
    return [
        {
            "source": sender(number),
            "detail-type": "Event Retracted",
            "detail": {"id": f"retraction-{number}", "time": _time(chance), "retracts": f"event-{number}"},
        }
        for number in numbers
    ]


def random_corrections(seed: int, events: Sequence[Envelope], most: int = 5) -> list[Envelope]:
    """Other contents for some identities, in revisions 1 to 3; an answer sheet has none but the first."""
    chance = Random(seed)
    corrected = [chance.choice(events) for _ in range(chance.randint(0, most))] if events else []
    again = [random_event(Random(chance.random()), 0) for _ in corrected]
    for event, known in zip(again, corrected, strict=True):
        event["source"] = known["source"]
        event["detail"] |= {"id": known["detail"]["id"], "revision": 1 if is_final(event) else chance.randint(1, 3)}
    return again


def is_final(event: Envelope) -> bool:
    """Whether nothing corrects the event or takes it back."""
    return DETAIL_TYPES[event["detail-type"]].is_final


SEEDS = st.integers(0, 2**48)
SIZES = st.integers(0, 60)


@st.composite
def histories(draw: st.DrawFn, retracted: bool = False, corrected: bool = False) -> list[Envelope]:
    """Up to 60 events; with `retracted`, some taken back; with `corrected`, some identities in several versions."""
    seed, size = draw(SEEDS), draw(SIZES)
    events = random_history(seed, size)
    if retracted:
        events += random_retractions(seed + 1, size)
    if corrected:
        events += random_corrections(seed + 2, events)
    return events


SETTINGS = st.builds(
    lambda release, soak, services: rules(release=release, soak_days=soak, services=services, repositories=("shop",)),
    st.sampled_from(["explicit", "explicit", "on_deployment"]),
    st.sampled_from([7.0, 1.0, 0.0]),
    st.sampled_from([(), ("web",), ("*",)]),
)
MOMENTS = st.integers(10, 90).map(lambda days: START + timedelta(days=days))
WINDOWS = st.sampled_from([84.0, 28.0, 7.0])
