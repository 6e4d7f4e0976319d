"""Text from outside made inert in Slack: no mention, no link, no emoji, no formatting, no hidden characters.

Source: docs.slack.dev/messaging/formatting-message-text, "Escaping text": `&`, `<` and `>` are Slack's control
characters. Formatting marks are replaced by look-alikes, as Slack has no escape for them.
"""

import re
from collections.abc import Callable

from shared.flywheel.wording import outside

_MARKS = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_LOOSE_UNDERSCORES = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
_EMOJI = re.compile(r":([\w+'-]+):")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ANGLES = str.maketrans({"<": "‹", ">": "›"})


def units(text: str) -> int:
    """The length of a text as Slack counts it at worst: UTF-16 units, so that an emoji counts as two."""
    return len(text.encode("utf-16-le")) // 2


def mrkdwn(text: str, limit: int) -> str:
    """One line for a `mrkdwn` object or a message's `text`, cut at a code point to `limit` units after escaping."""
    return _cut(outside(text, limit), limit, _mrkdwn)


def plain(text: str, limit: int) -> str:
    """One line for a `plain_text` object, which takes no entities, cut at a code point to `limit` units."""
    return _cut(outside(text, limit), limit, _plain)


def _mrkdwn(text: str) -> str:
    """Underscores within a word (`my_service`) format nothing and stay."""
    unmarked = _LOOSE_UNDERSCORES.sub(lambda match: "ˍ" * len(match[0]), text.translate(_MARKS))
    return _EMOJI.sub(r"∶\1∶", unmarked).translate(_ENTITIES)


def _plain(text: str) -> str:
    return _EMOJI.sub(r"∶\1∶", text).translate(_ANGLES)


def _cut(text: str, limit: int, escape: Callable[[str], str]) -> str:
    """The longest beginning of a text that fits once escaped, so that no entity and no character is cut in two."""
    if units(escape(text)) <= limit:
        return escape(text)
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if units(escape(text[:middle] + "…")) <= limit:
            fits = middle
        else:
            too_long = middle
    return escape(text[:fits].rstrip() + "…")
