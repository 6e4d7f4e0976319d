"""What people do in Slack, from their side: commands, forms, buttons."""

import json

import pytest

from engine import AppError, FaultParts
from shared.slack import actions
from shared.slack.actions import Pressed, value_of
from shared.store.outbox.votes import counted
from tests.fakes.errors import refusal
from tests.unit.interaction.conftest import Room

GUEST = "U0GUEST001"


def post(room: Room, action: str, **pressed: str) -> None:
    """A message of the flywheel's with one button."""
    button = {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": "Press"},
        "value": value_of(Pressed(**{"flywheel": "checkout", **pressed})),
    }
    room.slack.answer(
        "chat.postMessage",
        room.slack.token,
        {"channel": "#checkout", "text": "x", "blocks": [{"type": "actions", "elements": [button]}]},
    )


def test_an_idea_proposed_in_a_form_becomes_an_event_of_the_workspace(room: Room) -> None:
    assert room.person().command("idea", "#checkout").text == ""
    [view] = room.slack.views
    assert room.person().submit(view, title="Split a payment", key="SHOP-9") == {}
    [(kind, detail)] = room.told
    assert kind == "Idea Proposed"
    assert {name: detail[name] for name in ("flywheel", "idea", "title")} == {
        "flywheel": "checkout",
        "idea": "SHOP-9",
        "title": "Split a payment",
    }
    assert detail["time"] == "2026-03-30T12:00:00.000Z"
    assert room.bus.taken[0].source == "slack/T0LOOPBACK"


def test_a_form_that_is_submitted_twice_is_one_event(room: Room) -> None:
    room.person().command("idea", "#checkout")
    [view] = room.slack.views
    for _ in range(2):
        room.person().submit(view, title="Split a payment")
        room.seconds += 0.4
    assert len({detail["id"] for _, detail in room.told}) == 1
    assert len({detail["idea"] for _, detail in room.told}) == 1


def test_what_was_told_can_be_taken_back_in_the_same_form(room: Room) -> None:
    room.person().command("idea", "#checkout")
    [view] = room.slack.views
    room.person().submit(view, title="Split a payment")
    [recorded] = room.slack.views
    assert "Split a payment" in json.dumps(recorded)
    for _ in range(2):
        room.person().press_in(recorded, actions.TAKE_BACK)
    (_, proposed), (kind, back), (_, again) = room.told
    assert (kind, back["retracts"], back["id"]) == ("Event Retracted", proposed["id"], again["id"])
    assert "Taken back" in json.dumps(room.slack.views)


def test_what_was_told_can_be_taken_back_once_its_form_is_closed(room: Room) -> None:
    room.person().command("idea", "#checkout")
    room.person().submit(room.slack.views[0], title="Split a payment")
    room.slack.close_view(room.slack.views[0]["id"])
    [seen] = room.slack.seen
    assert (seen.user, seen.channel) == ("U0MEMBER01", room.slack.channel("#checkout").id)
    assert "Recorded: Idea Proposed: Split a payment" in seen.text
    room.person().press_alone(seen, actions.TAKE_BACK)
    (_, proposed), (kind, back) = room.told
    assert (kind, back["retracts"]) == ("Event Retracted", proposed["id"])
    [seen] = room.slack.seen
    assert (seen.text, seen.blocks) == ("Taken back: from now on it counts for nothing.", [])
    assert room.slack.messages == []


def test_taking_back_twice_by_form_and_by_message_is_one_retraction(room: Room) -> None:
    room.person().command("idea", "#checkout")
    room.person().submit(room.slack.views[0], title="Split a payment")
    room.person().press_alone(room.slack.seen[0], actions.TAKE_BACK)
    room.person().press_in(room.slack.views[0], actions.TAKE_BACK)
    assert len({detail["id"] for kind, detail in room.told if kind == "Event Retracted"}) == 1


@pytest.mark.parametrize("trouble", [{"error": "not_in_channel"}, {"status": 500}, {"refused": True}])
def test_what_was_told_is_recorded_where_its_teller_cannot_be_told_in_the_channel(
    room: Room, trouble: FaultParts
) -> None:
    room.person().command("idea", "#checkout")
    room.slack.fail_next(method="chat.postEphemeral", **trouble)
    assert room.person().submit(room.slack.views[0], title="Split a payment") == {}
    assert [kind for kind, _ in room.told] == ["Idea Proposed"]
    assert "Take back" in json.dumps(room.slack.views)


def test_nothing_is_taken_back_from_a_channel_that_the_flywheel_does_not_speak_in(room: Room) -> None:
    post(room, actions.TAKE_BACK, flywheel="search", thing="slack-1")
    room.person().press(room.slack.messages[0], actions.TAKE_BACK)
    assert room.told == []
    assert "do not go to this channel" in room.slack.seen[0].text


