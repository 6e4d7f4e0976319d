"""The pictures of messages say what the blocks say: no mark lost, nothing of an outside text taken for HTML."""

import random
import struct
import zlib
from pathlib import Path

import pytest

from tests.pictures.blockkit import blocks_html, message_html
from tests.pictures.channels import CHANNELS
from tests.pictures.mrkdwn import html_of
from tests.pictures.palette import MOST, _decoded, lighter
from tests.pictures.sheets import CHOICES, SHEETS, situation
from tests.unit.summaries.situations import SITUATIONS

DOCS = Path(__file__).resolve().parents[3] / "docs"

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


@pytest.mark.slow
def test_every_situation_is_on_exactly_one_sheet_of_its_kind() -> None:
    for name in SITUATIONS:
        for _, summary in situation(name):
            assert sum(chosen(name, summary) for chosen in CHOICES) == 1, name


@pytest.mark.slow
@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_can_be_drawn(name: str) -> None:
    assert len(list(SHEETS[name].drawn())) >= 1


def test_the_page_shows_every_sheet_and_every_channel_of_the_demo() -> None:
    page = (DOCS / "slack.md").read_text()
    for name in (*SHEETS, *(f"slack-{channel.removeprefix('#')}" for channel in CHANNELS)):
        assert f"(pictures/{name}.png)" in page
        assert (DOCS / "pictures" / f"{name}.png").is_file()


def test_the_pictures_of_messages_weigh_no_more_than_a_megabyte_and_a_half() -> None:
    assert sum(path.stat().st_size for path in (DOCS / "pictures").glob("slack-*.png")) < 1_500_000


def png(width: int, lines: list[bytes]) -> bytes:
    """A PNG of lines that have their filters before them."""
    head, body = struct.pack(">IIBBBBB", width, len(lines), 8, 2, 0, 0, 0), zlib.compress(b"".join(lines))
    chunks = ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(b)) + k + b + b"\0\0\0\0" for k, b in chunks)


def test_every_filter_of_a_png_is_undone() -> None:
    lines = [b"\0\x0a\x14\x1e\x0b\x15\x1f", b"\1\x0a\x14\x1e\1\1\1", b"\2" + bytes(6)]
    lines += [b"\3\x05\x0a\x0f\0\1\0", b"\4" + bytes(6)]
    _, _, pixels = _decoded(png(2, lines))
    first = [(10, 20, 30), (11, 21, 31)]
    average = [(10, 20, 30), (10, 21, 30)]
    assert pixels == first * 3 + average + [(10, 20, 30), (10, 21, 30)]


def test_a_picture_is_made_lighter_and_keeps_its_commonest_colours() -> None:
    shades = random.Random(7)
    lines = [b"\0" + b"\xff\xff\xff" * 300 + shades.randbytes(60) + b"\0\x7a\x5a" * 20 for _ in range(60)]
    made = lighter(png(340, lines))
    palette = made[made.index(b"PLTE") + 4 :][: 3 * MOST]
    colours = {palette[at : at + 3] for at in range(0, len(palette), 3)}
    assert {b"\xff\xff\xff", b"\0\x7a\x5a"} <= colours
    assert len(made) < len(png(340, lines))
