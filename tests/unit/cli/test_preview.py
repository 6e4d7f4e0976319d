"""`flywheel preview`: what would have been posted, in order, and by which rules; nothing is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.figures import from_stack
from shared.flywheel.actions.rules import RULES
from tests.unit.domain.histories import History
from tests.unit.store.driving import Driver
from tests.unit.summaries.wheels import first_turn, healthy

Run = Callable[..., Any]
AS_OF = ("--as-of", "2026-02-02T12:00:00Z")


def written(path: Path, history: History) -> Path:
    path.write_text("".join(json.dumps(event) + "\n" for event in history.events))
    return path


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return written(tmp_path / "history.jsonl", first_turn())


def test_summaries_and_digests_come_in_the_order_in_which_they_were_due(flywheel: Run, history: Path) -> None:
    ran = flywheel("preview", history, "--weeks", 4, "--json", *AS_OF)
    assert (ran.code, ran.err) == (0, "")
    told = json.loads(ran.out)
    assert [(message["at"][:10], message["kind"], message["held"]) for message in told["messages"]] == [
        ("2026-01-06", "reply in a thread", None),
        ("2026-01-07", "reply in a thread", None),
        ("2026-01-10", "reply in a thread", None),
        ("2026-01-12", "digest", None),
        ("2026-01-17", "reply in a thread", "told with the close of the turn"),
        ("2026-01-17", "turn summary", None),
        ("2026-01-19", "digest", None),
        ("2026-01-26", "digest", "as before"),
        ("2026-02-02", "digest", "as before"),
    ]
    assert told["counts"]["kinds"] == {"reply in a thread": 3, "digest": 2, "turn summary": 1}
    assert told["counts"]["held"] == {"as before": 2, "told with the close of the turn": 1}


def test_a_digest_says_what_its_channel_was_not_told_before_it(flywheel: Run, history: Path, tmp_path: Path) -> None:
    config = tmp_path / "flywheel.toml"
    config.write_text("[flywheels.checkout]\nchannel = '#shop'\n[noise]\noff = ['reply']\n")
    ran = flywheel("preview", history, "--weeks", 4, "--config", config, *AS_OF)
    assert "3 messages held back since 5 Jan: 3 switched off" in " ".join(ran.out.split())


def test_news_of_several_turns_within_the_minutes_of_the_rule_is_one_message(flywheel: Run, tmp_path: Path) -> None:
    ideas = History()
    for day, name in enumerate(("gift", "wallet", "search"), start=12):
        ideas.proposed(f"01-{min(day, 13):02} 10:0{day - 12}", name, id=name)
    config = tmp_path / "flywheel.toml"
    config.write_text("[noise]\ntogether_minutes = 10\n[defaults]\ndigest = 'off'\n")
    ran = flywheel("preview", written(tmp_path / "ideas.jsonl", ideas), "--json", "--config", config, *AS_OF)
    told = json.loads(ran.out)
    assert [(each["at"], each["kind"], each["held"]) for each in told["messages"]] == [
        ("2026-01-12T10:00:00Z", "card", None),
        ("2026-01-13T10:01:00Z", "card", "told in one message with other turns"),
        ("2026-01-13T10:02:00Z", "card", "told in one message with other turns"),
        ("2026-01-13T10:10:00Z", "several turns", None),
    ]
    assert told["messages"][-1]["text"].startswith(
        "2 turns moved on · checkout. wallet is in Clarity of Purpose; search"
    )
    assert told["counts"]["kinds"] == {"card": 1, "several turns": 1}


def test_a_turn_that_ends_with_a_failed_change_waits_for_no_other(flywheel: Run, tmp_path: Path) -> None:
    turns = History()
    for name in ("gift", "wallet", "search"):
        turns.proposed("01-12 10:00", name, id=name).deployed("01-13 10:00", f"d {name}", features=[name])
        turns.released("01-13 10:01", name, idea=name, deployments=[f"d {name}"])
    turns.incident("01-13 11:00", "down", "01-13 12:00", cause={"deployment": "d gift"})
    config = tmp_path / "flywheel.toml"
    path = written(tmp_path / "turns.jsonl", turns)

    def ends(rule: str) -> list[tuple[str, str | None]]:
        config.write_text(f"[defaults]\ndigest = 'off'\n[noise]\ntogether_minutes = 60\n{rule}")
        listed = json.loads(flywheel("preview", path, "--json", "--config", config, *AS_OF).out)["messages"]
        return [(each["text"].partition(" was ")[0], each["held"]) for each in listed if each["kind"] == "turn summary"]

    together = "told in one message with other turns"
    assert sorted(ends("")) == [("“gift”", None), ("“search”", together), ("“wallet”", together)]
    assert {held for _, held in ends("breaks_through = []\n")} == {together}


def test_what_lies_before_the_weeks_is_left_out(flywheel: Run, history: Path) -> None:
    told = json.loads(flywheel("preview", history, "--weeks", 2, "--json", *AS_OF).out)
    assert [message["at"] for message in told["messages"]] == ["2026-01-26T09:00:00Z", "2026-02-02T09:00:00Z"]


def test_persons_and_flywheels_have_the_channels_of_the_configuration(
    flywheel: Run, history: Path, tmp_path: Path
) -> None:
    config = tmp_path / "flywheel.toml"
    config.write_text("[flywheels.checkout]\nchannel = '#shop'\npersonas = { cto = '#technology' }\n")
    told = json.loads(flywheel("preview", history, "--weeks", 4, "--json", "--config", config, *AS_OF).out)
    assert told["counts"]["channels"] == {"#shop": 6, "#technology": 3}
    assert told["counts"]["kinds"]["digest"] == 4


def test_people_read_the_messages_and_then_the_counts(flywheel: Run, history: Path) -> None:
    out = flywheel("preview", history, "--weeks", 4, *AS_OF).out
    assert out.startswith("── #value-flywheel · 2026-01-06T08:00:00Z")
    assert out.index("Weekly digest · checkout") > out.index("Next Best Action is complete")
    counts = out[out.index("6 messages of checkout in 4 weeks") :]
    assert "3  reply in a thread" in counts
    assert "2  as before" in counts
    assert "By rule of the next best action" in counts
    assert "most_telling_kind" in counts


def test_a_stack_previews_the_same(flywheel: Run, history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver()
    driver.append(first_turn().events)
    monkeypatch.setattr(from_stack, "outputs_of", lambda _: {from_stack.TABLE_OUTPUT: "flywheel"})
    monkeypatch.setattr(from_stack, "store_of", lambda *_: driver.store)
    ran = flywheel("preview", "--weeks", 4, "--json", *AS_OF)
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert len(told["messages"]) == 9
    assert told == json.loads(flywheel("preview", history, "--weeks", 4, "--json", *AS_OF).out)


def test_a_history_without_messages_says_so(flywheel: Run, history: Path) -> None:
    out = flywheel("preview", history, "--as-of", "2027-06-01T00:00:00Z").out
    assert out.strip() == "0 messages of checkout in 4 weeks up to 2027-06-01T00:00:00Z; nothing was posted"


@pytest.mark.parametrize("weeks", ["0", "-1", "105"])
def test_weeks_beyond_memory_are_wrong_usage(flywheel: Run, history: Path, weeks: str) -> None:
    ran = flywheel("preview", history, "--weeks", weeks)
    assert ran.code == 2
    assert "--weeks" in ran.err


@pytest.mark.slow
def test_messages_are_counted_by_the_rule_that_chose_their_action(flywheel: Run, tmp_path: Path) -> None:
    told = json.loads(
        flywheel(
            "preview", written(tmp_path / "h", healthy()), "--weeks", 26, "--as-of", "2026-07-06T09:00:00Z", "--json"
        ).out
    )
    assert {rule.partition(".")[0] for rule in told["counts"]["rules"]} <= {rule.id for rule in RULES}
    assert len(told["messages"]) > 100
