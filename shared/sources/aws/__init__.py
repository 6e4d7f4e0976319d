"""AWS services as the default bus tells of them, of this account or another: one file per service, one table of all."""

from typing import Any

from shared.sources.aws.notice import Notice
from shared.sources.aws.table import FEEDS, rule_patterns
from shared.sources.fields import Fields
from shared.sources.options import SourceOptions
from shared.sources.translation import Translation, ignored

__all__ = ["FEEDS", "rule_patterns", "translate"]

_TRANSLATORS = {(feed.source, kind): feed.translate for feed in FEEDS for kind in feed.detail_types}


def translate(envelope: dict[str, Any], options: SourceOptions) -> Translation:
    """Translate one event of an `aws.*` source; raises UnreadableDeliveryError for one that cannot be understood."""
    sent = Fields(envelope)
    kind = sent.text("detail-type")
    translator = _TRANSLATORS.get((sent.text("source"), kind))
    if translator is None:
        return ignored(kind[:128], "an event of AWS that is not counted")
    return translator(Notice(sent, options))
