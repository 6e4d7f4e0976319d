"""People in Slack who use the app of a stack on the engine."""

from collections.abc import Mapping

from engine import Engine, FakeSlack, Person
from shared.slack import actions
from shared.slack.actions import Pressed, value_of
from shared.slack.token import Credentials, secret_of

SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def give_signing_secret(engine: Engine, slack: FakeSlack) -> None:
    """What `flywheel slack setup` leaves in the secret."""
    credentials = Credentials(token=slack.token, signing_secrets=(SIGNING_SECRET,))
    engine.put_secret(engine.outputs["SlackSecretArn"], secret_of(credentials))


def person_of(engine: Engine, slack: FakeSlack) -> Person:
    """A member of the workspace; what is set going is processed before the answer is looked at."""
    slack.clock = lambda: engine.clock.now().timestamp()

    def send(headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        answer = engine.http("POST", "/slack", headers, body)
        engine.drain()
        return answer.status, answer.body

    return Person(slack, send, SIGNING_SECRET, clock=slack.clock)


def post_with_button(slack: FakeSlack, channel: str, action: str, flywheel: str) -> None:
    """A message of the app's with one button."""
    button = {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": "Press"},
        "value": value_of(Pressed(flywheel=flywheel, message="m-1")),
    }
    blocks = [{"type": "actions", "elements": [button]}]
    slack.answer("chat.postMessage", slack.token, {"channel": channel, "text": "x", "blocks": blocks})


def use_all(engine: Engine, slack: FakeSlack, channel: str, flywheel: str) -> None:
    """Ask, tell and vote once."""
    person = person_of(engine, slack)
    person.command(f"status {flywheel}", channel)
    person.command(f"idea {flywheel}", channel)
    person.submit(slack.views[-1], title="Faster")
    post_with_button(slack, channel, actions.USEFUL, flywheel)
    person.press(slack.messages[-1], actions.USEFUL)
