"""`flywheel board`: a page in a file, pages in a directory, and the turns as CSV."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.situations import SITUATIONS, Situation
from tests.unit.board.pages import Tree
from tests.unit.domain.histories import History

Run = Callable[..., Any]
AS_OF = ("--as-of", "2026-06-29T00:00:00Z")


def written(path: Path, situation: Situation) -> Path:
    path.write_text("".join(f"{json.dumps(event)}\n" for event in situation.events), encoding="utf-8")
    return path


@pytest.fixture
def healthy(tmp_path: Path) -> Path:
    return written(tmp_path / "healthy.jsonl", SITUATIONS["healthy"]())


def test_a_file_gets_the_page_with_receipts_that_name_events_by_source_and_id(
    flywheel: Run, healthy: Path, tmp_path: Path
) -> None:
    ran = flywheel("board", healthy, "--out", tmp_path / "board.html", *AS_OF)
    assert (ran.code, ran.out) == (0, "")
    tree = Tree((tmp_path / "board.html").read_text())
    assert "checkout is winning, and “ Access to the card vault ” holds it." in tree.text
    assert "Each number opens to the events behind it." in tree.text
    assert "tools-checkout event-" in tree.text
    assert len((tmp_path / "board.html").read_bytes()) < 300_000


def test_for_a_link_it_has_no_receipts_notes_or_addresses(flywheel: Run, healthy: Path) -> None:
    ran = flywheel("board", healthy, "--out", "-", "--audience", "link", *AS_OF)
    tree = Tree(ran.out)
    assert "Each number opens" not in tree.text
    assert "tools-checkout" not in tree.text
    assert "jira.example.com" not in ran.out


@pytest.mark.slow
def test_a_directory_gets_a_page_for_each_flywheel_and_turn_and_their_links_lead_somewhere(
    flywheel: Run, tmp_path: Path
) -> None:
    events = written(tmp_path / "events.jsonl", SITUATIONS["organisation"]())
    out = tmp_path / "boards"
    ran = flywheel("board", events, "--out", out, *AS_OF)
    assert ran.code == 0
    assert "begin with" in ran.err
    assert {"index.html", "shop.html", "checkout.html"} <= {each.name for each in out.glob("*.html")}
    for page in out.rglob("*.html"):
        for link in Tree(page.read_text()).all("a"):
            href = link["href"] or ""
            if not href.startswith(("#", "https:")):
                assert (page.parent / href).is_file(), f"{page.name}: {href}"


def test_names_that_no_file_can_have_and_names_alike_get_files_of_their_own(flywheel: Run, tmp_path: Path) -> None:
    history = History()
    for idea in ("../../etc/passwd", "A/B", "a b", "index", "…"):
        history.proposed("03-01", idea)
    events = tmp_path / "events.jsonl"
    events.write_text("".join(f"{json.dumps(event)}\n" for event in history.events), encoding="utf-8")
    out = tmp_path / "boards"
    assert flywheel("board", events, "--out", out, "--as-of", "2026-03-30T00:00:00Z").code == 0
    turns = sorted(each.name for each in (out / "checkout-turns").iterdir())
    assert turns == ["a-b-2.html", "a-b.html", "etc-passwd.html", "index-2.html", "page.html"]


def test_a_place_that_cannot_be_written_is_named(flywheel: Run, healthy: Path, tmp_path: Path) -> None:
    ran = flywheel("board", healthy, "--out", tmp_path / "healthy.jsonl" / "x.html", *AS_OF)
    assert ran.code == 1
    assert "--out: " in ran.err


@pytest.mark.parametrize("out", ["", "notes.txt"])
def test_an_out_that_is_neither_a_page_nor_a_directory_is_refused(
    flywheel: Run, healthy: Path, tmp_path: Path, out: str
) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    ran = flywheel("board", healthy, "--out", out)
    assert (ran.code, ran.out) == (2, "")
    assert f"--out: got {out!r}, expected a file ending in .html, a directory, or - for stdout" in ran.err
    assert sorted(tmp_path.rglob("*")) == before


def test_the_turns_as_csv_are_those_of_the_json(flywheel: Run, healthy: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(flywheel("report", healthy, "--csv", *AS_OF).out)))
    turns = json.loads(flywheel("report", healthy, "--json", *AS_OF).out)["turn_list"]
    assert [row["turn"] for row in rows] == [turn["turn"] for turn in turns]
    first, turn = rows[0], turns[0]
    assert first["title"] == "Guest checkout"
    assert float(first["phase_3_hours"]) == turn["phases"]["3"]["hours"]
    assert (first["outcome"], first["goals"]) == ("met", "G1")
    assert rows[1]["outcome"] == ""


def test_no_cell_of_the_csv_is_a_formula(flywheel: Run, tmp_path: Path) -> None:
    history = History().proposed("03-01", "=1+2", title='@SUM(A1)\n"x"')
    events = tmp_path / "events.jsonl"
    events.write_text(f"{json.dumps(history.events[0])}\n", encoding="utf-8")
    (row,) = csv.DictReader(io.StringIO(flywheel("report", events, "--csv", "--as-of", "2026-03-30T00:00:00Z").out))
    assert (row["turn"], row["title"]) == ("'=1+2", '\'@SUM(A1) "x"')


def test_csv_and_json_at_once_are_refused(flywheel: Run, healthy: Path) -> None:
    ran = flywheel("report", healthy, "--csv", "--json")
    assert ran.code == 2
    assert "--csv: got --json as well" in ran.err
