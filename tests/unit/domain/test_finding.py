"""The deployments of an earlier moment are found by what is known of a later one's, and are those found alone."""

from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from shared.flywheel.moments import HOUR
from shared.flywheel.wheel.finding import Deployments, Index
from shared.flywheel.wheel.model import Deployment, columns_of

NAMES, SERVICES = ("a", "b", "c", "d"), ("web", "api")


def deployments(chance: Random) -> list[Deployment]:
    """Some within two days, of few names and services, one a name and service."""
    pairs = chance.sample([(f"{name}{number}", each) for name in NAMES for number in range(4) for each in SERVICES], 20)
    made = [deployment(chance, name, service) for name, service in pairs]
    return sorted(made, key=lambda each: (each.time, each.name, each.service))


def deployment(chance: Random, name: str, service: str) -> Deployment:
    time = chance.randrange(48) * HOUR
    return Deployment(
        service=service,
        name=name[0] if chance.random() < 0.1 else name,
        time=time,
        outcome=chance.choice(["succeeded", "succeeded", "failed", "rolled_back"]),
        nature=chance.choice(["planned", "planned", "hotfix"]),
        repository=None,
        head=None,
        events=1,
        columns=columns_of((chance.getrandbits(64),), (), ()),
        commit_ideas=(),
        names=chance.choice([(), ((("idea", "i"), None),)]),
        remediates=chance.choice([(), ("a1",)]),
        started=chance.choice([None, time - HOUR, time - 9 * HOUR, time + HOUR]),
    )


@pytest.mark.parametrize("number", range(40))
def test_the_first_of_some_are_found_as_if_there_were_no_more(number: int) -> None:
    chance = Random(number)
    later = Deployments(deployments(chance))
    first = later.all[: chance.randint(0, len(later.all))]
    alone, known = Deployments(first), Deployments(first, later.index)
    assert known.index is later.index
    for ways in ("rolled_back", "remediating"):
        assert [*getattr(known, ways)] == [*getattr(alone, ways)]
    assert dict(known.links()) == dict(alone.links())
    for service in SERVICES:
        for name in {each.name for each in later.all}:
            assert [*known.named(name, service)] == [*alone.named(name, service)]
            assert [*known.named(name, None)] == [*alone.named(name, None)]
        for hour in range(-2, 52):
            assert known.blamed(service, hour * HOUR, 6 * HOUR) == alone.blamed(service, hour * HOUR, 6 * HOUR)
            since, until = (hour - 8) * HOUR, hour * HOUR
            assert [*known.planned_between(service, since, until)] == [*alone.planned_between(service, since, until)]


@pytest.mark.parametrize("number", range(20))
def test_what_is_not_the_first_of_some_is_looked_up_itself(number: int) -> None:
    chance = Random(number)
    later = Deployments(deployments(chance))
    assert Deployments(later.all[1:], later.index).index is not later.index


KNOWN = replace(deployment(Random(1), "a1", "web"), outcome="succeeded", nature="planned", names=(), remediates=())


def test_an_event_more_that_tells_of_its_start_leaves_a_deployment_where_it_is_found() -> None:
    """As of an earlier moment of which the start was not told yet."""
    index = Index([replace(KNOWN, events=2, columns=columns_of((1, 2), (), ()), started=KNOWN.time - HOUR)])
    assert Deployments([KNOWN], index).index is index


@pytest.mark.parametrize(
    "unlike",
    [
        {"outcome": "rolled_back"},
        {"nature": "hotfix"},
        {"time": KNOWN.time + HOUR},
        {"names": ((("idea", "i"), None),)},
        {"remediates": ("b1",)},
        {"columns": columns_of((1,), (7,), (0,))},
    ],
)
def test_one_that_is_found_by_something_else_is_looked_up_itself(unlike: dict[str, Any]) -> None:
    index = Index([KNOWN])
    assert Deployments([replace(KNOWN, **unlike)], index).index is not index


@pytest.mark.parametrize("number", range(40))
def test_blamed_is_the_latest_that_had_begun_and_is_not_too_old(number: int) -> None:
    """Looked for one by one."""
    chance = Random(number)
    found, reach = Deployments(deployments(chance)), 6 * HOUR
    for service in SERVICES:
        for hour in range(-2, 60):
            opened = hour * HOUR
            possible = [
                place
                for place, each in enumerate(found.all)
                if each.service == service and each.effective and each.begun <= opened <= each.time + reach
            ]
            assert found.blamed(service, opened, reach) == max(possible, default=None)
