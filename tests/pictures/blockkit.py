"""Block Kit as HTML: the blocks that this project sends, as Slack's own client lays them out. Others are refused."""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from tests.pictures.charts import svg_of
from tests.pictures.mrkdwn import html_of

Block = dict[str, Any]
STYLE = """
body{margin:0;background:#fff;color:#1d1c1d;font:15px/1.466 Lato,"Helvetica Neue",Helvetica,Arial,sans-serif}
h1{font-size:18px;margin:0;padding:14px 20px;border-bottom:1px solid #ddd}
.columns{display:flex;gap:8px;align-items:flex-start}.columns>section{width:640px}
article{display:flex;gap:10px;padding:10px 20px;max-width:620px}
article.reply{margin-left:46px;padding:6px 20px}
.face{width:36px;height:36px;border-radius:6px;background:#1e6f6b;color:#fff;font-weight:700;flex:none;
  display:flex;align-items:center;justify-content:center}
.reply .face{width:22px;height:22px;font-size:11px;border-radius:4px}
.said{min-width:0;flex:1}.who{font-weight:900}.who small{font-weight:400;color:#616061;font-size:12px;margin-left:6px}
.who i{font-style:normal;font-weight:400;font-size:10px;background:#eee;border-radius:2px;padding:1px 3px;color:#616061}
h2{font-size:18px;line-height:1.3;margin:6px 0 4px}p{margin:4px 0;overflow-wrap:anywhere}
.context{font-size:13px;color:#616061}.fields{display:grid;grid-template-columns:1fr 1fr;gap:4px 16px;margin:4px 0}
a{color:#1264a3;text-decoration:none}code{color:#c01343;background:#f6f6f6;border:1px solid #ddd;border-radius:3px}
.buttons{display:flex;flex-wrap:wrap;gap:8px;margin:6px 0}
.button{border:1px solid #bbb;border-radius:4px;padding:4px 12px;font-weight:700;font-size:13px;color:#1d1c1d}
.primary{background:#007a5a;border-color:#007a5a;color:#fff}
figure{margin:8px 0;border:1px solid #ddd;border-radius:8px;padding:10px;max-width:570px}
figcaption{font-weight:700}.axes line{stroke:#e3e3e3}.axes text{fill:#616061;font-size:11px}
.legend{font-size:12px;color:#616061}.edited{color:#616061;font-size:12px}.rule{border-top:1px solid #ddd;margin:10px 0}
"""


def blocks_html(blocks: Iterable[Block]) -> str:
    """Blocks, one under the other. Raises KeyError for a kind that Slack has and this project does not send."""
    return "".join(_KINDS[block["type"]](block) for block in blocks)


def message_html(
    blocks: Sequence[Block], text: str, *, note: str = "", edited: bool = False, reply: bool = False
) -> str:
    """A message of the app with its face, and a note beside its name; without blocks its text."""
    body = blocks_html(blocks) if blocks else f"<p>{html_of(text)}</p>"
    mark = '<span class="edited">(edited)</span>' if edited else ""
    who = f'<div class="who">Value Flywheel <i>APP</i><small>{escape(note)}</small></div>'
    kind = ' class="reply"' if reply else ""
    return f'<article{kind}><div class="face">V</div><div class="said">{who}{body}{mark}</div></article>'


def page_html(columns: Sequence[tuple[str, Sequence[str]]]) -> str:
    """A page of channels side by side: each a name and its messages."""
    made = "".join(f"<section><h1>{escape(name)}</h1>{''.join(each)}</section>" for name, each in columns)
    head = f'<meta charset="utf-8"><title>Slack</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body><div class="columns">{made}</div></body></html>'


def _text(text: Block) -> str:
    return html_of(text["text"]) if text["type"] == "mrkdwn" else escape(text["text"])


def _section(block: Block) -> str:
    body = f"<p>{_text(block['text'])}</p>" if "text" in block else ""
    fields = "".join(f"<div>{_text(each)}</div>" for each in block.get("fields", ()))
    return body + (f'<div class="fields">{fields}</div>' if fields else "")


def _button(element: Block) -> str:
    style = "button primary" if element.get("style") == "primary" else "button"
    return f'<span class="{style}">{_text(element["text"])}</span>'


_KINDS: dict[str, Callable[[Block], str]] = {
    "header": lambda block: f"<h2>{_text(block['text'])}</h2>",
    "section": _section,
    "context": lambda block: "".join(f'<p class="context">{_text(each)}</p>' for each in block["elements"]),
    "actions": lambda block: f'<div class="buttons">{"".join(map(_button, block["elements"]))}</div>',
    "divider": lambda _: '<div class="rule"></div>',
    "data_visualization": svg_of,
}
