"""`[accounts.<number>]` and `[producers.<source>]`: what they mean, and what is said where they are wrong."""

from pathlib import Path

import pytest

from shared.flywheel.settings.accounts_and_producers import ACCOUNT_KEYS, PRODUCER_KEYS
from shared.flywheel.settings.file import ConfigError, load
from shared.flywheel.settings.values import SenderSettings

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")


def test_who_may_say_what_is_read_in_the_order_of_the_file() -> None:
    read = load(
        """
        [flywheels.web]
        [flywheels.search]
        [accounts.444455556666]
        flywheels = ["web"]
        sources = ["web-*", "aws.*"]
        [accounts.777788889999]
        sources = ["tools"]
        [producers."search-*"]
        flywheels = ["search"]
        [producers."*"]
        flywheels = ["web"]
        """
    )
    assert read.accounts == {
        "444455556666": SenderSettings(flywheels=("web",), sources=("web-*", "aws.*")),
        "777788889999": SenderSettings(sources=("tools",)),
    }
    assert list(read.producers) == ["search-*", "*"]


@pytest.mark.parametrize(
    ("text", "line", "key", "said"),
    [
        ("[accounts.4444]\nsources = ['a']", 1, "accounts.4444", "12 digits"),
        ("[accounts.444455556666]\nflywheels = ['a']", 1, "accounts.444455556666", "`sources` is missing"),
        ("[accounts.444455556666]\nsource = 'a'\nsources = ['a']", 2, "accounts.444455556666.source", "[hooks.<name>]"),
        ("[accounts.444455556666]\nsources = 'a'", 2, "accounts.444455556666.sources", "a list of names and patterns"),
        (
            "[accounts.444455556666]\nsources = ['a']\nflywheels = ['wbe']\n[flywheels.web]",
            3,
            "accounts.444455556666.flywheels[0]",
            "did you mean `web`?",
        ),
        ("[producers.ci]", 1, "producers.ci", "`flywheels` is missing"),
        ("[producers.ci]\nsources = ['a']\nflywheels = ['a']", 2, "producers.ci.sources", "[accounts.<number>]"),
        ("producers = 7", 1, "producers", "expected a table"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_mend(text: str, line: int, key: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(text)
    first = caught.value.errors[0]
    assert (first.line, first.key) == (line, key)
    assert said in first.problem


def test_every_key_is_in_the_page() -> None:
    assert [key for key in (*ACCOUNT_KEYS, *PRODUCER_KEYS) if f"`{key}`" not in PAGE] == []
