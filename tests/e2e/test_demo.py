"""`flywheel demo`: vendors' signed deliveries become the figures that the pure domain makes of them; none is lost."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import events
from cli.blocks import plain_lines
from cli.demo.delivery import Delivery
from cli.demo.moments import ENDS
from cli.demo.show import CONFIG
from cli.demo.story import FLYWHEELS, ORGANISATION, TEAMS, story
from infra.stage import PROJECT
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.report.report import report
from shared.flywheel.settings.file import load
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.noise import is_routine
from shared.intake.hooks import hook_of, sort
from shared.slack.words import words_of
from shared.sources.catalogue import SOURCES, event_source, translate
from shared.sources.delivery import delivery_of
from shared.sources.envelope import canonical_events
from shared.sources.errors import UnreadableDeliveryError

pytestmark = pytest.mark.takes(50)

CLOSED = re.compile(r"^“.*” was (delivered|stopped)")
"""How the message of a turn that closed begins."""


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the demo says as JSON, in a process of its own as a user runs it; once for all tests here."""
    ran = subprocess.run(
        [sys.executable, "-m", "cli", "demo", "--json"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    value: dict[str, Any] = json.loads(ran.stdout)
    return value


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(CONFIG.read_bytes())


def understood(delivery: Delivery, settings: Settings) -> Iterator[events.Event]:
    """What the sources make of a delivery, without any stack."""
    if delivery.hook is None:
        translation = canonical_events(delivery.content, settings.sources)
        for event in translation.events:
            yield events.decode(event.envelope(delivery.content["source"]))
        return
    hook = hook_of(delivery.hook, settings)
    assert hook is not None
    sent = delivery_of(list(delivery.headers.items()), delivery.body.decode(), is_base64=False)
    try:
        translation = translate(SOURCES[hook.source], sent, settings.options(hook))
    except UnreadableDeliveryError:
        return
    for event in sort(translation.events, hook, settings).yours:
        yield events.decode(event.envelope(event_source(hook.source, delivery.hook)))


def of(told: dict[str, Any], part: str, flywheel: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in told[part] if each["flywheel"] == flywheel)
    return found


def test_the_teams_send_what_vendors_send(settings: Settings) -> None:
    """Checkout: GitHub, PagerDuty, AWS's own events and Standard Webhooks; search: CDEvents, LaunchDarkly and those."""
    senders: dict[str, set[str]] = {flywheel: set() for flywheel in TEAMS}
    for delivery in story():
        hook = None if delivery.hook is None else hook_of(delivery.hook, settings)
        [flywheel] = ("checkout",) if hook is None else hook.flywheels
        senders[flywheel].add(delivery.content["source"] if hook is None else hook.source)
    assert senders == {
        "checkout": {"github", "pagerduty", "standard-webhooks", "aws.codepipeline", "aws.cloudwatch"},
        "search": {"cloudevents", "launchdarkly", "standard-webhooks"},
    }


def test_deliveries_are_told_by_their_source(told: dict[str, Any]) -> None:
    assert sum(told["senders"].values()) == told["counts"]["deliveries"]
    assert list(told["senders"]) == [
        "AWS on the default bus",
        "CloudEvents and CDEvents",
        "GitHub",
        "LaunchDarkly",
        "PagerDuty",
        "Standard Webhooks",
    ]


def test_every_delivery_is_understood_acknowledged_or_rejected(told: dict[str, Any], settings: Settings) -> None:
    deliveries = story()
    sent = [event for delivery in deliveries for event in understood(delivery, settings)]
    different = {(event.source, json.dumps(event.raw, sort_keys=True)) for event in sent}
    identities = {(event.source, event.raw["id"]) for event in sent}
    assert told["counts"] == {
        "deliveries": len(deliveries),
        "acknowledged": 1,
        "rejected": 1,
        "events": len(sent),
        "accepted": len(different),
        "counted": len(identities),
        "dead_lettered": 0,
    }
    assert (len(sent) - len(different), len(different) - len(identities)) == (2, 1)


@pytest.mark.parametrize("flywheel", FLYWHEELS)
def test_the_stack_reports_what_the_pure_domain_reports(
    told: dict[str, Any], settings: Settings, flywheel: str
) -> None:
    facts = [fact_of(event) for delivery in story() for event in understood(delivery, settings)]
    expected = report(facts, flywheel=flywheel, settings=settings, as_of=ENDS)
    assert of(told, "reports", flywheel) == json.loads(json.dumps(expected))


def test_what_one_team_sends_little_by_little_turns_not_wired_into_figures(told: dict[str, Any]) -> None:
    tenets = {flywheel: of(told, "wiring", flywheel)["tenets"] for flywheel in TEAMS}
    assert tenets["checkout"] == {
        "4": [2, 5, 8, 10],
        "12": list(range(1, 13)),
        "20": list(range(1, 13)),
    }
    assert tenets["search"]["4"] == [1, 2, 8, 10]
    assert tenets["search"]["12"] == [1, 2, 3, 7, 8, 10]
    at_the_end = {each["tenet"] for each in of(told, "reports", "search")["tenets"] if not_wired(each)}
    assert at_the_end == set(range(1, 13)) - set(tenets["search"]["20"]) == {4, 9, 11, 12}


def not_wired(tenet: dict[str, Any]) -> bool:
    return all(signal["status"] == "not_wired" for signal in tenet["signals"])


def test_the_other_falls_into_a_doom_loop_and_leaves_it(told: dict[str, Any]) -> None:
    verdicts = {flywheel: of(told, "wiring", flywheel)["doom_loop"] for flywheel in TEAMS}
    assert [(step["since"], step["verdict"]) for step in verdicts["search"]] == [
        ("2026-01-05", "clear"),
        ("2026-03-11", "watch"),
        ("2026-03-12", "doom_loop"),
        ("2026-03-24", "clear"),
    ]
    assert [step["verdict"] for step in verdicts["checkout"]] == ["unknown", "clear"]


def test_slack_hears_of_the_doom_loop_while_it_lasts(told: dict[str, Any]) -> None:
    digests = [
        message["text"]
        for message in told["messages"]
        if message["channel"] == "#search" and message["text"].startswith("Weekly digest")
    ]
    places = [place for place, text in enumerate(digests) if "Doom loop: " in text]
    assert places == [places[0], places[0] + 1]


def test_both_teams_hear_of_every_turn_that_ended_in_the_story_once(told: dict[str, Any]) -> None:
    said = [(message["channel"], message["thread_ts"], message["text"]) for message in told["messages"]]
    posted = [(channel, text) for channel, _, text in said]
    assert {channel for channel, _ in posted} == {"#checkout", "#search", "#leadership"}
    of_teams = [each for each in said if each[0] != "#leadership"]
    assert len(of_teams) == len(set(of_teams))
    for found in (of(told, "reports", flywheel) for flywheel in TEAMS):
        ended = [turn for turn in found["turn_list"] if turn["closed_at"]]
        closed = [turn for turn in ended if not is_routine(turn)]
        announced = [text for channel, text in posted if channel == f"#{found['flywheel']}" and CLOSED.search(text)]
        late = [
            text for channel, text in posted if channel == f"#{found['flywheel']}" and text.startswith("The outcome")
        ]
        assert len(announced) <= len(ended)
        assert len(announced) + len(late) >= len(closed)  # what looked routine at its close is told with its outcome


def test_of_each_channel_the_newest_phase_turn_and_digest_are_printed(told: dict[str, Any]) -> None:
    shown = {(each["message"]["channel"], each["kind"]): each["message"]["text"] for each in told["shown"]}
    kinds = {(f"#{flywheel}", kind) for flywheel in TEAMS for kind in ("card", "phase", "turn", "digest")}
    assert {each for each in shown if each[1] != "outcome"} == kinds | {("#leadership", "digest")}
    for (channel, kind), text in shown.items():
        of_its_kind = [
            message["text"] for message in told["messages"] if (message["channel"], kind_of(message)) == (channel, kind)
        ]
        assert of_its_kind[-1] == text


def test_each_message_is_as_short_as_people_read(told: dict[str, Any]) -> None:
    """Sixty words of a card and of what stands in its thread, a hundred and forty of all others; buttons count."""
    longest: dict[str, int] = {}
    for message in told["messages"]:
        kind = kind_of(message)
        longest[kind] = max(longest.get(kind, 0), words_of(message["blocks"]))
    assert longest["card"] <= 60
    assert longest["phase"] <= 60
    assert max(longest.values()) <= 140


def kind_of(message: dict[str, Any]) -> str:
    if CLOSED.search(message["text"]):
        return "turn"
    if message["text"].startswith("The outcome of "):
        return "outcome"
    if message["thread_ts"]:
        return "phase"
    return "digest" if message["text"].startswith("Weekly digest ") else "card"


def test_bets_of_one_team_mostly_pay_and_the_other_moves_nothing_until_it_challenges(told: dict[str, Any]) -> None:
    checkout, search = (of(told, "reports", flywheel) for flywheel in TEAMS)
    assert checkout["value"]["outcomes"] == {"met": 3, "missed": 1, "learned": 0, "unknown": 0}
    assert {bet["heading"] for bet in checkout["value"]["bets"] if bet["outcome"] == "met"} == {"towards"}
    before, after = ([turn["outcome"] for turn in turns] for turns in by_challenge(search))
    assert before
    assert set(before) == {"missed"}
    assert after.count("met") == 2


def by_challenge(report: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The delivered turns without a challenge, and those with one."""
    delivered = [turn for turn in report["turn_list"] if turn["state"] == "delivered"]
    challenged = [turn["phases"]["2"]["entered_at"] is not None for turn in delivered]
    return (
        [turn for turn, yes in zip(delivered, challenged, strict=True) if not yes],
        [turn for turn, yes in zip(delivered, challenged, strict=True) if yes],
    )


def test_the_weeks_are_enough_for_verdicts_that_are_no_chance(told: dict[str, Any]) -> None:
    for flywheel in TEAMS:
        lead = of(told, "reports", flywheel)["trends"]["dora.lead_time_hours"]
        assert lead["trend"] == "better", lead


def test_the_organisation_has_digests_while_things_change_and_the_last_message_printed_is_its_own(
    told: dict[str, Any],
) -> None:
    texts = [message["text"] for message in told["messages"] if message["channel"] == "#leadership"]
    assert 3 <= len(texts) <= 20  # one that says nothing new is held back
    assert any("Search is in a doom loop" in text for text in texts)
    assert told["shown"][-1]["message"]["text"] == texts[-1]
    organisation = of(told, "reports", ORGANISATION)["context"]["children"]
    assert [each["title"] for each in organisation["shared"]["blockers"]] == ["New terms of payment"]
    assert [each["flywheels"] for each in organisation["shared"]["inertia"]] == [["checkout", "search"]]


def test_the_readme_shows_a_message_that_the_demo_prints(told: dict[str, Any]) -> None:
    sample = (PROJECT / "README.md").read_text().partition("posts looks like this:\n\n```\n")[2].partition("```")[0]
    printed = [lines_without_address(each["message"]) for each in told["shown"]]
    assert sample.splitlines() in printed


def lines_without_address(message: dict[str, Any]) -> list[str]:
    """A message as it is printed, without the link to the board, which is another one for each stack."""
    told = re.sub(r'(\\n)?<https://[^|"]*\|Open the board>', "", json.dumps(message["blocks"]))
    blocks = [block for block in json.loads(told) if block.get("text", {}).get("text", True)]
    return [*plain_lines(message["channel"], message["text"], blocks)][:-1]
