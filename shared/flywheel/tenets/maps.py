"""Signals that are read from Wardley maps (domain §5, tenets 3, 6, 7, 9 and 12). Source: `Map Submitted`."""

from collections.abc import Callable
from functools import partial

from shared.flywheel.facts.fact import MapSubmitted
from shared.flywheel.maps.changes import moves_realised
from shared.flywheel.maps.text import Answers
from shared.flywheel.moments import DAY, micros
from shared.flywheel.tenets.signals import NOT_WIRED, Evidence, Read, Reading, contents_or_none, share_of
from shared.flywheel.wheel.model import Turn, TurnKey

SORTS = ("market", "organisation", "solution", "emerging_value")


def age(sort: str, evidence: Evidence) -> Reading:
    """Days from the newest map of a sort to as_of; whatever the window. n: maps of that sort in the memory."""
    newest = evidence.newest_map(sort)
    if newest is None:
        return NOT_WIRED
    return Reading((evidence.now - newest.time) / DAY, len(evidence.maps(sort)))


def anchors(evidence: Evidence) -> Reading:
    """Anchors (users and needs) of the newest market map; a count, n: its components.

    Nothing to count on a map of which nothing could be read.
    """
    return _of_newest(evidence, "market", _anchors)


def differentiators(evidence: Evidence) -> Reading:
    """(genesis + custom) / components of the newest market map; a share."""
    return _of_newest(evidence, "market", lambda read: Reading(read.differentiators, read.components))


def commodity_burden(evidence: Evidence) -> Reading:
    """Commodity components that carry inertia or are built in-house / all components, newest organisation map."""
    return _of_newest(evidence, "organisation", lambda read: Reading(read.commodity_burden, read.components))


def offload_ratio(evidence: Evidence) -> Reading:
    """Commodity components marked buy, outsource or market / commodity components; a share.

    Of the newest solution map; of a flywheel that sends none, of its newest map of any sort.
    """
    return _of_newest(
        evidence, sort_of_offloading(evidence), lambda read: Reading(read.offload_ratio, read.stages["commodity"])
    )


def sort_of_offloading(evidence: Evidence) -> str:
    """The sort of map that tells what is offloaded."""
    return "solution" if evidence.maps("solution") else _newest_sort(evidence)


def evolving(evidence: Evidence) -> Reading:
    """Components with `evolve` / all components of the newest map of the emerging value; a share."""
    return _of_newest(evidence, "emerging_value", lambda read: Reading(read.evolving_share, read.components))


def realised(evidence: Evidence) -> Reading:
    """Moves that the last map but one of the emerging value predicts, and that the newest shows at least half done.

    A share; n: the moves predicted. Nothing to count while there is one map only.
    """
    known = evidence.maps("emerging_value")
    if not known:
        return NOT_WIRED
    pair = [contents_or_none(each) for each in known[-2:]]
    if len(pair) < 2 or pair[0] is None or pair[1] is None:
        return Reading(None, 0)
    return share_of(*moves_realised(pair[0].as_map(), pair[1].as_map()))


def mapped_before_commit(evidence: Evidence) -> Reading:
    """Turns with a map of their own before work on them began / turns on which work began in the window; a share.

    Work begins with the entry of phase 3: the first eligible commit, work started or linked deployment. Wired once a
    map names an idea or a feature.
    """
    own, begun = first_maps(evidence), begun_turns(evidence)
    if not own:
        return NOT_WIRED
    return share_of(sum(turn.identity in own and own[turn.identity] < at for turn, at in begun), len(begun))


def first_maps(evidence: Evidence) -> dict[TurnKey, int]:
    """The time of the first map of each turn that has any."""
    own: dict[TurnKey, int] = {}
    for fact in evidence.all(MapSubmitted):
        for turn in evidence.membership.turns(fact.idea, fact.feature):
            own.setdefault(turn, fact.time)
    return own


def begun_turns(evidence: Evidence) -> list[tuple[Turn, int]]:
    """The turns on which work began in the window, and when."""
    entered = ((turn, turn.phases[3].entered_at) for turn in evidence.wheel.turns)
    begun = [(turn, micros(at)) for turn, at in entered if at is not None]
    return [(turn, at) for turn, at in begun if evidence.window.holds(at)]


def _anchors(read: Answers) -> Reading:
    drawn = read.anchors or read.components
    return Reading(float(read.anchors) if drawn else None, read.components)


def _newest_sort(evidence: Evidence) -> str:
    newest = [(fact.time, fact.key, fact.map) for fact in evidence.all(MapSubmitted)]
    return max(newest)[2] if newest else "solution"


def _of_newest(evidence: Evidence, sort: str, read: Callable[[Answers], Reading]) -> Reading:
    newest = evidence.newest_map(sort)
    if newest is None:
        return NOT_WIRED
    answered = evidence.answers_of(newest)
    return Reading(None, None) if answered is None else read(answered)


def age_of(sort: str) -> Read:
    """The age of maps of one sort."""
    return partial(age, sort)
