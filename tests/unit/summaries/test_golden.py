"""What each situation reads like, word for word.

To accept a changed wording, write the golden files anew (`python -m tests.unit.summaries.test_golden`) and read them.
"""

from functools import cache
from pathlib import Path
from statistics import median

import pytest

from cli.blocks import plain_lines
from shared.flywheel.summaries.length import MOST_WORDS, words
from shared.flywheel.summaries.summary import Summary
from shared.slack.blocks import message_of
from tests.unit.summaries.situations import SITUATIONS, Messages

GOLDEN = Path(__file__).parent / "golden"


@cache
def messages(name: str) -> Messages:
    return SITUATIONS[name]()


def lines(channel: str, summary: Summary) -> list[str]:
    message = message_of(summary)
    return list(plain_lines(channel, message.text, message.blocks))


def shown(name: str) -> str:
    """The messages of a situation as a person reads them."""
    return "\n\n".join("\n".join(lines(*each)) for each in messages(name)) + "\n"


def in_view(summary: Summary) -> list[str]:
    """The words of a message, but for the lines that a terminal draws around it."""
    return " ".join(lines("", summary)[1:-1]).split()


def spoken(summary: Summary) -> int:
    """How many words of it are no mere marks."""
    return sum(any(map(str.isalnum, word)) for word in in_view(summary))


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_situation_reads_as_its_golden_file(name: str) -> None:
    assert shown(name) == (GOLDEN / f"{name}.txt").read_text()


def test_every_golden_file_is_of_a_situation() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(SITUATIONS)
    assert len(SITUATIONS) >= 24


def test_messages_are_short() -> None:
    lengths = [
        sum(any(map(str.isalnum, word)) for word in in_view(each)) for name in SITUATIONS for _, each in messages(name)
    ]
    assert median(lengths) <= 80
    assert max(lengths) <= MOST_WORDS


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_length_of_a_summary_is_that_of_its_message(name: str) -> None:
    for _, each in messages(name):
        assert len(in_view(each)) - 1 <= words(each) <= len(in_view(each)) + 6


@pytest.mark.parametrize("name", SITUATIONS)
def test_messages_of_one_channel_and_hour_do_not_contradict_each_other(name: str) -> None:
    told: dict[tuple[object, ...], str] = {}
    for channel, each in messages(name):
        hour = (channel, each.at.replace(minute=0))
        urgent = "broken" if "is not re" in each.headline else "doom" if each.headline.startswith("Doom") else "none"
        own = (("urgent", urgent), *((figure.label, figure.value) for figure in each.figures))
        for label, value in own:
            if label != "Time in this phase (median)":
                assert told.setdefault((*hour, label), value) == value


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_not_wired_is_said_once_and_only_in_a_digest(name: str) -> None:
    for channel, each in messages(name):
        assert " ".join(lines(channel, each)).count("not wired") <= (each.key == "digest")


@pytest.mark.parametrize("name", SITUATIONS)
def test_nothing_is_said_twice_in_a_message(name: str) -> None:
    for channel, each in messages(name):
        told = " ".join(lines(channel, each)).casefold()
        if each.action and each.action.because:
            assert told.count(each.action.because.casefold()) == 1
        for line in each.tenets:
            assert told.count(line.title.casefold()) == 1


if __name__ == "__main__":
    for path in GOLDEN.iterdir():
        path.unlink()
    for situation in SITUATIONS:
        (GOLDEN / f"{situation}.txt").write_text(shown(situation))
