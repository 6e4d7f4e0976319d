"""`flywheel doctor` on deliveries that count for nothing."""

from datetime import timedelta

import pytest

from cli.doctor.uncounted import check_uncounted
from cli.hooks.secrets import new_secret
from cli.hooks.signing import ping
from shared.sources.catalogue import SOURCES, translate
from shared.sources.delivery import delivery_of
from shared.sources.options import SourceOptions
from shared.sources.uncounted import Ignored
from tests.unit.store.driving import NOW, Driver, tallied


def note(kind: str) -> Ignored:
    return Ignored(source="github/main", kind=kind, reason=f"`{kind}` is no event that is counted")


def test_kinds_are_listed_with_sender_and_reason_the_most_frequent_first() -> None:
    driver = Driver()
    tallied(driver.table, [(NOW, note("fork")), (NOW, note("star")), (NOW, note("star"))])
    (check,) = check_uncounted(driver.store, NOW)
    assert check.state == "warning"
    told = "nothing that these send counts: 2 × star from github/main: `star` is no event that is counted; 1 × fork"
    assert check.said.startswith(told)
    assert check.mend


def test_a_sender_some_of_whose_events_count_is_well_and_its_other_kinds_are_listed() -> None:
    driver = Driver()
    detail = {"id": "1", "time": "2026-03-01T10:00:00Z", "idea": "x", "flywheel": "web"}
    driver.append([{"source": "github/main", "detail-type": "Idea Proposed", "detail": detail}])
    elsewhere = Ignored(source="pagerduty/main", kind="service.updated", reason="no incident")
    tallied(driver.table, [(NOW, note("star")), (NOW, elsewhere)])
    empty, well = check_uncounted(driver.store, NOW)
    assert (empty.state, well.state) == ("warning", "ok")
    assert "1 × service.updated from pagerduty/main" in empty.said
    assert well.said == "1 × star from github/main: `star` is no event that is counted"


def test_what_lies_long_back_is_left_out() -> None:
    driver = Driver()
    tallied(driver.table, [(NOW - timedelta(days=8), note("fork"))])
    (check,) = check_uncounted(driver.store, NOW)
    assert (check.state, check.said) == ("ok", "none in 7 days")


@pytest.mark.parametrize("name", [name for name, source in SOURCES.items() if source.ping])
def test_what_only_says_that_a_hook_is_connected_is_no_warning(name: str) -> None:
    headers, body = ping(SOURCES[name], new_secret(SOURCES[name]), 0)
    translation = translate(SOURCES[name], delivery_of(headers.items(), body), SourceOptions())
    driver = Driver()
    tallied(driver.table, [(NOW, note(translation.kind))])
    (check,) = check_uncounted(driver.store, NOW)
    assert check.state == "ok"


def test_more_kinds_than_fit_are_counted() -> None:
    driver = Driver()
    tallied(driver.table, [(NOW, note(f"kind{at}")) for at in range(7)])
    (check,) = check_uncounted(driver.store, NOW)
    assert check.said.endswith("; 2 more kinds")
