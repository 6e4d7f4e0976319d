"""Lead times are gathered once for all windows and moments, and are those found window by window."""

from collections.abc import Sequence
from random import Random

import pytest

from shared.flywheel.moments import HOUR
from shared.flywheel.wheel import leads as gathering
from shared.flywheel.wheel.finding import Deployments
from shared.flywheel.wheel.leads import LeadTime
from shared.flywheel.wheel.model import Deployment, columns_of
from shared.flywheel.wheel.recorded_changes import Carried


def deployments(chance: Random) -> list[Deployment]:
    """By time; some bring what others brought, some nothing, some recorded changes of which some have no time."""
    return [deployment(chance, place) for place in range(chance.randint(0, 20))]


def deployment(chance: Random, place: int) -> Deployment:
    shas = chance.sample(range(30), chance.randint(0, 4))
    times = [chance.randrange(40) * HOUR for _ in shas]
    carried = Carried(tuple(shas), tuple(chance.choice((at, None)) for at in times), ((),) * len(shas))
    return Deployment(
        service="web",
        name=f"d{place}",
        time=(10 + place) * HOUR,
        outcome=chance.choice(["succeeded", "succeeded", "failed", "rolled_back"]),
        nature=chance.choice(["planned", "hotfix", "rollback"]),
        repository=None,
        head=None,
        events=1,
        columns=columns_of((place,), shas, times),
        commit_ideas=(),
        names=(),
        remediates=(),
        carried=carried if shas and chance.random() < 0.3 else None,
    )


def looked_for(deployments: Sequence[Deployment], places: range) -> list[LeadTime]:
    """One by one: each commit at the first effective deployment that carries it and is no rollback."""
    found, seen = [], set[int]()
    for place, each in enumerate(deployments):
        if each.effective and each.nature != "rollback":
            for sha, at in zip(each.shas, each.commit_times, strict=True):
                if sha not in seen and at is not None and place in places:
                    found.append(LeadTime(place, sha, each.time - at))
                seen.add(sha)
    return found


@pytest.mark.parametrize("number", range(60))
def test_those_of_any_places_and_any_earlier_moment_are_those_of_these_alone(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Random(number)
    monkeypatch.setattr(gathering, "_AT_ONCE", chance.choice((3, 100)))
    later = Deployments(deployments(chance))
    for _ in range(8):
        earlier = Deployments(later.all[: chance.randint(0, len(later.all))], later.index)
        start = chance.randint(0, len(earlier.all))
        places = range(start, chance.randint(start, len(earlier.all)))
        leads = earlier.leads(places)
        assert [*leads] == looked_for(earlier.all, places)
        by_deployment = [(place, length) for place, lengths in leads.by_deployment() for length in lengths]
        assert by_deployment == [(each.place, each.length) for each in leads]
        assert len(leads.hours) + leads.negative == len([*leads])
