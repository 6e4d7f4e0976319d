"""`flywheel map` prints what it read, names what it did not, and draws."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cli.main import main

TEXT = """title Shop
anchor Buyer [1, 0.5]
component Search [0.8, 0.30]
component Payment [0.5, 0.80] (buy)
nonsense
evolve Search->Find 0.6
Buyer->Search
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.owm"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_page_shows_components_stages_and_shares(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", str(file)]) == 0
    shown = capsys.readouterr()
    assert "2 components, 1 anchor, 1 link" in shown.out
    assert "custom 1" in shown.out
    assert "→ 0.6 Find" in shown.out
    assert "warning: line 5: not understood: nonsense" in shown.err


def test_json_holds_everything_that_was_read(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["answers"]["offload_ratio"] == 1.0
    assert [(each["name"], each["stage"]) for each in found["components"]] == [
        ("Search", "custom"),
        ("Payment", "commodity"),
    ]
    assert found["unread"] == [{"line": 5, "text": "nonsense", "reason": "not understood"}]
    assert found["links"][0]["start"] == "Buyer"


def test_it_is_drawn_where_asked_with_the_configured_stages(file: Path, tmp_path: Path) -> None:
    config, svg = tmp_path / "flywheel.toml", tmp_path / "out.svg"
    config.write_text("defaults.map_stages = [0.1, 0.2, 0.3]\n", encoding="utf-8")
    assert main(["map", str(file), "--json", "--svg", str(svg), "--config", str(config)]) == 0
    lines = ElementTree.parse(svg).iter("{http://www.w3.org/2000/svg}line")
    assert [line.get("x1") for line in lines if line.get("class") == "stage"] == ["126.8", "207.6", "288.4"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", str(tmp_path / "no.owm")]) == 2
    said = capsys.readouterr().err
    assert "error: FILE: cannot read " in said
    assert "no.owm' (No such file or directory); give a file of OnlineWardleyMaps text" in said


def test_bytes_that_are_no_text_are_still_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "latin.owm"
    path.write_bytes(b"\xef\xbb\xbfcomponent Caf\xe9 [0.5, 0.5]\r\n")
    assert main(["map", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["components"][0]["name"] == "Caf\N{REPLACEMENT CHARACTER}"


def test_the_change_since_the_map_before_is_told_and_drawn(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, drawing = tmp_path / "before.owm", tmp_path / "change.svg"
    before.write_text("component Search [0.8, 0.1] inertia\ncomponent Fax <1> [0.4, 0.9]\n", encoding="utf-8")

    assert main(["map", "--diff", str(before), str(file), "--svg", str(drawing)]) == 0

    out = capsys.readouterr().out
    for words in ("new: Payment", "gone: Fax <1>", "inertia lost: Search", "Search: genesis → custom"):
        assert words in out
    svg = ElementTree.parse(drawing).getroot()
    assert [each.text for each in svg.iter("{http://www.w3.org/2000/svg}desc")] == [
        "new: Payment; gone: Fax <1>; inertia lost: Search; Search: genesis → custom"
    ]
    assert {"was", "move", "new", "gone", "lost"} <= {each.get("class") for each in svg.iter()}


def test_the_change_as_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", str(file), "--diff", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["change"]["moved"] == []
    assert found["names"]["enablers"] == ["Payment"]


def test_two_maps_do_not_both_come_from_stdin(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", "-", "--diff", "-"]) == 2
    assert "--diff" in capsys.readouterr().err


def test_a_map_before_that_is_not_there_is_named(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", str(file), "--diff", "gone.owm"]) == 2
    assert "gone.owm" in capsys.readouterr().err
