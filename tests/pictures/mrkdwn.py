"""Slack's mrkdwn as HTML: bold, italic, struck, code, quotes, links; everything else is text."""

import re
from html import escape, unescape

_LINK = re.compile(r"<(https?://[^|>]+)(?:\|([^>]*))?>")
_STYLES = (
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), "b"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"), "i"),
    (re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])"), "s"),
    (re.compile(r"`([^`\n]+)`"), "code"),
)


def html_of(text: str) -> str:
    """A mrkdwn text, in which `&`, `<` and `>` are escaped already, as HTML."""
    parts, end = [], 0
    for link in _LINK.finditer(text):
        parts.append(_plain(text[end : link.start()]))
        address, label = link.group(1), link.group(2) or link.group(1)
        parts.append(f'<a href="{escape(unescape(address), quote=True)}">{_plain(label)}</a>')
        end = link.end()
    return _styled("".join([*parts, _plain(text[end:])])).replace("\n", "<br>")


def _plain(text: str) -> str:
    return escape(unescape(text), quote=False)


def _styled(text: str) -> str:
    for pattern, tag in _STYLES:
        text = pattern.sub(rf"<{tag}>\1</{tag}>", text)
    return text
