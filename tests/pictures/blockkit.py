"""Block Kit as HTML: the blocks that this project sends, as Slack's own client lays them out. Others are refused."""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from tests.pictures.charts import svg_of
from tests.pictures.mrkdwn import html_of

Block = dict[str, Any]
STYLE = """
:root{--paper:#fff;--ink:#1d1c1d;--dim:#616061;--line:#ddd;--link:#1264a3;--code:#c01343;--wash:#f6f6f6;--badge:#eee}
.dark{--paper:#1a1d21;--ink:#d1d2d3;--dim:#ababad;--line:#3b3d42;--link:#1d9bd1;--code:#e8912d;--wash:#232529;
  --badge:#35373b}
body{margin:0;background:var(--paper);color:var(--ink);
  font:15px/1.466 Lato,"Helvetica Neue",Helvetica,Arial,sans-serif}
h1{font-size:18px;margin:0;padding:14px 20px;border-bottom:1px solid var(--line)}
.sheet{column-gap:0}.sheet article,.sheet form{break-inside:avoid;max-width:none}
article{display:flex;gap:10px;padding:10px 20px;max-width:620px}
article.reply{margin-left:46px;padding:6px 20px}
.face{width:36px;height:36px;border-radius:6px;background:#1e6f6b;color:#fff;font-weight:700;flex:none;
  display:flex;align-items:center;justify-content:center}
.face.q{background:#7d4cdb}
.reply .face{width:22px;height:22px;font-size:11px;border-radius:4px}
.said{min-width:0;flex:1}.who{font-weight:900}
.who small{font-weight:400;color:var(--dim);font-size:12px;margin-left:6px}
.who i{font-style:normal;font-weight:400;font-size:10px;background:var(--badge);border-radius:2px;padding:1px 3px;
  color:var(--dim)}
h2{font-size:18px;line-height:1.3;margin:6px 0 4px}p,ul{margin:4px 0;overflow-wrap:anywhere}
.context{font-size:13px;color:var(--dim)}.fields{display:grid;grid-template-columns:1fr 1fr;gap:4px 16px;margin:4px 0}
a{color:var(--link);text-decoration:none}
code{color:var(--code);background:var(--wash);border:1px solid var(--line);border-radius:3px}
.buttons{display:flex;flex-wrap:wrap;gap:8px;margin:6px 0}
.button{border:1px solid #8888;border-radius:4px;padding:4px 12px;font-weight:700;font-size:13px;color:var(--ink)}
.primary{background:#007a5a;border-color:#007a5a;color:#fff}
figure{margin:8px 0;border:1px solid var(--line);border-radius:8px;padding:10px;max-width:570px}
figcaption{font-weight:700}.axes line{stroke:var(--line)}.axes text{fill:var(--dim);font-size:11px}
table{border-collapse:collapse;margin:8px 0;font-size:13px}
th,td{border:1px solid var(--line);padding:4px 8px;text-align:left}
.legend{font-size:12px;color:var(--dim)}.edited{color:var(--dim);font-size:12px}
.rule{border-top:1px solid var(--line);margin:10px 0}
form{border:1px solid var(--line);border-radius:8px;margin:10px 20px;padding:0 16px 12px}
form h2{padding:8px 0;border-bottom:1px solid var(--line);margin:0 -16px 8px;padding-left:16px}
label{display:block;font-weight:700;margin:10px 0 2px}label small,.hint{font-weight:400;color:var(--dim);font-size:13px}
.input{border:1px solid #8888;border-radius:4px;padding:5px 10px;min-height:22px}.long{min-height:60px}
.choices{color:var(--dim);font-size:13px}.ends{display:flex;justify-content:flex-end;gap:8px;margin-top:12px}
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


def notification_html(notification: Block, note: str) -> str:
    """A custom notification as Amazon Q shows it: title, description, next steps, keywords."""
    content = notification["content"]
    steps = "".join(f"<li>{html_of(step)}</li>" for step in content.get("nextSteps", ()))
    body = f"<p><b>{html_of(content['title'])}</b></p><p>{html_of(content['description'])}</p>"
    body += f"<p><b>Next steps</b></p><ul>{steps}</ul>" if steps else ""
    body += f'<p class="context">{escape(", ".join(content.get("keywords", ())))}</p>'
    who = f'<div class="who">Amazon Q <i>APP</i><small>{escape(note)}</small></div>'
    return f'<article><div class="face q">Q</div><div class="said">{who}{body}</div></article>'


def view_html(view: Block) -> str:
    """A form, with its buttons at its end."""
    ends = "".join(
        f'<span class="button{style}">{_text(view[name])}</span>'
        for name, style in (("close", ""), ("submit", " primary"))
        if name in view
    )
    body = f'{blocks_html(view["blocks"])}<div class="ends">{ends}</div>'
    return f"<form><h2>{_text(view['title'])}</h2>{body}</form>"


def page_html(name: str, messages: Sequence[str]) -> str:
    """A channel with its messages."""
    return _page(f"<section><h1>{escape(name)}</h1>{''.join(messages)}</section>", 1, dark=False)


def sheet_html(messages: Sequence[str], columns: int, *, dark: bool) -> str:
    """Messages in columns, each read downwards."""
    return _page("".join(messages), columns, dark=dark)


def _page(body: str, columns: int, *, dark: bool) -> str:
    head = f'<meta charset="utf-8"><title>Slack</title><style>{STYLE}</style>'
    sheet = f'<div class="sheet" style="columns:{columns}">{body}</div>'
    theme = "dark" if dark else "light"
    return f'<!doctype html><html lang="en" class="{theme}"><head>{head}</head><body>{sheet}</body></html>'


def _text(text: Block) -> str:
    return html_of(text["text"]) if text["type"] == "mrkdwn" else escape(text["text"])


def _section(block: Block) -> str:
    body = f"<p>{_text(block['text'])}</p>" if "text" in block else ""
    fields = "".join(f"<div>{_text(each)}</div>" for each in block.get("fields", ()))
    return body + (f'<div class="fields">{fields}</div>' if fields else "")


def _button(element: Block) -> str:
    style = "button primary" if element.get("style") == "primary" else "button"
    return f'<span class="{style}">{_text(element["text"])}</span>'


def _input(block: Block) -> str:
    """A question: a line to type in, or a list with what there is to choose."""
    element, optional = block["element"], " <small>(optional)</small>" if block["optional"] else ""
    hint = f'<p class="hint">{_text(block["hint"])}</p>' if "hint" in block else ""
    if element["type"] == "static_select":
        chosen = element.get("initial_option")
        listed = " · ".join(_text(option["text"]) for option in element["options"])
        shown = f"{_text(chosen['text']) if chosen else 'Select an option'} ▾"
        field = f'<div class="input">{shown}</div><p class="choices">{listed}</p>'
    else:
        long = " long" if element["multiline"] else ""
        field = f'<div class="input{long}">{escape(element.get("initial_value", ""))}</div>'
    return f"<label>{_text(block['label'])}{optional}</label>{field}{hint}"


def _table(block: Block) -> str:
    """A table with its caption for screen readers, and the pages that a press shows, where there are several."""
    head, *rows = block["rows"]
    page = block.get("page_size", 5)
    titles = "".join(f"<th>{escape(cell['text'])}</th>" for cell in head)
    lines = ["".join(f"<td>{escape(cell['text'])}</td>" for cell in row) for row in rows[:page]]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    pages = f'<p class="legend">1–{page} of {len(rows)} ‹ ›</p>' if len(rows) > page else ""
    return f'<table aria-label="{escape(block["caption"])}"><tr>{titles}</tr>{body}</table>{pages}'


_KINDS: dict[str, Callable[[Block], str]] = {
    "header": lambda block: f"<h2>{_text(block['text'])}</h2>",
    "section": _section,
    "context": lambda block: "".join(f'<p class="context">{_text(each)}</p>' for each in block["elements"]),
    "actions": lambda block: f'<div class="buttons">{"".join(map(_button, block["elements"]))}</div>',
    "input": _input,
    "divider": lambda _: '<div class="rule"></div>',
    "data_table": _table,
    "data_visualization": svg_of,
}
