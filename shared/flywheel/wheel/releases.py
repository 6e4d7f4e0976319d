"""Releases of features, explicit and by deployment, and what each release names (domain: "Linked deployments")."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from shared.flywheel.facts.fact import FeatureReleased
from shared.flywheel.moments import DAY
from shared.flywheel.wheel.deployments import Deployments
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import TurnKey

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
    """All releases. An `audience` of 0 releases nothing."""
    effective = [fact for fact in facts if fact.audience != 0]
    carriers = deployments.carriers({sha for fact in effective for sha in fact.shas})
    found = [_stated(fact, deployments, carriers, membership) for fact in effective]
    if rule == "on_deployment":
        found += _by_deployment(deployments)
    silent = {fact.key for fact in effective if not fact.deployments and not fact.shas}
    return _with_inference(found, silent, deployments)


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
    """Let each feature's first release, where it names nothing, link what its service deployed before it."""
    first: dict[str, Release] = {}
    for release in releases:
        if release.feature is not None:
            known = first.get(release.feature)
            if known is None or _order(release) < _order(known):
                first[release.feature] = release
    times = _first_times(releases, first)
    return [
        _inferring(release, times[release.service], deployments)
        if release.service is not None and release.key in silent and first.get(release.feature or "") is release
        else release
        for release in releases
    ]


def _first_times(releases: Iterable[Release], first: Mapping[str, Release]) -> dict[str, list[int]]:
    """When each service released a feature first, sorted; two releases at a feature's first instant both count."""
    times: dict[str, set[int]] = {}
    for release in releases:
        if release.service is not None and release.feature is not None and release.time == first[release.feature].time:
            times.setdefault(release.service, set()).add(release.time)
    return {service: sorted(found) for service, found in times.items()}


def _order(release: Release) -> tuple[int, bool, int]:
    """At one instant a release that names deployments comes before one that names none."""
    return (release.time, not release.named, release.key)


def _inferring(release: Release, others: list[int], deployments: Deployments) -> Release:
    """`others`: when features of the service were first released, sorted."""
    earlier = bisect_left(others, release.time)
    after = release.time - REACH
    if earlier:
        after = max(after, others[earlier - 1])
    places = deployments.planned_between(release.service or "", after, release.time)
    return Release(
        release.time, release.turns, release.feature, release.service, release.named, tuple(places), release.key
    )