def test_a_form_offers_what_is_open(room: Room) -> None:
    room.person().command("outcome", "#checkout")
    [view] = room.slack.views
    [turn] = [block for block in view["blocks"] if block["block_id"] == "turn"]
    assert [option["value"] for option in turn["element"]["options"]] == ["idea:SHOP-2", "idea:SHOP-1"]
    room.person().submit(view, turn="idea:SHOP-1", result="met", note="More baskets were finished.")
    assert room.told[0][1]["idea"] == "SHOP-1"


@pytest.mark.parametrize(
    ("word", "entered", "kind", "fields"),
    [
        (
            "challenge",
            {"turn": "idea:SHOP-2", "title": "The cost", "kind": "premortem"},
            "Challenge Opened",
            {"idea": "SHOP-2", "kind": "premortem", "title": "The cost"},
        ),
        (
            "resolve",
            {"challenge": "c-1", "decision": "change"},
            "Challenge Resolved",
            {"challenge": "c-1", "decision": "change"},
        ),
        (
            "outcome",
            {"turn": "idea:SHOP-2", "result": "learned"},
            "Outcome Recorded",
            {"idea": "SHOP-2", "result": "learned"},
        ),
        (
            "blocker",
            {"turn": "idea:SHOP-2", "title": "No test system", "category": "environment"},
            "Blocker Opened",
            {"idea": "SHOP-2", "category": "environment", "title": "No test system"},
        ),
        ("unblock", {"blocker": "b-1"}, "Blocker Closed", {"blocker": "b-1"}),
    ],
)
def test_every_form_makes_its_event(
    room: Room, word: str, entered: dict[str, str], kind: str, fields: dict[str, str]
) -> None:
    room.person().command(word, "#checkout")
    [view] = room.slack.views
    assert room.person().submit(view, **entered) == {}
    [(told, detail)] = room.told
    assert (told, {name: detail[name] for name in fields}) == (kind, fields)


def test_mentions_channels_and_addresses_are_dropped_and_said_to_be(room: Room) -> None:
    room.person().command("idea", "#checkout")
    [view] = room.slack.views
    room.person().submit(
        view, title="Ask @ada (<@U123ABC>) in #ops or ada@example.org about https://x.example/y faster"
    )
    assert room.told[0][1]["title"] == "Ask in or about faster"
    room.person().command("idea", "#checkout")
    wrong = room.person().submit(room.slack.views[-1], title="@ada #ops")
    assert "Nothing is left" in wrong["title"]
    assert len(room.told) == 1


def test_a_shortcut_opens_a_form_and_copies_nothing_of_the_message(room: Room) -> None:
    theirs = room.slack.say("#checkout", "the secret plan")
    room.person().shortcut(theirs, actions.PROPOSE_IDEA)
    assert "secret plan" not in json.dumps(room.slack.views)


def test_a_button_of_a_message_opens_its_form_with_its_turn(room: Room) -> None:
    post(room, actions.RECORD_OUTCOME, turn="SHOP-1", key="idea")
    room.person().press(room.slack.messages[0], actions.RECORD_OUTCOME)
    [view] = room.slack.views
    [turn] = [block["element"] for block in view["blocks"] if block["block_id"] == "turn"]
    assert turn["initial_option"]["value"] == "idea:SHOP-1"


def test_a_vote_is_kept_without_the_person_and_thanked_for(room: Room) -> None:
    post(room, actions.USEFUL, message="m-1")
    for user in ("U0AAA00001", "U0BBB00001"):
        room.person(user=user).press(room.slack.messages[0], actions.USEFUL)
        room.seconds += 60
    assert [(flywheel, vote.message, vote.opinion) for flywheel, vote in room.memory.votes] == [
        ("checkout", "m-1", "useful")
    ] * 2
    assert "U0AAA00001" not in repr(room.memory.votes)
    assert counted(vote for _, vote in room.memory.votes).useful == 2
    assert [seen.user for seen in room.slack.seen] == ["U0AAA00001", "U0BBB00001"]


def test_who_clicks_twice_has_voted_once(room: Room) -> None:
    post(room, actions.NOISE, message="m-1")
    for _ in range(2):
        room.person().press(room.slack.messages[0], actions.NOISE)
        room.seconds += 0.3
    assert counted(vote for _, vote in room.memory.votes).noise == 1


def test_a_button_of_another_channels_flywheel_does_nothing(room: Room) -> None:
    post(room, actions.USEFUL, flywheel="search")
    room.person().press(room.slack.messages[0], actions.USEFUL)
    assert room.memory.votes == []
    assert "do not go to this channel" in room.slack.seen[0].text


def test_a_link_is_acknowledged_and_means_nothing(room: Room) -> None:
    post(room, actions.OPEN_BOARD)
    room.person().press(room.slack.messages[0], actions.OPEN_BOARD)
    assert room.told == []


