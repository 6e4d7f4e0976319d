"""The demo stops at the first delivery that is not taken as the story says, and where its sums do not come out."""

import json
from typing import Any

import pytest

from cli.demo.counting import Counts, require_all
from cli.demo.delivery import COUNTS_FOR_NOTHING, UNREADABLE, Delivery
from cli.demo.moments import BEGINS
from cli.demo.sending import check
from cli.demo.story import story
from cli.failure import CommandError
from engine import Answer

PUSH = Delivery(arrives=BEGINS, hook="checkout-github", content={}, tells=("Change Recorded",))
TAKEN = {"accepted": 1, "events": ["Change Recorded"], "flywheel": "checkout"}


def answer(status: int, said: dict[str, Any]) -> Answer:
    return Answer(status, {}, json.dumps(said).encode())


def test_a_delivery_taken_as_the_story_says_is_taken() -> None:
    check(PUSH, answer(202, TAKEN))
    check(Delivery(arrives=BEGINS, content={}, answer=COUNTS_FOR_NOTHING), answer(200, {"accepted": 0, "events": []}))
    check(Delivery(arrives=BEGINS, content={}, answer=UNREADABLE), answer(422, {"accepted": 0, "events": []}))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, {"error": "unauthorized"}),
        (422, {"accepted": 0, "events": [], "field": "head"}),
        (200, {"accepted": 0, "events": [], "why": "only pushes to `main` are recorded"}),
        (202, TAKEN | {"events": ["Work Started"]}),
        (202, TAKEN | {"events": ["Change Recorded", "Change Recorded"]}),
        (202, TAKEN | {"unmapped": ["acme/other"]}),
        (503, {"accepted": 0, "events": []}),
    ],
)
def test_any_other_answer_ends_the_demo_and_is_told(status: int, said: dict[str, Any]) -> None:
    with pytest.raises(CommandError) as raised:
        check(PUSH, answer(status, said))
    for part in ("checkout-github", "Change Recorded", str(status), json.dumps(said)):
        assert part in raised.value.message


def test_an_unreadable_delivery_that_is_read_ends_the_demo() -> None:
    with pytest.raises(CommandError):
        check(Delivery(arrives=BEGINS, hook="search-planning", content={}, answer=UNREADABLE), answer(202, TAKEN))


RIGHT = {"acknowledged": 1, "rejected": 1, "events": 462, "accepted": 460, "counted": 459, "dead_lettered": 0}


def test_sums_that_come_out_are_believed() -> None:
    require_all(Counts(deliveries=322, **RIGHT), story())


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"accepted": 459}, "3 repeated instead of 2"),
        ({"rejected": 0}, "0 rejected instead of 1"),
        ({"acknowledged": 2}, "2 acknowledged instead of 1"),
        ({"dead_lettered": 1}, "1 dead_lettered instead of 0"),
    ],
)
def test_an_event_that_is_nowhere_ends_the_demo(wrong: dict[str, int], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        require_all(Counts(deliveries=322, **{**RIGHT, **wrong}), story())
