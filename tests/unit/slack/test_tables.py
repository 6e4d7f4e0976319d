"""A parent's children as Slack's own table, and as fields where a workspace refuses it."""

import hashlib
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from cli.blocks import plain_lines
from engine import LOOPBACK_TOKEN, FakeSlack
from engine.slack.blocks.limits import block_error
from shared.flywheel.summaries.changes import changes
from shared.flywheel.summaries.children import SHOWN, more_children, side_by_side
from shared.flywheel.summaries.length import MOST_WORDS, words
from shared.flywheel.summaries.summary import Summary, Table
from shared.slack.blocks import fallback_of, message_of
from shared.slack.charts import without_charts
from shared.slack.client import SlackClient
from shared.slack.single import in_some_form
from shared.store.projections.summary_packing import pack_summary, summary_json, unpack_summary
from tests.hostile import HOSTILE
from tests.pictures.blockkit import blocks_html
from tests.unit.slack.post import digest_of
from tests.unit.summaries.situations import SITUATIONS

TEAMS = Table(
    title="2 flywheels side by side",
    columns=("Flywheel", "State", "Constraint", "Largest drag", "Outcomes met"),
    rows=(
        ("Checkout", "turning, rising", "Action", "blocked time 4.5%", "2 of 3"),
        ("Search", "no turn closed yet", "", "", ""),
    ),
)


def parent(table: Table = TEAMS) -> Summary:
    return replace(digest_of("week"), figures=(), table=table)


def child(name: str) -> dict[str, Any]:
    """A child of a report about which everything is known."""
    return {
        "name": name,
        "momentum": {"direction": "rising", "state": "turning"},
        "doom_loop": "none",
        "constraint": 3,
        "drag": {"largest": "stalled_share", "stalled_share": 1.0},
        "hit_rate": {"count": 12, "n": 12},
    }


def with_children(*names: str) -> dict[str, Any]:
    return {"context": {"children": {"side_by_side": [child(name) for name in names]}}}


def table_of(summary: Summary) -> dict[str, Any]:
    return next(block for block in message_of(summary).blocks if block["type"] == "data_table")


def test_each_child_is_a_row_under_its_name_and_phases_have_their_names() -> None:
    assert side_by_side(with_children("Checkout"), "book") == Table(
        title="1 flywheel side by side",
        columns=TEAMS.columns,
        rows=(("Checkout", "turning, rising", "Action", "stalled turns 100%", "12 of 12"),),
    )


def test_the_table_is_native_and_an_unknown_cell_is_never_empty() -> None:
    table = table_of(parent())
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        list(TEAMS.columns),
        ["Checkout", "turning, rising", "Action", "blocked time 4.5%", "2 of 3"],
        ["Search", "no turn closed yet", "–", "–", "–"],
    ]
    assert (table["caption"], table["row_header_column_index"], table["page_size"]) == (TEAMS.title, 0, 5)
    assert block_error([table]) is None


def test_where_the_workspace_refuses_it_each_row_is_a_field() -> None:
    [fields] = [block["fields"] for block in without_charts(message_of(parent()).blocks) if "fields" in block]
    assert [field["text"] for field in fields] == [
        "*Checkout*\nturning, rising; constraint Action; largest drag blocked time 4.5%; outcomes met 2 of 3",
        "*Search*\nno turn closed yet",
    ]


@pytest.mark.parametrize("refusals", [0, 1])
def test_slack_takes_the_table_and_where_a_workspace_does_not_the_fields_are_posted(refusals: int) -> None:
    message = message_of(parent())
    with FakeSlack() as slack:
        client = SlackClient(lambda _fresh: LOOPBACK_TOKEN, slack.url)
        slack.fail_next(refusals, method="chat.postMessage", error="invalid_blocks")
        in_some_form(message, lambda blocks: client.post("#a", message.text, blocks))
        [posted] = slack.messages
    assert [block["type"] == "data_table" for block in posted.blocks].count(True) == 1 - refusals
    assert "no turn closed yet" in str(posted.blocks)


