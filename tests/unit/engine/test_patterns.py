"""The pattern matcher against hand-worked events: what EventBridge delivers, and what it refuses."""

from typing import Any

import pytest

from engine import load_pattern, matches
from engine.errors import PatternError
from engine.mappings.filters import passes
from engine.patterns.syntax import check_pattern

ORDER = {
    "source": "shop.Checkout",
    "detail": {
        "state": "paid",
        "total": 12.5,
        "coupon": None,
        "gift": False,
        "note": "",
        "from": "192.168.7.20",
        "lines": [{"sku": "tea", "size": 1}, {"sku": "cup", "size": 2}],
        "grid": [[{"at": "left"}], [{"at": "right"}]],
        "tags": ["new", "eu"],
        "none": [],
        "address": {"city": "Gent"},
    },
}


@pytest.mark.parametrize(
    "wanted",
    [
        {"state": ["open", "paid"]},
        {"tags": ["eu"]},
        {"state": [{"prefix": "pa"}]},
        {"state": [{"prefix": {"equals-ignore-case": "PA"}}]},
        {"state": [{"suffix": "id"}]},
        {"state": [{"equals-ignore-case": "PAID"}]},
        {"state": [{"wildcard": "p*d"}]},
        {"state": [{"anything-but": ["open", "lost"]}]},
        {"state": [{"anything-but": {"prefix": "op"}}]},
        {"tags": [{"anything-but": "eu"}]},
        {"total": [{"numeric": [">", 12, "<=", 12.5]}]},
        {"total": [12.50]},
        {"from": [{"cidr": "192.168.0.0/16"}]},
        {"coupon": [None]},
        {"gift": [False]},
        {"note": [""]},
        {"missing": [{"exists": False}]},
        {"coupon": [{"exists": True}]},
        {"address": [{"exists": False}]},
        {"none": [{"exists": False}]},
        {"lost": {"deep": [{"exists": False}]}},
        {"lines": {"sku": ["cup"], "size": [2]}},
        {"grid": {"at": ["right"]}},
        {"address.city": ["Gent"]},
        {"$or": [{"state": ["open"]}, {"tags": ["new"]}]},
    ],
)
def test_a_fitting_event_matches(wanted: dict[str, Any]) -> None:
    check_pattern({"detail": wanted})
    assert matches({"detail": wanted}, ORDER)


@pytest.mark.parametrize(
    "wanted",
    [
        {"state": ["Paid"]},
        {"state": [{"anything-but": "paid"}]},
        {"missing": [{"anything-but": "x"}]},
        {"state": [{"wildcard": "pa\\*"}]},
        {"gift": [0]},
        {"total": ["12.5"]},
        {"address": [{"exists": True}]},
        {"lines": {"sku": ["cup"], "size": [1]}},
        {"from": [{"cidr": "10.0.0.0/8"}]},
        {"state": [{"numeric": [">", 0]}]},
        {"state": ["paid"], "missing": ["x"]},
    ],
)
def test_an_event_that_does_not_fit_is_not_matched(wanted: dict[str, Any]) -> None:
    assert not matches({"detail": wanted}, ORDER)


@pytest.mark.parametrize(
    "pattern",
    [
        '{"source": "shop"}',
        '{"source": []}',
        '{"source": [["a"]]}',
        '{"source": [{"prefix": "a", "suffix": "b"}]}',
        '{"source": [{"like": "a"}]}',
        '{"source": [{"wildcard": "a**b"}]}',
        '{"source": [{"exists": "yes"}]}',
        '{"total": [{"numeric": [">"]}]}',
        '{"$or": [{"source": ["a"]}]}',
        "not json",
        "[]",
    ],
)
def test_what_eventbridge_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        load_pattern(pattern)


def test_any_of_several_filters_lets_a_record_through() -> None:
    criteria = {"Filters": [{"Pattern": '{"body": {"n": [1]}}'}, {"Pattern": '{"body": {"n": [2]}}'}]}
    assert passes(criteria, {"body": '{"n": 2}'}, "body")
    assert not passes(criteria, {"body": '{"n": 3}'}, "body")
    assert not passes(criteria, {"body": "no json"}, "body")
    assert passes(None, {"body": "no json"}, "body")
