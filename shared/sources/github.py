"""GitHub: deliveries of its webhooks, by `X-GitHub-Event` and `action`."""

from shared.sources.delivery import Delivery
from shared.sources.options import SourceOptions
from shared.sources.translation import Translation, ignored


def translate(delivery: Delivery, options: SourceOptions) -> Translation:  # noqa: ARG001
    """What one delivery means."""
    return ignored(delivery.header("x-github-event") or "", "not a kind of event that is counted")
