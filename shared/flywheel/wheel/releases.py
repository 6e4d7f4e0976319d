"""Releases of features, explicit and by deployment, and what each release names (domain: "Linked deployments")."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from shared.flywheel.facts.fact import FeatureReleased
from shared.flywheel.moments import DAY
from shared.flywheel.wheel.finding import Deployments
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import TurnKey
from shared.flywheel.wheel.too_much import LINKED, Tally

REACH = 28 * DAY
"""How long before a feature's first release a deployment may be inferred to belong to it."""


class Release(Struct, frozen=True, gc=False):
    """A release for its turns; `feature` is None where a deployment released an idea itself.

    `named`: places of the deployments it names, itself or by a commit; `inferred`: of those it only lets us infer.
    """

    time: int
    turns: tuple[TurnKey, ...]
    feature: str | None
    service: str | None
    named: tuple[int, ...]
    inferred: tuple[int, ...]
    key: int


def releases_of(
    facts: Iterable[FeatureReleased],
    deployments: Deployments,
    membership: Membership,
    rule: Literal["explicit", "on_deployment"],
) -> list[Release]:
    """All releases. An `audience` of 0 releases nothing. Raises TooMuchToFoldError."""
    effective = [fact for fact in facts if fact.audience != 0]
    carriers = deployments.carriers({sha for fact in effective for sha in fact.shas})
    tally, releases = Tally("links of releases", LINKED), list[Release]()
    for fact in effective:
        release = _stated(fact, deployments, carriers, membership)
        tally.add(len(release.turns) * (1 + len(release.named)))
        releases.append(release)
    if rule == "on_deployment":
        releases += _by_deployment(deployments)
    silent = {fact.key for fact in effective if not fact.deployments and not fact.shas}
    return _with_inference(releases, silent, deployments)


def _stated(
    fact: FeatureReleased, deployments: Deployments, carriers: Mapping[int, list[int]], membership: Membership
) -> Release:
    places: set[int] = set()
    for name in fact.deployments:
        places.update(deployments.named(name, fact.service))
    for sha in fact.shas:
        places.update(carriers.get(sha, ()))
    turns = membership.turns(fact.idea, fact.feature)
    return Release(fact.time, turns, fact.feature, fact.service, tuple(sorted(places)), (), fact.key)


def _by_deployment(deployments: Deployments) -> Iterable[Release]:
    """A succeeded deployment releases each feature and idea that it, or a commit in it, names."""
    for place, deployment in enumerate(deployments.all):
        if deployment.outcome == "succeeded":
            for turn, feature in deployment.names:
                yield Release(deployment.time, (turn,), feature, deployment.service, (place,), (), deployment.keys[0])


def _with_inference(releases: list[Release], silent: set[int], deployments: Deployments) -> list[Release]:
    """Let each feature's first release, where it names nothing, link what its services deployed before it.

    All releases of a feature at its first instant are one: what any of them names or lets us infer holds for all.
    """
    first = _first_releases(releases)
    times = _first_times(first)
    inferred = {
        feature: _inferred(together, times, deployments)
        for feature, together in first.items()
        if all(release.key in silent for release in together)
    }
    return [
        replace(release, inferred=inferred[release.feature])
        if release.feature in inferred and release.time == first[release.feature][0].time
        else release
        for release in releases
    ]


def _first_releases(releases: Iterable[Release]) -> dict[str, list[Release]]:
    """By feature, all its releases at the instant of the first."""
    first: dict[str, list[Release]] = {}
    for release in releases:
        if release.feature is not None:
            known = first.setdefault(release.feature, [release])
            if release.time < known[0].time:
                first[release.feature] = [release]
            elif release.time == known[0].time and release is not known[0]:
                known.append(release)
    return first


def _first_times(first: Mapping[str, Sequence[Release]]) -> dict[str, list[int]]:
    """The times at which each service released a feature first, sorted."""
    times: dict[str, set[int]] = {}
    for together in first.values():
        for release in together:
            if release.service is not None:
                times.setdefault(release.service, set()).add(release.time)
    return {service: sorted(unsorted) for service, unsorted in times.items()}


def _inferred(together: Sequence[Release], times: Mapping[str, list[int]], deployments: Deployments) -> tuple[int, ...]:
    """Places of what the services of a first release deployed since the first release of another feature of theirs."""
    released = together[0].time
    places: set[int] = set()
    for service in {release.service for release in together if release.service is not None}:
        earlier = bisect_left(times[service], released)
        after = max(released - REACH, times[service][earlier - 1] if earlier else 0)
        places.update(deployments.planned_between(service, after, released))
    return tuple(sorted(places))
