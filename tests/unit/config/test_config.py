"""`flywheel.toml`: what it means, and what is said where it is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.flywheel.settings.file import ConfigError, load
from shared.flywheel.settings.values import Defaults, FlywheelSettings, Settings, SlackSettings

ROOT = Path(__file__).parents[3]
EXAMPLE = (ROOT / "flywheel.example.toml").read_text(encoding="utf-8")


def mistakes(text: str | bytes) -> list[tuple[int, str, str]]:
    """Line, key and problem of every mistake."""
    with pytest.raises(ConfigError) as caught:
        load(text, "team.toml")
    assert all(error.filename == "team.toml" for error in caught.value.errors)
    return [(error.line, error.key, error.problem) for error in caught.value.errors]


def mistake(text: str | bytes) -> tuple[int, str, str]:
    (only,) = mistakes(text)
    return only


# -- what it means


@pytest.mark.parametrize("text", ["", "# nothing\n", "\ufeff", "[flywheels]", "[slack]\n[figures]"])
def test_an_empty_file_gives_the_defaults(text: str) -> None:
    assert load(text) == Settings()


def test_a_file_says_what_it_says() -> None:
    read = load(
        """
        [figures]
        window_days = 28
        [environments]
        production = ["prod-eu", "prod-us"]
        [slack]
        channel = "#deliveries"
        [defaults]
        time_zone = "Europe/Dublin"
        personas.ceo = "#leadership"
        [flywheels.checkout]
        name = "Checkout"
        kind = "value_stream"
        services = ["checkout", "checkout-*"]
        repositories = ["shop/checkout"]
        release = "on_deployment"
        soak_days = 3
        incident_hours = 12
        vocabulary = "scaling"
        channel = "C0123ABCDE"
        personas = { cto = "#architecture" }
        [flywheels.search]
        parent = "checkout"
        """
    )
    assert read == Settings(
        window_days=28.0,
        production=("prod-eu", "prod-us"),
        slack=SlackSettings(channel="#deliveries"),
        defaults=Defaults(time_zone="Europe/Dublin", personas={"ceo": "#leadership"}),
        flywheels={
            "checkout": FlywheelSettings(
                id="checkout",
                name="Checkout",
                kind="value_stream",
                services=("checkout", "checkout-*"),
                repositories=("shop/checkout",),
                release="on_deployment",
                soak_days=3.0,
                incident_hours=12.0,
                time_zone="Europe/Dublin",
                vocabulary="scaling",
                channel="C0123ABCDE",
                personas={"ceo": "#leadership", "cto": "#architecture"},
            ),
            "search": FlywheelSettings(
                id="search", parent="checkout", time_zone="Europe/Dublin", personas={"ceo": "#leadership"}
            ),
        },
    )


def test_a_file_of_bytes_with_windows_line_ends_is_read_as_text() -> None:
    assert load(b"\xef\xbb\xbf[slack]\r\nchannel = '#a'\r\n").slack.channel == "#a"


def test_a_flywheel_that_only_events_name_has_the_defaults_of_the_file() -> None:
    read = load("defaults = { soak_days = 2, vocabulary = 'data' }")
    assert read.flywheel("anybody") == FlywheelSettings(id="anybody", soak_days=2.0, vocabulary="data")


def test_the_example_is_valid_and_shows_every_table() -> None:
    read = load(EXAMPLE)
    assert list(read.flywheels) == ["shop", "checkout", "search"]
    assert read.flywheel("checkout").time_zone == "Europe/Dublin"
    assert all(f"[{table}]" in EXAMPLE for table in ("figures", "environments", "slack", "defaults"))


def test_the_documentation_names_every_key() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    keys = {"window_days", "production", *SlackSettings.__struct_fields__, *FlywheelSettings.__struct_fields__}
    assert [key for key in sorted(keys - {"id"}) if f"`{key}`" not in page] == []


def test_the_examples_of_the_documentation_are_valid() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    examples = [part.partition("```")[0] for part in page.split("```toml\n")[1:]]
    assert len(examples) >= 2
    assert all(load(example) != Settings() for example in examples)


# -- what is said where it is wrong


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    found = mistakes(
        "[figures]\nwindow_days = 0\n\n[flywheels.a]\nsoak_days = -1\ncolour = 'red'\n[slack]\nchannel = 'x'"
    )
    assert [(line, key) for line, key, _ in found] == [
        (2, "figures.window_days"),
        (5, "flywheels.a.soak_days"),
        (6, "flywheels.a.colour"),
        (8, "slack.channel"),
    ]


def test_an_error_is_one_line_for_each_mistake() -> None:
    with pytest.raises(ConfigError) as caught:
        load("[figures]\nwindow_day = 1\n[slacks]")
    assert str(caught.value).split("\n") == [
        "flywheel.toml:2: figures.window_day: unknown key; did you mean `window_days`?",
        "flywheel.toml:3: slacks: unknown key; did you mean `slack`?",
    ]
    first = caught.value
    assert (first.filename, first.line, first.key) == ("flywheel.toml", 2, "figures.window_day")
    assert first.problem == "unknown key; did you mean `window_days`?"


@pytest.mark.parametrize(
    ("text", "line", "key", "problem"),
    [
        ("window_days = 7", 1, "window_days", "unknown key here; `window_days` belongs in [figures]"),
        ("windowdays = 7", 1, "windowdays", "unknown key; did you mean `figures.window_days`?"),
        (
            "[figures]\nsoak_days = 7",
            2,
            "figures.soak_days",
            "unknown key here; `soak_days` belongs in [defaults] or [flywheels.<id>]",
        ),
        ("[slack]\nzzz = 1", 2, "slack.zzz", "unknown key; known here: channel, guests, webhooks, topics"),
        ("[flywheels.a]\n'time zone' = 'UTC'", 2, 'flywheels.a."time zone"', "unknown key; did you mean `time_zone`?"),
        (
            "[flywheels.a]\nrelease = 'on-deployment'",
            2,
            "flywheels.a.release",
            'got "on-deployment", expected one of "explicit", "on_deployment"; did you mean `on_deployment`?',
        ),
        (
            "[flywheels.a]\nkind = 'squad'",
            2,
            "flywheels.a.kind",
            'got "squad", expected one of "team", "value_stream", "data_domain", "organisation"',
        ),
        ("flywheels.a.soak_days = '7'", 1, "flywheels.a.soak_days", 'got "7", expected a number of days, 0 to 728'),
        ("flywheels.a.soak_days = nan", 1, "flywheels.a.soak_days", "got NaN, expected a number of days, 0 to 728"),
        ("flywheels.a.soak_days = true", 1, "flywheels.a.soak_days", "got true, expected a number of days, 0 to 728"),
        (
            "defaults.incident_hours = inf",
            1,
            "defaults.incident_hours",
            "got Infinity, expected a number of hours, 0 to 17472",
        ),
        ("figures.window_days = 729", 1, "figures.window_days", "got 729, expected a number of days, 1 to 728"),
        (
            "[flywheels.a]\ntime_zone = 'Europe/Dubln'",
            2,
            "flywheels.a.time_zone",
            (
                'got "Europe/Dubln", expected a time zone of the IANA database such as `Europe/Dublin`; '
                "did you mean `Europe/Dublin`?"
            ),
        ),
        (
            "[environments]\nproduction = []",
            2,
            "environments.production",
            "got [], expected a list of names of environments",
        ),
        (
            "[flywheels.a]\nservices = [\n  'web',\n  '',\n]",
            4,
            "flywheels.a.services[1]",
            'got "", expected a text of 1 to 256 characters',
        ),
        (
            "[flywheels.a]\nservices = 'web'",
            2,
            "flywheels.a.services",
            'got "web", expected a list of names and patterns such as `["checkout", "checkout-*"]`',
        ),
        ("[flywheels.a.personas]\ncfo = '#b'", 2, "flywheels.a.personas.cfo", "unknown key; did you mean `cto`?"),
        (
            "[flywheels.a]\npersonas = '#b'",
            2,
            "flywheels.a.personas",
            'got "#b", expected a table of personas and their channels such as `{ ceo = "#leadership" }`',
        ),
        ("flywheels = 5", 1, "flywheels", "got 5, expected a table: write `[flywheels]` on a line of its own"),
        (
            "\n[[slack]]\nchannel = '#a'",
            2,
            "slack",
            'got [{"channel": "#a"}], expected a table: write `[slack]` on a line of its own',
        ),
        (
            "[flywheels]\nsearch = 1",
            2,
            "flywheels.search",
            "got 1, expected a table: write `[flywheels.search]` on a line of its own",
        ),
    ],
)
def test_a_mistake_is_named_by_line_key_value_and_mend(text: str, line: int, key: str, problem: str) -> None:
    assert mistake(text) == (line, key, problem)


@pytest.mark.parametrize(
    "channel", ["checkout", "#Checkout", "#a b", "#", "@bob", "#" + "a" * 81, "c0123abcd", "U0123ABCD", "#a\n", "C1"]
)
def test_a_channel_is_a_name_with_a_hash_or_an_id(channel: str) -> None:
    line, key, problem = mistake(f"[slack]\nchannel = {json.dumps(channel)}")
    assert (line, key) == (2, "slack.channel")
    assert problem.startswith(f"got {json.dumps(channel)}"[:60])


@pytest.mark.parametrize("channel", ["#a", "#team-checkout_2", "#équipe", "#" + "a" * 80, "C0123ABCD", "G0123ABCD"])
def test_a_channel_may_be_any_that_slack_makes(channel: str) -> None:
    assert load(f"[slack]\nchannel = {json.dumps(channel)}").slack.channel == channel


@pytest.mark.parametrize("name", ["Mars/Olympus", "Europe", "../UTC", "/etc/passwd", "", "a\0b", "x" * 300])
def test_a_time_zone_exists(name: str) -> None:
    assert mistake(f"[defaults]\ntime_zone = {json.dumps(name)}")[:2] == (2, "defaults.time_zone")


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("My Team", "write `my-team` and keep"),
        ("Checkout_2", "write `checkout-2` and keep"),
        ("-a", "write `a` and keep"),
        ("é", "small letters"),
        ("a" * 64, "1 to 63"),
    ],
)
def test_an_id_is_plain(name: str, mend: str) -> None:
    line, key, problem = mistake(f"\n[flywheels.{json.dumps(name, ensure_ascii=False)}]")
    assert line == 2
    assert key.startswith("flywheels.")
    assert mend in problem


def test_no_flywheel_can_be_called_unassigned() -> None:
    assert "no flywheel owns" in mistake("[flywheels.unassigned]")[2]


def test_a_parent_is_a_configured_flywheel() -> None:
    line, key, problem = mistake("[flywheels.shop]\n[flywheels.search]\nparent = 'shopp'")
    assert (line, key) == (3, "flywheels.search.parent")
    assert problem == 'no flywheel "shopp" is configured; did you mean `shop`?'


def test_no_flywheel_is_its_own_ancestor() -> None:
    text = "[flywheels.a]\nparent='b'\n[flywheels.b]\nparent='c'\n[flywheels.c]\nparent='a'\n[flywheels.d]\nparent='a'"
    assert mistake(text) == (2, "flywheels.a.parent", "flywheels cannot be their own ancestors: a → b → c → a")
    assert mistake("[flywheels.a]\nparent='a'")[2].endswith("a → a")


@pytest.mark.parametrize("what", ["services", "repositories"])
@pytest.mark.parametrize("name", ["web", "web-*"])
def test_a_service_or_repository_has_one_owner(what: str, name: str) -> None:
    line, key, problem = mistake(f"[flywheels.a]\n{what} = ['x', '{name}']\n[flywheels.b]\n{what} = ['{name}']")
    assert (line, key) == (4, f"flywheels.b.{what}[0]")
    assert problem.startswith(f'"{name}" belongs to flywheel `a` already (line 2)')


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("[slack\nchannel = 1", 1, "Expected ']'"),
        ("a = 1\nb = \n", 2, 'Invalid value in "b ="'),
        ("a = 1\na = 2", 2, 'Cannot overwrite a value in "a = 2"'),
        ("a = '''\n\n", 3, "Expected \"'''\""),
        ("\n\na = " + "9" * 5000, 3, "a number with too many digits"),
        ("a = 2026-02-30", 1, "Invalid date"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, line: int, problem: str) -> None:
    found = mistake(text)
    assert found[:2] == (line, "")
    assert found[2].startswith(f"no valid TOML: {problem}")


def test_what_is_no_utf_8_is_told_with_its_line() -> None:
    assert mistake(b"[slack]\nchannel = '\xe9'") == (2, "", "byte 0xe9 is no UTF-8: save the file as UTF-8")


def test_nesting_without_end_is_refused() -> None:
    assert mistake("a = " + "[" * 100_000)[2] == "nested too deep to be a configuration"


# -- nothing else ever comes out

VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from(["#a", "UTC", "team", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(
    [*FlywheelSettings.__struct_fields__, "window_days", "production", "channel", "a", "ceo", "services", ""]
)
TABLES = st.sampled_from(
    ["figures", "environments", "slack", "defaults", "flywheels", "flywheels.a", "flywheels.b", "flywheels.a.personas"]
)


def written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value).replace("NaN", "nan").replace("Infinity", "inf")


LINES = (
    st.tuples(KEYS, VALUES).map(lambda pair: f"{json.dumps(pair[0])} = {written(pair[1])}")
    | TABLES.map(lambda table: f"[{table}]")
    | TABLES.map(lambda table: f"[[{table}]]")
    | st.text(max_size=10)
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=8).map("\n".join) | st.text() | st.binary())
def test_any_text_gives_settings_or_a_config_error(text: str | bytes) -> None:
    try:
        read = load(text)
    except ConfigError as error:
        found = error.errors
    else:
        found = []
        assert read == load(text)
        assert len(read.fingerprint()) == 16
    lines = (text.decode(errors="replace") if isinstance(text, bytes) else text).count("\n") + 1
    assert all(1 <= each.line <= lines and each.problem for each in found)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_valid_file_with_any_one_value_spoilt_is_told_at_its_line(data: st.DataObject) -> None:
    lines = EXAMPLE.split("\n")
    places = [place for place, line in enumerate(lines) if " = " in line.partition("#")[0]]
    place = data.draw(st.sampled_from(places))
    key = lines[place].partition(" = ")[0]
    lines[place] = f"{key} = {written({'spoilt': data.draw(st.integers())})}"
    with pytest.raises(ConfigError) as caught:
        load("\n".join(lines))
    assert caught.value.errors[0].line == place + 1
