"""What people typed, without whom or where it names: mentions, channels and addresses are dropped, never masked."""

import re

from shared.flywheel.wording import outside

_ENTITY = re.compile(r"<(?:[@!#]|mailto:|tel:)[^<>]*>|<[a-z][a-z0-9+.-]{1,20}:[^<>|]*(?:\|[^<>]*)?>", re.IGNORECASE)
"""Slack's own forms of mentions, channels and links."""
_MAIL = re.compile(r"[^\s<>@,;:()\"']{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_LINK = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://\S+|\bwww\.\S+", re.IGNORECASE)
_MENTION = re.compile(r"(?<![^\s(\[,;:/])@[^\W\d_][\w.'-]{0,80}")
_CHANNEL = re.compile(r"(?<![^\s(\[,;:/])#[^\W\d_][\w-]{0,80}")
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]")
_LOOSE = re.compile(r"\s+([,.;:!?)\]])")


def without_people(text: str, limit: int) -> str:
    """One line of at most `limit` characters; empty where nothing else was said."""
    for kind in (_ENTITY, _MAIL, _LINK, _MENTION, _CHANNEL):
        text = kind.sub(" ", text)
    return outside(_LOOSE.sub(r"\1", _EMPTY.sub(" ", text)), limit).strip(" ,;:-–")