def test_sixty_children_are_fifty_rows_and_the_rest_is_counted_within_slacks_limits() -> None:
    report = with_children(*(f"{number} {'long name ' * 20}" for number in range(60)))
    table = side_by_side(report, "book")
    assert table is not None
    assert len(table.rows) == SHOWN
    assert more_children(report) == ("10 flywheels more on the board",)
    assert block_error(message_of(parent(table)).blocks) is None
    assert block_error(without_charts(message_of(parent(table)).blocks)) is None


@pytest.mark.parametrize("attack", [HOSTILE, "<@U1> *b* <https://a.example|x>"])
def test_what_comes_from_outside_is_inert_in_cells_and_in_fields(attack: str) -> None:
    table = side_by_side(with_children(attack), "book")
    assert table is not None
    blocks = message_of(parent(table)).blocks
    assert block_error(blocks) is None
    for shown in (blocks, without_charts(blocks)):
        assert not [mark for mark in ("<!", "<@", "<h") if mark in str(shown)]


def test_a_terminal_and_a_notification_have_the_rows_too() -> None:
    message = message_of(parent())
    lines = "\n".join(plain_lines("#a", message.text, message.blocks))
    assert "  Checkout  turning, rising     Action      blocked time 4.5%  2 of 3" in lines
    assert "Search: no turn closed yet." in fallback_of(parent())
    assert "<td>turning, rising</td>" in blocks_html([table_of(parent())])


def test_a_row_that_reads_otherwise_after_a_correction_is_told() -> None:
    before = parent(replace(TEAMS, rows=(TEAMS.rows[0], ("Search", "doom loop", "", "", ""))))
    assert changes(before, parent()) == ("Search is no turn closed yet; not doom loop",)


def test_a_summary_without_a_table_has_the_mark_that_earlier_releases_gave_it() -> None:
    fields = [name for name in Summary.__struct_fields__ if name != "table"]
    summary = digest_of("week")
    earlier = msgspec.json.encode({name: getattr(summary, name) for name in fields})
    assert summary.digest == hashlib.sha256(earlier).hexdigest()[:16]
    assert summary_json(pack_summary(summary)) == earlier
    for each in (summary, parent()):
        assert hashlib.sha256(summary_json(pack_summary(each))).hexdigest()[:16] == each.digest
        assert unpack_summary(pack_summary(each)) == each
    assert parent().digest != replace(parent(), table=None).digest


def test_the_digest_of_a_parent_is_within_its_words() -> None:
    [(_, summary)] = SITUATIONS["parent_digest"]()
    assert summary.table is not None
    assert words(summary) <= MOST_WORDS


def cell(text: str = "x", **fields: Any) -> dict[str, Any]:
    return {"type": "raw_text", "text": text, **fields}


def table(rows: list[Any], **fields: Any) -> dict[str, Any]:
    return {"type": "data_table", "caption": "c", "rows": rows, **fields}


ROW = [cell()]


@pytest.mark.parametrize(
    "blocks",
    [
        [table([ROW] * 2)],
        [table([ROW] * 101)],
        [table([ROW * 20] * 2)],
        [table([ROW, [cell("x" * 9_999)]])],
        [table([ROW] * 2, page_size=100)],
        [table([ROW, [cell("1", type="raw_number", value=1)]])],
        [table([ROW, [{"type": "rich_text", "elements": []}]])],
    ],
)
def test_a_table_within_the_documented_limits_is_taken(blocks: list[dict[str, Any]]) -> None:
    assert block_error(blocks) is None


@pytest.mark.parametrize(
    "blocks",
    [
        [table([ROW])],
        [table([ROW] * 102)],
        [table([ROW * 21] * 2)],
        [table([ROW, ROW * 2])],
        [table([ROW, [cell("x" * 10_000)]])],
        [table([ROW, [cell("x" * 5_000)]])] * 2,
        [table([ROW] * 2, page_size=101)],
        [table([ROW] * 2, caption="")],
        [table([ROW, [cell("")]])],
        [table([ROW, [cell(type="mrkdwn")]])],
        [table([[{"type": "rich_text", "elements": []}], ROW])],
        [table([ROW, [cell("1", type="raw_number")]])],
    ],
)
def test_a_table_beyond_the_documented_limits_is_refused(blocks: list[dict[str, Any]]) -> None:
    error = block_error(blocks)
    assert error is not None
    assert error[0] == "invalid_blocks"
