"""`flywheel doctor` on environments and trackers' projects that nobody has spoken about yet."""

import tomllib
from typing import Any

import pytest

from cli.doctor.names import check_environments, check_projects, facts_of
from shared.flywheel.settings.file import load
from shared.flywheel.settings.values import Settings
from tests.unit.store.driving import Driver


def deployed(*environments: str, **more: Any) -> Driver:
    driver = Driver()
    for number, environment in enumerate(environments):
        detail = {
            "id": str(number), "time": f"2026-03-01T10:00:{number:02}Z", "flywheel": "web", "service": "shop",
            "deployment": str(number), "environment": environment, "outcome": "succeeded", **more,
        }  # fmt: skip
        driver.append([{"source": "ci", "detail-type": "Deployment Finished", "detail": detail}])
    return driver


def test_an_environment_of_a_preview_host_is_listed_with_the_line_that_would_count_it() -> None:
    facts = facts_of(deployed("Production – shop-web", "Production – shop-web", "staging").store, Settings())
    check = check_environments(facts, Settings())
    assert check.state == "warning"
    assert "Production – shop-web (2 deployments)" in check.said
    assert "staging" not in check.said
    line = check.mend.partition(": ")[2]
    assert tomllib.loads(line) == {"production": ["production", "prod", "live", "Production – shop-web"]}
    settings = load(f"[environments]\n{line}\n")
    assert check_environments(facts, settings).state == "ok"


@pytest.mark.parametrize("name", ["staging", "Preview", "preview/pr-12", "dev-eu", "production", "LIVE", "qa"])
def test_environments_that_are_production_or_plainly_none_are_not_listed(name: str) -> None:
    assert check_environments(facts_of(deployed(name).store, Settings()), Settings()).state == "ok"


@pytest.mark.parametrize("name", ['a "quoted" name', "back\\slash", "two\nlines"])
def test_the_line_is_valid_whatever_the_name(name: str) -> None:
    check = check_environments(facts_of(deployed(name).store, Settings()), Settings())
    assert tomllib.loads(check.mend.partition(": ")[2])["production"][-1] == name.replace("\n", "")


def test_keys_of_a_tracker_that_arrive_recommend_to_name_its_projects() -> None:
    driver = deployed("production", ideas=["SHOP-1", "SHOP-2", "PAY-3", "acme/shop#4"])
    facts = facts_of(driver.store, Settings())
    check = check_projects(facts, Settings())
    assert check.state == "warning"
    assert "SHOP (2 keys), PAY (1 key)" in check.said
    line = check.mend.partition(": ")[2]
    assert tomllib.loads(line) == {"idea_projects": ["SHOP", "PAY"]}
    settings = load(f"[sources]\n{line}\n")
    assert check_projects(facts, settings).state == "ok"


def test_without_any_key_nothing_is_recommended() -> None:
    assert check_projects(facts_of(deployed("production").store, Settings()), Settings()).state == "ok"
