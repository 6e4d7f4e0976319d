"""When digests are posted: typed keys, each mistake with its mend."""

import pytest

from shared.flywheel.settings.file import load
from shared.flywheel.settings.problems import ConfigError


def test_digests_are_weekly_on_monday_at_nine_unless_told_otherwise() -> None:
    rules = load("").flywheel("anybody")
    assert (rules.digest, rules.digest_day, rules.digest_hour) == ("weekly", "monday", 9)


def test_a_flywheel_overrides_the_defaults() -> None:
    read = load("[defaults]\ndigest = 'monthly'\n[flywheels.a]\ndigest_day = 'friday'\ndigest_hour = 0\n[flywheels.b]")
    assert [(each.digest, each.digest_day, each.digest_hour) for each in read.flywheels.values()] == [
        ("monthly", "friday", 0),
        ("monthly", "monday", 9),
    ]


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("digest = 'weekley'", "did you mean `weekly`"),
        ("digest = true", "weekly"),
        ("digest_day = 'Monday'", "did you mean `monday`"),
        ("digest_hour = 24", "a whole hour of the day, 0 to 23"),
        ("digest_hour = 9.5", "a whole hour of the day, 0 to 23"),
        ("digest_our = 9", "did you mean `digest_hour`"),
    ],
)
def test_a_mistake_is_named_with_its_mend(line: str, mend: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(f"[flywheels.a]\n{line}")
    assert mend in str(caught.value)
    assert "flywheel.toml:2: flywheels.a.digest" in str(caught.value)
