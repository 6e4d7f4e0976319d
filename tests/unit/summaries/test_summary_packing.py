"""A packed summary is the summary, in few bytes, for good."""

import base64
from collections.abc import Callable
from functools import cache

import msgspec
import pytest
from msgspec.structs import replace

from shared.flywheel.summaries.phases_and_turns import Summary
from shared.store.projections.summary_packing import pack_summary, unpack_summary
from tests.unit.domain.histories import History
from tests.unit.slack.post import summary_of
from tests.unit.summaries.test_summaries import summaries
from tests.unit.summaries.wheels import barely_wired, first_turn, healthy, struggling

WHEELS = (healthy, struggling, barely_wired, first_turn)

KEPT = (
    "AXj5ObATP4OGtJFpikmiqVlKcpKlibl5kmWKZVKyoUGikUWSqZmBhYklakwkZ6QmZwMDChEjiehRgjUKjHWNDUIMjbBFAbUDG8mJ"
    "SIHuWQIs7fJARE6OHo7A9IGVcxQXb9iyWBC0SZgIaQjpIbIcpMmH2nTBmg3x5BsAh6GTmA=="
)
"""The first version's bytes of the summary in the outbox's tests: they can be read for ever."""


@cache
def last_of(wheel: Callable[[], History]) -> list[Summary]:
    """Its five latest summaries."""
    return summaries(wheel())[-5:]


@pytest.mark.parametrize("wheel", WHEELS)
def test_a_packed_summary_is_the_same_summary(wheel: Callable[[], History]) -> None:
    for summary in last_of(wheel):
        assert unpack_summary(pack_summary(summary)) == summary
        assert unpack_summary(base64.b64encode(pack_summary(summary)).decode()) == summary
        assert unpack_summary(msgspec.json.encode(summary).decode()) == summary


@pytest.mark.parametrize("wheel", WHEELS)
def test_it_leaves_room_for_the_item_within_one_write_unit(wheel: Callable[[], History]) -> None:
    assert max(len(pack_summary(summary)) for summary in last_of(wheel)) < 500


def test_names_in_any_script_survive() -> None:
    [*_, last] = summaries(History().released("03-01", "支払い💥<é>"))
    assert unpack_summary(pack_summary(last)) == last


def test_what_the_first_version_packed_can_still_be_read() -> None:
    """It told the reason of an action as its rule."""
    told = summary_of("a")
    assert told.action
    assert unpack_summary(KEPT) == replace(told, action=replace(told.action, rule=""))
