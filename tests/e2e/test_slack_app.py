"""What people do in Slack, through the stack as it was synthesised: from a click to a turn, and back."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from engine import Access, Engine, FakeSlack, Person, is_allowed, statements_of
from shared.runtime.bundled import bundled_settings
from shared.slack import actions
from shared.slack.token import Credentials, secret_of
from shared.store.table import names
from tests.e2e.people import give_signing_secret, person_of, post_with_button
from tests.e2e.story import Started, items, one_turn, replay

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
POLICY = "PutEventsPolicyArn"
SETTINGS = """
[flywheels.lighting]
name = "Lighting"
channel = "#lighting"
"""


@pytest.fixture(autouse=True)
def own_settings() -> Iterator[None]:
    """Handlers in this process share what was read of settings, wherever their bundle does not hold `shared`."""
    bundled_settings.cache_clear()
    yield
    bundled_settings.cache_clear()


@pytest.fixture
def engine(started: Started, slack: FakeSlack) -> Engine:
    """The stack with these settings in its bundles, and a signing secret beside the token."""
    made = started(begin=NOW, settings=SETTINGS)
    give_signing_secret(made, slack)
    return made


@pytest.fixture
def person(engine: Engine, slack: FakeSlack) -> Person:
    return person_of(engine, slack)


def test_an_idea_that_is_proposed_in_slack_begins_a_turn_and_is_gone_when_it_is_taken_back(
    engine: Engine, slack: FakeSlack, person: Person
) -> None:
    person.command("idea", "#lighting")
    assert person.submit(slack.views[0], title="Dim at dusk", key="LAMP-7") == {}
    assert [item["turn"]["S"] for item in items(engine, names.TURN)] == ["LAMP-7"]
    [event] = items(engine, names.EVENT)
    assert event["source"]["S"] == "slack/T0LOOPBACK"
    engine.advance_to(engine.clock.now() + timedelta(minutes=2))
    person.press_in(slack.views[0], actions.TAKE_BACK)
    assert [item["state"]["S"] for item in items(engine, names.TURN)] == ["vanished"]


def test_an_idea_is_taken_back_after_its_form_was_closed(engine: Engine, slack: FakeSlack, person: Person) -> None:
    person.command("idea", "#lighting")
    person.submit(slack.views[0], title="Dim at dusk", key="LAMP-7")
    slack.close_view(slack.views[0]["id"])
    engine.advance_to(engine.clock.now() + timedelta(minutes=2))
    [seen] = slack.seen
    person.press_alone(seen, actions.TAKE_BACK)
    assert [item["state"]["S"] for item in items(engine, names.TURN)] == ["vanished"]
    assert "Taken back" in slack.seen[0].text
    assert person.user not in json.dumps(engine.table_items(), default=str)


def test_status_is_answered_from_the_stored_answer(engine: Engine, slack: FakeSlack, person: Person) -> None:
    assert "Nothing is reported" in person.command("status", "#lighting").text
    person.command("idea", "#lighting")
    person.submit(slack.views[0], title="Dim at dusk", key="LAMP-7")
    engine.advance_to(engine.clock.now() + timedelta(hours=1))
    assert "1 in Clarity of Purpose" in person.command("status", "#lighting").text
    assert "Dim at dusk" in person.command("turns", "#lighting").text


def test_a_vote_is_kept_without_a_person(engine: Engine, slack: FakeSlack, person: Person) -> None:
    post_with_button(slack, "#lighting", actions.USEFUL, "lighting")
    person.press(slack.messages[0], actions.USEFUL)
    [vote] = items(engine, names.VOTE)
    assert (vote["flywheel"]["S"], vote["message"]["S"], vote["opinion"]["S"]) == ("lighting", "m-1", "useful")
    assert person.user not in json.dumps(vote)


def test_a_forged_request_is_refused(engine: Engine, slack: FakeSlack) -> None:
    assert engine.http("POST", "/slack", {"X-Slack-Signature": "v0=00"}, b"command=/flywheel").status == 401


def test_a_producer_cannot_speak_as_people_in_slack(engine: Engine) -> None:
    [policy] = [each for each in engine.cloud.iam.managed_policies.values() if each.arn == engine.outputs[POLICY]]
    version = next(each for each in policy.versions if each.version_id == policy.default_version_id)
    statements, bus = statements_of(json.loads(version.document)), engine.outputs["BusArn"]

    def may(source: str) -> bool:
        return is_allowed(statements, Access("events:PutEvents", bus, context={"events:source": source}))

    assert may("ci")
    assert not may("slack/T0LOOPBACK")


def test_a_channel_of_a_webhook_gets_its_messages_by_it_and_no_edit(started: Started, slack: FakeSlack) -> None:
    engine = started(settings=f'{SETTINGS}[slack]\nwebhooks = ["#lighting"]\n')
    webhooks = {"#lighting": slack.webhook("#lighting")}
    engine.put_secret(engine.outputs["SlackSecretArn"], secret_of(Credentials(token=slack.token, webhooks=webhooks)))
    slack.fail_next(method="webhook", status=429)
    replay(engine, one_turn())
    assert {call.method for call in slack.calls} == {"webhook"}
    assert len(slack.in_channel("#lighting")) == len({message.text for message in slack.messages}) > 1


def test_buttons_of_messages_that_the_stack_posted_are_answered(
    engine: Engine, slack: FakeSlack, person: Person
) -> None:
    replay(engine, one_turn())
    pressed = {}
    for message in slack.in_channel("#lighting"):
        for action in [
            each["action_id"] for block in message.blocks for each in block.get("elements", ()) if "action_id" in each
        ]:
            pressed[action] = message
    assert {actions.USEFUL, actions.NOISE} <= set(pressed)
    for action, message in pressed.items():
        person.press(message, action)
    assert {vote["opinion"]["S"] for vote in items(engine, names.VOTE)} == {"useful", "noise"}
    assert {view["callback_id"] for view in slack.views} == actions.FORMS & set(pressed)
