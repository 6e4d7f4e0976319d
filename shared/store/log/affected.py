"""The flywheels that an append may concern, always a superset, and the hints that it leaves."""

from collections.abc import Iterable, Sequence

from events.bounds import RETRACTED_AT_ONCE, RETRACTIONS_IN_A_ROW, OverBoundError
from shared.flywheel.facts.fact import ChangeRecorded, EventRetracted, Fact
from shared.flywheel.settings.values import Settings
from shared.store.log.identity import Identity, stored_identities
from shared.store.segments import hints as hinting
from shared.store.segments.hints import Hint, Hints
from shared.store.segments.places import closed, hinted, named, opened, placed, told_by
from shared.store.segments.things import Named
from shared.store.store import Store


def affected_flywheels(
    store: Store, fresh: Sequence[Identity], settings: Settings, others: Iterable[Hint] = ()
) -> set[str]:
    """The flywheels to wake for new or changed identities; writes the hints that later events need first.

    `others` are hints to be written with them, which saves a request. Raises OverBoundError where too many flywheels
    would name one thing, or too many retractions stand behind each other.
    """
    own = [fact for identity in fresh for fact in identity.facts]
    owners = {id(fact): told_by(fact, settings) for fact in own}
    owned = [(fact, flywheel) for fact in own for flywheel in owners[id(fact)]]
    things = [(thing, flywheel) for fact, flywheel in owned for thing in hinted(fact)]
    store.hints.ensure_named(things)
    store.hints.ensure(
        [
            *(hinting.wheel(flywheel) for _, flywheel in owned),
            *(hinting.place(place) for fact in own for place in placed(fact, settings)),
            *others,
        ]
    )
    woken = {flywheel for _, flywheel in owned}
    woken |= _hinted_at(store.hints, [fact for fact in own if not owners[id(fact)]], spread=True)
    woken |= _contesting(store.hints, {thing for thing, _ in things})
    woken |= _strayed(store.hints, [(fact, owners[id(fact)]) for fact in own])
    woken |= _deploying(store.hints, own)
    taken_back = _retracted(store, fresh, own)
    woken |= {flywheel for fact in taken_back for flywheel in told_by(fact, settings)}
    return woken | _hinted_at(store.hints, taken_back, spread=False)


def _hinted_at(hints: Hints, facts: Iterable[Fact], *, spread: bool) -> set[str]:
    """The flywheels that name what these facts name; `spread`: they then name all that such a fact names."""
    naming: dict[Named, set[str]] = {}
    woken: set[str] = set()
    for fact in facts:
        things = named(fact)
        for thing in things:
            if thing not in naming:
                naming[thing] = hints.flywheels_naming(thing)
        flywheels = set().union(*(naming[thing] for thing in things)) if things else set()
        if spread:
            hints.ensure_named((thing, flywheel) for thing in things for flywheel in sorted(flywheels - naming[thing]))
        woken |= flywheels
    return woken


def _contesting(hints: Hints, things: Iterable[Named]) -> set[str]:
    """Others that name the same: an event that tells no flywheel may now belong to another of them."""
    return {flywheel for thing in hints.contested_among(things) for flywheel in hints.flywheels_naming(thing)}


def _strayed(hints: Hints, owned: Sequence[tuple[Fact, Sequence[str]]]) -> set[str]:
    """Others that name what is opened or closed here, where closings may follow an opening in another flywheel.

    A closing is at home where the first flywheel that it tells is known to have opened the same.
    """
    things = {thing for fact, flywheels in owned if flywheels and (thing := closed(fact) or opened(fact)) is not None}
    if not things:
        return set()
    closings = [(thing, flywheels) for fact, flywheels in owned if (thing := closed(fact)) is not None and flywheels]
    unsettled = hints.unsettled((thing, flywheels[0]) for thing, flywheels in closings)
    others = hints.ensure_strays(
        [*unsettled, *((thing, flywheel) for thing, flywheels in closings for flywheel in flywheels[1:])], bounded=True
    )
    return others | hints.strayed(things)


def _deploying(hints: Hints, facts: Iterable[Fact]) -> set[str]:
    """Those that have deployed from a repository by head alone: its recorded changes are their commits."""
    repositories = {fact.repository for fact in facts if isinstance(fact, ChangeRecorded) and fact.repository}
    return {flywheel for name in repositories for flywheel in hints.flywheels_naming(Named("repository", name))}


def _retracted(store: Store, fresh: Sequence[Identity], own: Iterable[Fact]) -> list[Fact]:
    """The facts that retractions among their own take back, also what a retraction of a retraction gives back."""
    targets = _targets(own)
    known = {identity.winner.fact.key: identity for identity in fresh} if targets else {}
    taken_back: dict[int, tuple[Fact, ...]] = {}
    for _ in range(RETRACTIONS_IN_A_ROW):
        if not targets:
            break
        _require_few(len(taken_back) + len(targets), RETRACTED_AT_ONCE * len(fresh), "events taken back")
        reached = {key: known[key] for key in targets if key in known}
        reached |= stored_identities(store.table, targets - reached.keys())
        taken_back |= {key: identity.facts for key, identity in reached.items()}
        targets = _targets(fact for identity in reached.values() for fact in identity.facts) - taken_back.keys()
    else:
        _require_few(len(targets) + RETRACTIONS_IN_A_ROW, RETRACTIONS_IN_A_ROW, "retractions in a row")
    return [fact for facts in taken_back.values() for fact in facts]


def _require_few(count: int, most: int, of_what: str) -> None:
    if count > most:
        raise OverBoundError("detail.retracts", f"{count} {of_what}", f"at most {most} {of_what}")


def _targets(facts: Iterable[Fact]) -> set[int]:
    return {fact.target for fact in facts if isinstance(fact, EventRetracted)}
