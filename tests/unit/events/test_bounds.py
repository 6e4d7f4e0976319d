"""What one event may cost is bounded where it arrives, and what is over a bound is refused with it."""

from collections.abc import Callable
from typing import Any

import pytest

from events import InvalidEventError, bounds, canonical_json, decode, decode_kept
from events.expectations import did_you_mean

TIME = "2026-03-01T10:00:00Z"


def event(detail_type: str, **fields: Any) -> dict[str, Any]:
    return {"source": "ci", "detail-type": detail_type, "detail": {"id": "1", "time": TIME, **fields}}


def deployed(**fields: Any) -> dict[str, Any]:
    told = {"deployment": "d", "service": "web", "environment": "production", "outcome": "succeeded"}
    return event("Deployment Finished", **told, **fields)


def named(count: int, letter: str = "n") -> list[str]:
    return [f"{letter}{number}" for number in range(count)]


def commits(count: int, **fields: Any) -> list[dict[str, Any]]:
    return [{"sha": f"{number:x}", "time": TIME, **fields} for number in range(count)]


AT_THE_BOUND = {
    "keys": (lambda n: event("Work Started", idea="x", **dict.fromkeys(named(n - 3), 1)), bounds.KEYS, "detail"),
    "a list": (lambda n: deployed(ideas=named(n)), bounds.ELEMENTS, "detail.ideas"),
    "shas": (lambda n: event("Feature Released", feature="f", commits=named(n)), bounds.COMMITS, "detail.commits"),
    "answers": (
        lambda n: event("Survey Answered", survey="westrum", answers=[None] * n),
        bounds.ELEMENTS,
        "detail.answers",
    ),
    "names of commits": (
        lambda n: deployed(
            commits=[{"sha": "a", "time": TIME, "ideas": named(n, f"{part}-")} for part in range(5)],
        ),
        bounds.NAMES // 5,
        "detail",
    ),
    "a title": (lambda n: event("Idea Proposed", idea="x", title="é" * n), bounds.TEXT, "detail.title"),
    "a map": (lambda n: event("Map Submitted", map="market", text="\n" * n), bounds.MAP_TEXT, "detail.text"),
    "pillars": (
        lambda n: event("Review Recorded", workload="w", risks={name: {} for name in named(n)}),
        bounds.KEYS,
        "detail.risks",
    ),
}


@pytest.mark.parametrize("what", AT_THE_BOUND)
def test_an_event_at_a_bound_is_taken_and_one_more_is_refused_with_it(what: str) -> None:
    case: tuple[Callable[[int], Any], int, str] = AT_THE_BOUND[what]
    make, bound, field = case

    assert decode(make(bound)).raw["id"] == "1"
    with pytest.raises(InvalidEventError) as caught:
        decode(make(bound + 1))
    assert caught.value.field == field
    assert "at most" in caught.value.expected


def test_an_event_of_more_bytes_than_the_bus_carries_is_refused() -> None:
    with pytest.raises(InvalidEventError, match="at most 1048576 bytes"):
        decode(event("Outcome Recorded", idea="x", result="met", note="n" * bounds.MESSAGE_BYTES))


def test_below_the_size_at_which_nothing_is_looked_at_no_bound_can_be_reached() -> None:
    fewest = min(bounds.KEYS, bounds.ELEMENTS, bounds.COMMITS, bounds.NAMES, bounds.TEXT, bounds.MAP_TEXT)

    assert len(canonical_json({"ideas": [""] * fewest})) > bounds.SMALL
    assert len(canonical_json({"answers": [1] * fewest})) > bounds.SMALL


def test_what_an_earlier_release_took_is_still_read() -> None:
    assert decode_kept(deployed(ideas=named(bounds.ELEMENTS + 1))).raw["ideas"]


def test_of_the_keys_that_somebody_sends_some_short_ones_are_compared() -> None:
    strangers = ["x" * 65, *named(60), "servce"]

    assert did_you_mean("service", strangers) == ""
    assert did_you_mean("service", strangers[-40:]) == "; did you mean `servce`?"
    assert did_you_mean("s" * 65, ["s" * 64]) == ""


@pytest.mark.parametrize("value", [1e308, -1e101, 1e-101, -5e-324])
def test_a_number_that_no_figure_could_be_made_of_is_refused(value: float) -> None:
    with pytest.raises(InvalidEventError) as caught:
        decode(event("Metric Measured", metric="m", value=value))
    assert (caught.value.field, caught.value.expected) == (
        "detail.value",
        "0 or a number between 1e-100 and 1e+100 in size",
    )


def test_a_number_nobody_reads_may_be_any() -> None:
    assert decode(event("Metric Measured", metric="m", value=0, else_=1e300)).raw["value"] == 0
