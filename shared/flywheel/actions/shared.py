"""Things that several flywheels below a parent share: the same blocker, the same component with inertia (value §8)."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from shared.flywheel.actions.action import MOST, Action, Situation, Thing
from shared.flywheel.actions.things import blocker
from shared.flywheel.figures.drag import newest_organisation_map
from shared.flywheel.maps.contents import contents_of
from shared.flywheel.moments import DAY, HOUR
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wording import duration, listing, plural, quoted

HELD = 7 * DAY
"""As of one flywheel's blocker: open for longer it holds those that share it."""


class Shared(Struct, frozen=True):
    """A thing, and the flywheels that share it, by id; `since` of a blocker: when the first of them met it."""

    thing: Thing
    flywheels: tuple[str, ...]
    since: int = 0


def below(wheel: Wheel) -> Iterator[Wheel]:
    """The flywheels below a wheel, each before its own children."""
    for child in wheel.children:
        yield child
        yield from below(child)


def works_below(wheel: Wheel) -> bool:
    """True of a flywheel whose work is done by those below it alone: it may state goals and metrics of its own."""
    return bool(wheel.children) and not wheel.turns and not wheel.deployments


def shared_blockers(evidence: Evidence) -> list[Shared]:
    """Blockers of one name that are open in several flywheels, the one open longest first."""
    open_by_name: dict[str, list[tuple[int, str, Thing]]] = {}
    for wheel in below(evidence.wheel):
        own = Evidence(wheel, evidence.window)
        for run in wheel.blockers:
            if run.closed is None:
                open_by_name.setdefault(run.name, []).append((run.opened, wheel.flywheel, blocker(own, run)))
    several = [
        Shared(
            next((thing for _, _, thing in each if thing.title), each[0][2]),
            tuple(flywheel for _, flywheel, _ in each),
            min(since for since, _, _ in each),
        )
        for each in open_by_name.values()
        if len(each) > 1
    ]
    return sorted(several, key=lambda each: (each.since, each.thing.id))


def shared_inertia(evidence: Evidence) -> list[Shared]:
    """Components with inertia on the newest organisation maps of several flywheels, by name without case."""
    by_name: dict[str, tuple[str, list[str]]] = {}
    for wheel in below(evidence.wheel):
        newest = newest_organisation_map(wheel)
        components = contents_of(newest.contents).components if newest and newest.contents else ()
        for name in sorted({each.name for each in components if each.inertia}):
            by_name.setdefault(name_of(name), (name, []))[1].append(wheel.flywheel)
    return [
        Shared(Thing(kind="component", id=name), tuple(flywheels))
        for _, (name, flywheels) in sorted(by_name.items())
        if len(set(flywheels)) > 1
    ]


def name_of(component: str) -> str:
    """A component's name as several maps are compared by: teams differ in case and spaces."""
    return " ".join(component.split()).casefold()


def hold_several(situation: Situation) -> Iterator[Action]:
    """A blocker that holds several flywheels for more than a week."""
    evidence = situation.evidence
    shared = [each for each in shared_blockers(evidence) if evidence.now - each.since > HELD]
    if shared:
        age = evidence.now - shared[0].since
        yield Action(
            phase=2,
            text=f"Have {shared[0].thing.named} decided once, for {listing(_titles(evidence, shared[0]))}.",
            because=f"it holds {plural(len(shared[0].flywheels), 'flywheel')}, for {duration(age / HOUR)} by now",
            things=tuple(each.thing for each in shared[:MOST]),
            distance=age / HELD,
        )


def resist_in_several(situation: Situation) -> Iterator[Action]:
    """A component that resists moving on the maps of several flywheels."""
    shared = shared_inertia(situation.evidence)
    if shared:
        whose = listing(_titles(situation.evidence, shared[0]))
        yield Action(
            phase=2,
            text=f"Agree once on the first step that moves {shared[0].thing.named}, for {whose}.",
            because=f"{plural(len(shared), 'component')} with inertia on the maps of several flywheels",
            things=tuple(each.thing for each in shared[:MOST]),
        )


def _titles(evidence: Evidence, shared: Shared) -> list[str]:
    titles: Mapping[str, str] = {wheel.flywheel: wheel.settings.title for wheel in below(evidence.wheel)}
    return [quoted(titles[flywheel]) for flywheel in dict.fromkeys(shared.flywheels)]
