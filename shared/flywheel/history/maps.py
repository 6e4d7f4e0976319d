"""Maps as a board draws them: each component by its maturity, now, before, and where it is expected to go."""

from collections.abc import Iterator, Mapping, Sequence

from shared.flywheel.history.values import MapComponent, MapHistory
from shared.flywheel.maps.names import same_name
from shared.flywheel.maps.text import Component
from shared.flywheel.moments import moment
from shared.flywheel.tenets.maps import SORTS
from shared.flywheel.tenets.signals import Evidence, contents_or_none

MOST = 60
"""Components of one map that a board draws; those that moved or resist come first."""


def map_histories(evidence: Evidence) -> dict[str, MapHistory]:
    """By sort the newest map of which more than the time is known, beside the one before it."""
    histories = {sort: _history(evidence, sort) for sort in SORTS}
    return {sort: each for sort, each in histories.items() if each is not None}


def _history(evidence: Evidence, sort: str) -> MapHistory | None:
    submitted = [(fact, contents) for fact in evidence.maps(sort)[-2:] if (contents := contents_or_none(fact))]
    if not submitted:
        return None
    newest, now = submitted[-1]
    before, was = submitted[0] if len(submitted) > 1 else (None, None)
    components = tuple(_components(_by_name(now.as_map().components), _by_name(was.as_map().components) if was else {}))
    return MapHistory(
        submitted_at=moment(newest.time),
        before_at=None if before is None else moment(before.time),
        bounds=evidence.wheel.settings.map_stages,
        components=_foremost(components),
    )


def _by_name(components: Mapping[str, Component]) -> dict[str, Component]:
    return {same_name(name): each for name, each in components.items()}


def _components(now: Mapping[str, Component], was: Mapping[str, Component]) -> Iterator[MapComponent]:
    for name, each in now.items():
        earlier = was.get(name)
        yield MapComponent(
            name=each.name,
            now=each.maturity,
            was=None if earlier is None else earlier.maturity,
            foreseen=each.evolves_to,
            inertia=each.inertia,
            fate="new" if was and earlier is None else "stays",
        )
    for name, each in was.items():
        if name not in now:
            yield MapComponent(
                name=each.name, now=None, was=each.maturity, foreseen=None, inertia=each.inertia, fate="gone"
            )


def _foremost(components: Sequence[MapComponent]) -> tuple[MapComponent, ...]:
    """By maturity, the most evolved first; of very many those that say most."""
    saying = sorted(components, key=lambda each: not (each.inertia or each.fate != "stays" or each.now != each.was))
    return tuple(sorted(saying[:MOST], key=lambda each: -(each.now if each.now is not None else each.was or 0.0)))
