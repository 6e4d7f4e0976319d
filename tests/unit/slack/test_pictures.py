"""The pictures of messages say what the blocks say: no mark lost, nothing of an outside text taken for HTML."""

import pytest

from tests.pictures.blockkit import blocks_html, message_html
from tests.pictures.mrkdwn import html_of

CHART = {
    "type": "data_visualization",
    "title": "Orders <a week>",
    "chart": {
        "type": "line",
        "series": [{"name": "measured", "data": [{"label": "1 Feb", "value": 2}, {"label": "8 Feb", "value": 4}]}],
        "axis_config": {"categories": ["1 Feb", "8 Feb"]},
    },
}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* and 2*3*4", "<b>bold</b> and 2*3*4"),
        ("a\nb", "a<br>b"),
        ("&lt;script&gt; &amp; more", "&lt;script&gt; &amp; more"),
        ("<https://a.example/?x=1&amp;y=2|A *thing*>", '<a href="https://a.example/?x=1&amp;y=2">A <b>thing</b></a>'),
        ("`flywheel emit`", "<code>flywheel emit</code>"),
    ],
)
def test_marks_are_drawn_and_all_else_is_text(text: str, html: str) -> None:
    assert html_of(text) == html


def test_a_chart_has_its_title_its_points_and_its_labels() -> None:
    html = blocks_html([CHART])
    assert "Orders &lt;a week&gt;" in html
    assert html.count("<polyline") == 1
    assert all(label in html for label in ("1 Feb", "8 Feb", "measured"))


def test_buttons_are_drawn_and_a_message_without_blocks_is_its_text() -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Useful"}, "style": "primary"}
    assert '<span class="button primary">Useful</span>' in blocks_html([{"type": "actions", "elements": [button]}])
    assert "<p>It went well.</p>" in message_html([], "It went well.", edited=True)
    assert "(edited)" in message_html([], "x", edited=True)


def test_a_block_that_the_project_does_not_send_is_refused() -> None:
    with pytest.raises(KeyError):
        blocks_html([{"type": "video"}])