def test_people_of_another_workspace_are_refused(room: Room) -> None:
    assert "its own workspace" in room.person(team="T0ELSEWHERE").command("status", "#checkout").text
    looking_in = room.person(user_team="T0ELSEWHERE")
    post(room, actions.USEFUL)
    looking_in.press(room.slack.messages[0], actions.USEFUL)
    assert room.memory.votes == []


def test_guests_are_refused_unless_the_settings_let_them(room: Room) -> None:
    room.slack.make_guest(GUEST)
    assert "Guests" in room.person(user=GUEST).command("status", "#checkout").text
    room.person().command("idea", "#checkout")
    wrong = room.person(user=GUEST).submit(room.slack.views[0], title="Mine")
    assert "Guests" in wrong["title"]
    assert room.told == []


def test_a_direct_message_is_refused(room: Room) -> None:
    assert "direct message" in room.person().command("status", "D0123ABCDE").text
    room.slack.channel("G0123ABCDE").is_direct = True
    assert "among a few" in room.person().command("status", "G0123ABCDE").text


def test_a_channel_without_a_flywheel_is_told_so(room: Room) -> None:
    assert "No flywheel" in room.person().command("status", "#lunch").text


def test_a_channel_of_several_flywheels_asks_which(room: Room) -> None:
    assert "`search`, `tills`" in room.person().command("status", "#search").text
    room.person().command("idea", "#search")
    [view] = room.slack.views
    room.person().submit(view, flywheel="tills", title="Faster")
    assert room.told[0][1]["flywheel"] == "tills"


def test_an_organisations_channel_may_ask_for_its_children_by_name(room: Room) -> None:
    assert "Checkout" in json.dumps(room.person().command("status checkout", "#shop").blocks)
    assert "do not go to this channel" in room.person().command("status search", "#shop").text


def test_a_form_that_comes_too_late_says_try_again(room: Room) -> None:
    room.takes_seconds = 2.9
    assert room.person().command("idea", "#checkout").text == ""
    room.slack._workspace.views._triggers.clear()
    room.slack.fail_next(method="views.open", error="expired_trigger_id")
    assert "took too long" in room.person().command("idea", "#checkout").text


def test_slack_gives_up_after_three_seconds(room: Room) -> None:
    room.takes_seconds = 3.1
    with pytest.raises(AppError, match="operation_timeout"):
        room.person().command("help", "#checkout")


@pytest.mark.parametrize("trouble", ["refused", "down"])
def test_what_the_bus_does_not_take_keeps_the_form_open(room: Room, trouble: str) -> None:
    room.person().command("idea", "#checkout")
    room.bus.refuses, room.bus.fault = [0], refusal("ThrottlingException") if trouble == "down" else None
    [view] = room.slack.views
    assert "could not be kept" in room.person().submit(view, title="Faster")["title"]
    room.bus.fault = None
    assert room.told == []
    room.bus.refuses = []
    assert room.person().submit(view, title="Faster") == {}
    assert [kind for kind, _ in room.told] == ["Idea Proposed"]


def test_a_missing_scope_is_named(room: Room) -> None:
    room.slack.scopes = frozenset({"chat:write", "commands", "channels:read"})
    assert "users:read" in room.person().command("status", "#checkout").text


def test_status_turns_and_tenets_are_told_from_the_stored_report(room: Room) -> None:
    shown = {word: room.person().command(word, "#checkout").text for word in ("status", "turns", "tenets")}
    assert "Security review" in shown["status"]
    assert "Order again" in shown["turns"]
    assert "A data-informed north star: not wired" in shown["tenets"]


def test_why_tells_value_and_formula_and_names_what_was_meant(room: Room) -> None:
    text = room.person().command("why lead_time_hours", "#checkout").text
    assert "flywheel explain dora.lead_time_hours" in text
    assert "dora.lead_time_hours" in room.person().command("why leadtime", "#checkout").text
    assert "Name a figure" in room.person().command("why", "#checkout").text


def test_help_lists_every_command_and_a_wrong_word_the_nearest(room: Room) -> None:
    assert "/flywheel unblock" in room.person().command("help", "#checkout").text
    assert "Did you mean `/flywheel status`" in room.person().command("statsu", "#checkout").text


def test_nothing_of_people_channels_or_texts_is_logged(room: Room) -> None:
    room.person().command("idea", "#checkout")
    room.person().submit(room.slack.views[0], title="Split a payment")
    post(room, actions.USEFUL)
    room.person().press(room.slack.messages[0], actions.USEFUL)
    room.person(team="T0ELSEWHERE").command("status", "#checkout")
    logged = room.logged.getvalue()
    assert "answered" in logged
    for mark in (
        "U0MEMBER01",
        "somebody",
        "Split a payment",
        "checkout",
        room.slack.channel("#checkout").id,
        "respond",
    ):
        assert mark not in logged
