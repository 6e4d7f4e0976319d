"""Owners, channels and the fingerprint of settings."""

import msgspec
import pytest

from shared.flywheel.rules import RULES
from shared.flywheel.settings import values
from shared.flywheel.settings.file import load
from shared.flywheel.settings.values import Defaults, FlywheelSettings, Settings

OWNERS = """
[flywheels.search]
services = ["search-*", "web-search"]
[flywheels.web]
services = ["web-*", "search-page"]
repositories = ["shop/*"]
[flywheels.checkout]
services = ["checkout", "web-checkout-*"]
repositories = ["shop/checkout", "pay/[a-c]?"]
"""


@pytest.mark.parametrize(
    ("service", "owner"),
    [
        ("search-api", "search"),
        ("search-page", "web"),
        ("web-search", "search"),
        ("web-checkout-eu", "web"),
        ("checkout", "checkout"),
        ("checkouts", None),
        ("Checkout", None),
        ("", None),
    ],
)
def test_an_exact_name_beats_a_pattern_and_then_the_first_in_the_file_wins(service: str, owner: str | None) -> None:
    assert load(OWNERS).owner_of_service(service) == owner


@pytest.mark.parametrize(
    ("repository", "owner"),
    [("shop/checkout", "checkout"), ("shop/other", "web"), ("pay/b1", "checkout"), ("pay/d1", None)],
)
def test_a_repository_has_an_owner_by_the_same_rule(repository: str, owner: str | None) -> None:
    assert load(OWNERS).owner_of_repository(repository) == owner


def test_production_is_told_without_case() -> None:
    read = load("environments.production = ['Prod-EU', 'STRASSE']")
    assert read.is_production("prod-eu")
    assert read.is_production("straße")
    assert not read.is_production("production")
    assert all(Settings().is_production(name) for name in ("production", "PROD", "Live"))
    assert not Settings().is_production("staging")


def test_a_summary_goes_to_its_persona_else_the_flywheel_else_the_stack() -> None:
    read = load(
        """
        slack.channel = "#all"
        defaults.personas = { ceo = "#ceo" }
        [flywheels.a]
        channel = "#a"
        personas.engineers = "#a-engineers"
        [flywheels.b]
        personas.ceo = "#b-ceo"
        """
    )
    assert [read.channel_of("a", phase) for phase in range(5)] == ["#a", "#ceo", "#a-engineers", "#a", "#a"]
    assert [read.channel_of("b", phase) for phase in range(5)] == ["#all", "#b-ceo", "#all", "#all", "#all"]
    assert read.channel_of("only-in-events", 1) == "#ceo"
    assert Settings().channel_of("any", 3) == "#value-flywheel"


def test_a_flywheel_is_called_by_its_name_else_its_id() -> None:
    assert FlywheelSettings(id="checkout", name="Checkout").title == "Checkout"
    assert FlywheelSettings(id="checkout").title == "checkout"


