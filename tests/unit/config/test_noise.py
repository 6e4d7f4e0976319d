"""Quiet hours by the wall clock, and the noise rules of the file."""

from datetime import UTC, datetime

import pytest

from shared.flywheel.settings.file import ConfigError, load
from shared.flywheel.settings.noise import NoiseSettings
from shared.flywheel.summaries.noise import breaks_through
from shared.flywheel.summaries.summary import Action, Key, Summary
from shared.flywheel.summaries.together import window_end

NIGHT = NoiseSettings(quiet_from=18, quiet_to=8)
NOON = NoiseSettings(quiet_from=12, quiet_to=13)
WORKDAYS = NoiseSettings(quiet_from=18, quiet_to=8, weekends=False)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("noise", "zone", "now", "until"),
    [
        (NIGHT, "UTC", "2026-01-05 17:59", None),
        (NIGHT, "UTC", "2026-01-05 18:00", "2026-01-06 08:00"),
        (NIGHT, "UTC", "2026-01-06 07:59", "2026-01-06 08:00"),
        (NIGHT, "UTC", "2026-01-06 08:00", None),
        (NIGHT, "Europe/Dublin", "2026-07-06 07:30", None),
        (NIGHT, "Europe/Dublin", "2026-03-28 20:00", "2026-03-29 07:00"),  # clocks go forward in that night
        (NIGHT, "Europe/Dublin", "2026-10-24 20:00", "2026-10-25 08:00"),  # and back in that one
        (NOON, "UTC", "2026-01-05 12:30", "2026-01-05 13:00"),
        (WORKDAYS, "UTC", "2026-01-09 19:00", "2026-01-12 08:00"),  # Friday evening to Monday morning
        (WORKDAYS, "UTC", "2026-01-10 12:00", "2026-01-12 08:00"),
        (NoiseSettings(weekends=False), "UTC", "2026-01-10 12:00", "2026-01-12 00:00"),
        (NoiseSettings(), "UTC", "2026-01-10 03:00", None),
    ],
)
def test_quiet_ends_by_the_wall_clock(noise: NoiseSettings, zone: str, now: str, until: str | None) -> None:
    assert noise.quiet_until(utc(now), zone) == (None if until is None else utc(until))


def test_a_channel_says_what_differs_from_all_others() -> None:
    settings = load("[noise]\nrepeat_days = 7\noff = ['reply']\n[channels.'#ceo']\nonly_on_change = false\n")
    assert settings.noise_of("#other") == NoiseSettings(repeat_days=7, off=("reply",))
    assert settings.noise_of("#ceo") == NoiseSettings(repeat_days=7, off=("reply",), only_on_change=False)


@pytest.mark.parametrize(
    ("minutes", "at", "end"),
    [
        (10, "2026-01-05 10:00", "2026-01-05 10:10"),
        (10, "2026-01-05 10:09:59.999999", "2026-01-05 10:10"),
        (10, "2026-01-05 10:10", "2026-01-05 10:20"),
        (0.5, "2026-01-05 10:00:31", "2026-01-05 10:01"),
        (1440, "2026-01-05 10:00", "2026-01-06 00:00"),
    ],
)
def test_news_waits_for_others_up_to_the_end_of_its_minutes(minutes: float, at: str, end: str) -> None:
    assert window_end(utc(at), minutes) == utc(end)


def advises(rule: str, key: Key) -> Summary:
    return Summary(
        id="s",
        flywheel="shop",
        turn="gift",
        key=key,
        phase=0,
        at=utc("2026-01-05 10:00"),
        outcome="delivered",
        persona="",
        heading="",
        headline="",
        action=Action(text="Do it", rule=rule),
    )


@pytest.mark.parametrize(
    ("rule", "key", "failed", "severity"),
    [
        ("failed_deployment", "digest", False, "broken"),
        ("open_incident", "digest", False, "broken"),
        ("open_incident", "idea", False, "broken"),
        ("doom_loop", "digest", False, "doom_loop"),
        ("stalled_turn", "feature", True, "failed_change"),
        ("doom_loop", "idea", False, None),  # it turns for weeks: each turn's end meanwhile waits as ever
        ("stalled_turn", "idea", False, None),
    ],
)
def test_what_is_severe_breaks_through_where_its_severity_is_listed(
    rule: str, key: Key, *, failed: bool, severity: str | None
) -> None:
    summary = advises(rule, key)
    assert breaks_through(summary, NoiseSettings(), failed=failed) == (severity is not None)
    for listed in ("broken", "failed_change", "doom_loop"):
        assert breaks_through(summary, NoiseSettings(breaks_through=(listed,)), failed=failed) == (listed == severity)


def test_noise_rules_fold_nothing_and_have_a_mark_of_their_own() -> None:
    quiet, plain = load("[noise]\nweekends = false\n"), load("")
    assert quiet.fingerprint() == plain.fingerprint()
    assert quiet.delivery_fingerprint() == plain.delivery_fingerprint()
    assert quiet.noise_fingerprint() != plain.noise_fingerprint()


@pytest.mark.parametrize(
    ("text", "place", "value"),
    [
        ("[noise]\noff = ['cards']\n", "noise.off", "cards"),
        ("[noise]\nquiet_from = 24\n", "noise.quiet_from", "24"),
        ("[noise]\nquiet_from = 18\n", "noise.quiet_from", "expected quiet_to beside it"),
        ("[noise]\nquiet_to = 8\n[channels.'#a']\nweekends = false\n", "noise.quiet_to", "quiet_from beside it"),
        ("[channels.'#a']\nquiet_to = 0\n", "quiet_to", "got 0 alone"),
        ("[noise]\nbreaks_through = ['failed']\n", "noise.breaks_through", "failed_change"),
        ("[noise]\ntogether_minutes = 1441\n", "noise.together_minutes", "0 to 1,440"),
        ("[channels.'#a']\ntogether = 10\n", "channels", "together_minutes"),
        ("[noise]\ntime_zone = 'Dublin'\n", "noise.time_zone", "Dublin"),
        ("[channels.general]\nweekends = false\n", "channels.general", "general"),
        ("[channels.'#a']\nrepeat = 7\n", "channels", "repeat_days"),
    ],
)
def test_a_wrong_rule_is_named_with_its_line(text: str, place: str, value: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(text)
    assert place in str(error.value)
    assert value in str(error.value)


def test_one_end_of_quiet_hours_may_be_everyones_and_the_other_a_channels() -> None:
    rules = load("[noise]\nquiet_from = 18\n[channels.'#a']\nquiet_to = 8\n").noise_of("#a")
    assert (rules.quiet_from, rules.quiet_to) == (18, 8)
