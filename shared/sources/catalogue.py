"""Every source that deliveries may come from: the table where the next one is a row.

A source is one file that translates, one row here, samples in `events/samples/<name>/` and a page of docs
(`docs/sources/README.md`, which has the table of what each can tell from here).
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

import events
from shared.sources import cloudevents, github, launchdarkly, pagerduty, slack, standard_webhooks
from shared.sources.delivery import Delivery
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.options import SourceOptions
from shared.sources.translation import Translation
from shared.sources.verifiers import BodySignature, SharedSecret, StandardWebhooks, Verifier

Translate = Callable[[Delivery, SourceOptions], Translation]


class Ping(Struct, frozen=True):
    """A delivery that is understood and counts for nothing: what `flywheel hook test` sends.

    `kind` is what its translation calls it: by such a vendor says that a hook is connected, and nothing is wrong.
    """

    kind: str
    body: Any
    headers: dict[str, str] = {}


class Tells(Struct, frozen=True, kw_only=True):
    """The abilities of a source, in the words of the table of all; a dash where it has none."""

    deployments: str = "–"
    commits: str = "–"
    incidents: str = "–"
    releases: str = "–"
    ideas: str = "–"
    reviews: str = "–"


class Source(Struct, frozen=True):
    """One kind of sender: how it proves itself, what it means, where people read how to set it up."""

    name: str
    title: str
    verifier: Verifier
    translate: Translate
    docs: str
    tells: Tells
    ping: Ping | None = None
    """None where every delivery that is understood counts."""
    delivery_id: str | None = None
    """The header that names a delivery: for tracing only, since few vendors sign it."""


SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            name="github",
            title="GitHub",
            verifier=BodySignature("x-hub-signature-256", prefix="sha256="),
            translate=github.translate,
            docs="docs/sources/github.md",
            tells=Tells(
                deployments="deployments and statuses; workflow runs (a rule)",
                commits="pushes",
                incidents="issues with a label",
                releases="releases",
                ideas="issues with a label; keys in branches, titles, messages",
                reviews="verdicts on pull requests",
            ),
            ping=Ping("ping", {"zen": "Nothing is counted by a ping.", "hook_id": 1}, {"x-github-event": "ping"}),
            delivery_id="x-github-delivery",
        ),
        Source(
            name="pagerduty",
            title="PagerDuty",
            verifier=BodySignature("x-pagerduty-signature", prefix="v1=", separator=","),
            translate=pagerduty.translate,
            docs="docs/sources/pagerduty.md",
            tells=Tells(incidents="triggered, resolved, reopened, service, priority"),
            ping=Ping(
                "pagey.ping",
                {"event": {"id": "ping", "event_type": "pagey.ping", "resource_type": "pagey", "data": {}}},
            ),
            delivery_id="x-webhook-id",
        ),
        Source(
            name="launchdarkly",
            title="LaunchDarkly",
            verifier=BodySignature("x-ld-signature"),
            translate=launchdarkly.translate,
            docs="docs/sources/launchdarkly.md",
            tells=Tells(releases="flags on, off, rolled out in production", ideas="keys in a flag's tags or name"),
            ping=Ping("ping", {"kind": "ping"}),
        ),
        Source(
            name="standard-webhooks",
            title="Standard Webhooks",
            verifier=StandardWebhooks(),
            translate=standard_webhooks.translate,
            docs="docs/sources/standard-webhooks.md",
            tells=Tells(
                deployments="all canonical events",
                commits="yes",
                incidents="yes",
                releases="yes",
                ideas="yes",
                reviews="yes",
            ),
            ping=Ping("flywheel.ping", {"type": "flywheel.ping", "data": {}}),
            delivery_id="webhook-id",
        ),
        Source(
            name="cloudevents",
            title="CloudEvents and CDEvents",
            verifier=SharedSecret("authorization", scheme="Bearer "),
            translate=cloudevents.translate,
            docs="docs/sources/cdevents.md",
            tells=Tells(
                deployments="services deployed, upgraded, rolled back",
                incidents="incidents, tickets",
                releases="features (`cdeventsx`)",
                ideas="tickets; keys in changes",
                reviews="changes",
            ),
            ping=Ping(
                "flywheel.ping",
                {
                    "specversion": "1.0",
                    "id": "ping",
                    "source": "flywheel-hook-test",
                    "type": "flywheel.ping",
                    "data": {},
                },
                {"content-type": "application/cloudevents+json"},
            ),
            delivery_id="ce-id",
        ),
    )
}


def event_source(source: str, hook: str) -> str:
    """The `source` of a hook's events: with the hook's name in it no sender can retract another's."""
    return f"{source}/{hook}"


def is_of_a_hook(source: str) -> bool:
    """Whether an event's `source` is one that only intake or the Slack app gives, as they alone prove the sender."""
    name, slash, _ = source.partition("/")
    return bool(slash) and (name in SOURCES or name == slack.NAME)


def translate(source: Source, delivery: Delivery, options: SourceOptions) -> Translation:
    """Translate, and hold what comes out against the contracts; raises UnreadableDeliveryError and nothing else.

    What a vendor sends decides some values (a name of 1,000 characters): one that no contract takes is refused here,
    where the sender still hears of it, and not later in the log.
    """
    translation = source.translate(delivery, options)
    for event in translation.events:
        try:
            events.decode(event.envelope(source.name))
        except events.InvalidEventError as error:
            raise UnreadableDeliveryError(f"{event.detail_type}: {error.field}", error.value, error.expected) from error
    return translation