BASE = """
[environments]
production = ["prod", "live"]
[defaults]
personas = { ceo = "#ceo", cto = "#cto" }
[flywheels.a]
services = ["x", "y", "x-*"]
[flywheels.b]
services = ["z", "x-y-*"]
repositories = ["r"]
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('["prod", "live"]', '["LIVE", "Prod", "prod"]'),
        ('["x", "y", "x-*"]', '["y", "x-*", "x"]'),
        ("[flywheels.a]", "[flywheels.a]\nname = 'a'\nsoak_days = 7"),
        ("[flywheels.a]", "[flywheels.a]\nkind = 'team'\nrelease = 'explicit'\ntime_zone = 'UTC'"),
        ('ceo = "#ceo", cto = "#cto"', 'cto = "#cto", ceo = "#ceo"'),
        (
            "[environments]",
            "# a remark\n[figures]\nwindow_days = 84\n[slack]\nchannel = '#value-flywheel'\n[environments]",
        ),
    ],
)
def test_other_words_for_the_same_keep_the_fingerprint(old: str, new: str) -> None:
    assert old in BASE
    assert load(BASE.replace(old, new)).fingerprint() == load(BASE).fingerprint()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('["prod", "live"]', '["prod"]'),
        ("[environments]", "[figures]\nwindow_days = 28\n[environments]"),
        ("[defaults]", "[defaults]\nsoak_days = 8"),
        ('"y", "x-*"', '"x-*"'),
        ('["r"]', '["s"]'),
        ("[flywheels.a]", "[flywheels.a]\nparent = 'b'"),
        ("[flywheels.a]", "[flywheels.a]\nincident_hours = 12"),
        ("[flywheels.a]", "[flywheels.a]\nincidents = 'wired'"),
        ("[flywheels.a]", "[flywheels.a]\ntime_zone = 'Europe/Dublin'"),
        ("[flywheels.a]", "[flywheels.c]\n[flywheels.a]"),
    ],
)
def test_whatever_changes_a_number_changes_the_fingerprint(old: str, new: str) -> None:
    assert old in BASE
    assert load(BASE.replace(old, new, 1)).fingerprint() != load(BASE).fingerprint()


def test_what_only_changes_a_number_is_no_matter_of_delivery() -> None:
    later = load(BASE.replace("[defaults]", "[figures]\nwindow_days = 28\n[defaults]\nsoak_days = 8"))
    assert later.delivery_fingerprint() == load(BASE).delivery_fingerprint()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[environments]", "[slack]\nchannel = '#a'\n[environments]"),
        ("[defaults]", "[defaults]\ndigest = 'daily'\ndigest_day = 'friday'\ndigest_hour = 7\ncurrency = 'USD'"),
        ('ceo = "#ceo"', 'ceo = "#boss"'),
        ("[flywheels.a]", "[flywheels.a]\nname = 'A'\nkind = 'value_stream'"),
        ("[flywheels.a]", "[flywheels.a]\nvocabulary = 'data'"),
        ("[flywheels.a]", "[flywheels.a]\nchannel = '#a'"),
    ],
)
def test_what_only_changes_where_and_how_it_is_told_folds_nothing(old: str, new: str) -> None:
    assert old in BASE
    before, after = load(BASE), load(BASE.replace(old, new, 1))
    assert after.fingerprint() == before.fingerprint()
    assert after.delivery_fingerprint() != before.delivery_fingerprint()


def test_newer_rules_change_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load(BASE).fingerprint()
    monkeypatch.setattr(values, "RULES", RULES + 1)
    assert load(BASE).fingerprint() != before


def test_the_order_of_two_patterns_that_overlap_changes_the_fingerprint() -> None:
    one = load("[flywheels.a]\nservices=['x-*']\n[flywheels.b]\nservices=['x-y-*']")
    other = load("[flywheels.b]\nservices=['x-y-*']\n[flywheels.a]\nservices=['x-*']")
    assert (one.owner_of_service("x-y-z"), other.owner_of_service("x-y-z")) == ("a", "b")
    assert one.fingerprint() != other.fingerprint()


def test_the_order_of_flywheels_without_patterns_does_not() -> None:
    one = load("[flywheels.a]\nservices=['x']\n[flywheels.b]\nservices=['y']")
    other = load("[flywheels.b]\nservices=['y']\n[flywheels.a]\nservices=['x']")
    assert one.fingerprint() == other.fingerprint()


def test_every_setting_but_of_translating_and_telling_is_in_the_fingerprint() -> None:
    """A setting added later and forgotten there would leave stored summaries stale."""
    base = Settings(flywheels={"a": FlywheelSettings(id="a")})
    changed = {"production": ("p",), "window_days": 1.0, "flywheels": {}, "defaults": Defaults(soak_days=1.0)}
    telling = {"board", "slack", "sources", "hooks", "well_architected", "accounts", "producers", "corrections"}
    telling |= {"noise", "channels"}
    for name in set(Settings.__struct_fields__) - telling:
        assert msgspec.structs.replace(base, **{name: changed[name]}).fingerprint() != base.fingerprint()
