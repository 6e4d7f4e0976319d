"""`flywheel report FILES…`: JSON that is scripted against, and mistakes that say how to mend them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.domain.histories import History

Run = Callable[..., Any]
AS_OF = ("--as-of", "2026-03-30T00:00:00Z")


def deployment(number: int, day: str, **fields: Any) -> dict[str, Any]:
    time = f"2026-03-{day}T10:00:00Z"
    detail = {
        "id": f"d{number}", "time": time, "deployment": f"d{number}", "service": "web", "environment": "production",
        "outcome": "succeeded", "flywheel": "shop", **fields,
    }  # fmt: skip
    return {"id": f"e{number}", "source": "ci", "detail-type": "Deployment Finished", "time": time, "detail": detail}


def release(name: str, day: str, **fields: Any) -> dict[str, Any]:
    time = f"2026-03-{day}T12:00:00Z"
    detail = {"id": f"r-{name}", "time": time, "feature": name, "service": "web", "flywheel": "shop", **fields}
    return {"source": "flags", "detail-type": "Feature Released", "detail": detail}


def written(path: Path, *events: Any) -> Path:
    lines = [event if isinstance(event, str) else json.dumps(event) for event in events]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def history(tmp_path: Path) -> Path:
    commits = [{"sha": "a1", "time": "2026-03-02T04:00:00Z"}, {"sha": "a2", "time": "2026-03-01T22:00:00Z"}]
    return written(
        tmp_path / "history.jsonl",
        deployment(1, "02", commits=commits),
        release("search", "03", deployments=["d1"]),
        deployment(2, "12", kind="hotfix", remediates="d1"),
    )


def test_the_json_has_the_shape_that_others_script_against(flywheel: Run, history: Path) -> None:
    ran = flywheel("report", history, "--json", *AS_OF)
    assert (ran.code, ran.err) == (0, "")
    report = json.loads(ran.out)
    assert {
        "flywheel", "as_of", "window_days", "turns", "momentum", "drag", "dora", "doom_loop", "receipt", "turn_list",
    } <= set(report)  # fmt: skip
    assert (report["flywheel"], report["as_of"], report["window_days"]) == ("shop", "2026-03-30T00:00:00Z", 84)
    assert report["dora"]["lead_time_hours"] == {"n": 2, "p50": 9.0, "p85": 11.1, "values": [6.0, 12.0]}
    assert report["dora"]["rework_rate"]["value"] == 0.5
    assert report["turn_list"][0]["closed_at"] == "2026-03-10T12:00:00Z"


def test_the_same_events_in_any_order_and_split_over_files_give_the_same_bytes(
    flywheel: Run, history: Path, tmp_path: Path
) -> None:
    first, *rest = history.read_text().splitlines()
    late, early = written(tmp_path / "late.jsonl", *reversed(rest)), written(tmp_path / "early.jsonl", first)
    whole = flywheel("report", history, "--json", *AS_OF).out
    assert flywheel("report", late, early, "--json", *AS_OF).out == whole


def test_a_line_sent_twice_is_a_duplicate_in_the_receipt(flywheel: Run, history: Path) -> None:
    report = json.loads(flywheel("report", history, history, "--json", *AS_OF).out)
    assert report["receipt"]["excluded"] == {"duplicate": 3}
    assert report["receipt"]["counted"] == 3


def test_stdin_is_read_as_a_file(flywheel: Run, history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with history.open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        report = json.loads(flywheel("report", "-", "--json", *AS_OF).out)
    assert report["dora"]["deployments"] == 2


def test_an_invalid_line_is_told_with_its_place_field_value_and_mend_and_the_rest_counts(
    flywheel: Run, history: Path, tmp_path: Path
) -> None:
    broken = deployment(3, "20")
    broken["detail"]["time"] = "2026-03-20 10:00"
    bad = written(tmp_path / "bad.jsonl", "", deployment(4, "21"), "{not json", broken)
    ran = flywheel("report", history, bad, "--json", *AS_OF)
    assert ran.code == 0
    assert json.loads(ran.out)["dora"]["deployments"] == 3
    first, second, total = ran.err.splitlines()
    assert first.startswith(f"warning: {bad}:3: event: ")
    assert second.startswith(f'warning: {bad}:4: detail.time: got "2026-03-20 10:00", expected ')
    assert total == "warning: 2 of 6 lines are no valid events and left out"


def test_a_byte_order_mark_and_blank_lines_are_no_mistake(flywheel: Run, tmp_path: Path) -> None:
    path = tmp_path / "marked.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(deployment(1, "02")).encode() + b"\r\n\r\n")
    ran = flywheel("report", path, "--json", *AS_OF)
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("content", ["", "{}\n", "\xff\n"])
def test_a_file_without_any_valid_event_fails(flywheel: Run, tmp_path: Path, content: str) -> None:
    path = tmp_path / "none.jsonl"
    path.write_bytes(content.encode("latin-1"))
    ran = flywheel("report", path, "--json", *AS_OF)
    assert (ran.code, ran.out) == (1, "")
    assert f"no valid event in {path}" in ran.err


def test_a_file_that_is_not_there_is_wrong_usage(flywheel: Run, tmp_path: Path) -> None:
    ran = flywheel("report", tmp_path / "gone.jsonl", "--json", *AS_OF)
    assert ran.code == 2
    assert ran.err == (
        f"error: FILES: cannot read '{tmp_path / 'gone.jsonl'}' (No such file or directory); "
        "give a JSONL file of events, or - for stdin\n"
    )


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("2026-03-30", "2026-03-30T00:00:00Z"),
        ("2026-03-30T10:00:00", "2026-03-30T10:00:00Z"),
        ("yesterday", "2026-03-30T00:00:00Z"),
        ("", "2026-03-30T00:00:00Z"),
    ],
)
def test_an_as_of_without_an_offset_is_refused_with_the_mend(
    flywheel: Run, history: Path, text: str, mend: str
) -> None:
    ran = flywheel("report", history, "--json", "--as-of", text)
    assert (ran.code, ran.out) == (2, "")
    assert f"--as-of: got {text!r}, expected RFC 3339 with an offset, such as {mend}" in ran.err


@pytest.mark.parametrize(
    "command", [("report",), ("board", "--out", "-"), ("preview",), ("explain", "momentum"), ("trace", "d1")]
)
def test_an_as_of_before_the_calendar_allows_windows_is_refused(
    flywheel: Run, history: Path, command: tuple[str, ...]
) -> None:
    for text in ("0001-01-02T00:00:00Z", "0099-12-31T23:59:59Z"):
        ran = flywheel(*command, history, "--as-of", text)
        assert (ran.code, ran.out) == (2, "")
        assert f"--as-of: got {text!r}, expected a time from the year 100 on" in ran.err
    assert flywheel(*command, history, "--as-of", "0100-01-01T00:00:00Z").code == 0


def test_an_as_of_with_another_offset_is_the_same_moment(flywheel: Run, history: Path) -> None:
    utc = flywheel("report", history, "--json", "--as-of", "2026-03-30T00:00:00Z").out
    assert flywheel("report", history, "--json", "--as-of", "2026-03-30T02:00:00+02:00").out == utc


@pytest.mark.parametrize("days", ["0", "-1", "729", "nan", "inf"])
def test_a_window_out_of_reach_is_refused(flywheel: Run, history: Path, days: str) -> None:
    ran = flywheel("report", history, "--json", *AS_OF, "--window", days)
    assert (ran.code, ran.out) == (2, "")
    assert "--window: got" in ran.err


def test_a_shorter_window_counts_only_what_is_in_it(flywheel: Run, history: Path) -> None:
    report = json.loads(flywheel("report", history, "--json", *AS_OF, "--window", "21").out)
    assert report["window_days"] == 21
    assert report["dora"]["deployments"] == 1


def test_several_flywheels_must_be_told_apart(flywheel: Run, history: Path, tmp_path: Path) -> None:
    other = written(tmp_path / "other.jsonl", deployment(9, "09", flywheel="search"))
    ran = flywheel("report", history, other, "--json", *AS_OF)
    assert ran.code == 2
    assert ran.err == "error: --flywheel: there are several, say which one: search, shop\n"
    chosen = json.loads(flywheel("report", history, other, "--json", *AS_OF, "--flywheel", "search").out)
    assert chosen["dora"]["deployments"] == 1


def test_events_of_no_flywheel_are_reported_as_unassigned(flywheel: Run, tmp_path: Path) -> None:
    event = deployment(1, "02")
    del event["detail"]["flywheel"]
    report = json.loads(flywheel("report", written(tmp_path / "f.jsonl", event), "--json", *AS_OF).out)
    assert (report["flywheel"], report["dora"]["deployments"]) == ("unassigned", 1)


def test_a_flywheel_that_nothing_names_is_refused_with_the_nearest(flywheel: Run, history: Path) -> None:
    ran = flywheel("report", history, "--json", *AS_OF, "--flywheel", "shp")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: --flywheel: neither an event nor the configuration names 'shp'; did you mean shop?\n"


def test_the_configuration_here_maps_services_and_sets_the_window(flywheel: Run, tmp_path: Path) -> None:
    event = deployment(1, "02")
    del event["detail"]["flywheel"]
    (tmp_path / "flywheel.toml").write_text('[figures]\nwindow_days = 28\n[flywheels.store]\nservices = ["we*"]\n')
    report = json.loads(flywheel("report", written(tmp_path / "f.jsonl", event), "--json", *AS_OF).out)
    assert (report["flywheel"], report["window_days"]) == ("store", 28)


def test_a_mistake_in_the_configuration_is_told_with_file_and_line(
    flywheel: Run, history: Path, tmp_path: Path
) -> None:
    config = tmp_path / "own.toml"
    config.write_text("[flywheels.shop]\nsoak_dys = 3\n")
    ran = flywheel("report", history, "--json", *AS_OF, "--config", config)
    assert (ran.code, ran.out) == (2, "")
    assert f"{config}:2: " in ran.err
    assert "soak_days" in ran.err


def test_an_unknown_option_is_one_line_and_exit_code_2(flywheel: Run, history: Path) -> None:
    ran = flywheel("report", history, "--jsn")
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
    assert "--jsn" in ran.err


def test_without_credentials_the_stack_is_exit_code_4(
    flywheel: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    ran = flywheel("report", "--flywheel", "shop")
    assert (ran.code, ran.out) == (4, "")
    assert "AWS_PROFILE" in ran.err


class TestThePage:
    """What people see."""

    def test_it_fits_80_columns_and_has_no_escape_codes_off_a_terminal(self, flywheel: Run, history: Path) -> None:
        out = flywheel("report", history, *AS_OF).out
        assert max(map(len, out.splitlines())) <= 80
        assert "\x1b" not in out

    def test_it_says_the_finding_the_figures_and_what_they_stand_on(self, flywheel: Run, history: Path) -> None:
        out = flywheel("report", history, *AS_OF).out
        assert "1 turn delivered in the window" in out
        assert "◄ largest" in out
        assert "1/2 (9.5–91%)" in out
        assert "Counted: 3 events. Left out: nothing." in out

    def test_one_of_a_kind_is_told_as_one(self, flywheel: Run, tmp_path: Path) -> None:
        opened = {
            "source": "ci",
            "detail-type": "Incident Opened",
            "detail": {"id": "i", "time": "2026-03-03T09:00:00Z", "incident": "i", "service": "web"},
        }
        out = flywheel("report", written(tmp_path / "f.jsonl", opened), *AS_OF).out
        assert "Counted: 1 event. Left out: 1 incident with no deployment known." in out

    def test_nothing_at_all_is_a_page_too(self, flywheel: Run, history: Path) -> None:
        out = flywheel("report", history, "--as-of", "2020-01-01T00:00:00Z").out
        assert "No turn has closed yet" in out
        assert "Counted: 0 events" in out

    def test_text_from_outside_cannot_steer_the_terminal(self, flywheel: Run, tmp_path: Path) -> None:
        nasty = release("\x1b[31mred\u202e[bold]", "03")
        out = flywheel("report", written(tmp_path / "f.jsonl", nasty), *AS_OF).out
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "[bold]" in out


def flywheels(path: Path, *histories: History) -> Path:
    return written(path, *(event for history in histories for event in history.events))


def test_people_read_the_tenets_of_each_phase_and_what_to_send_for_the_others(flywheel: Run, tmp_path: Path) -> None:
    history = History().challenged("03-03", "c1", "03-20", challenger="x")
    history.add("Metric Defined", "03-01", metric="m", role="north_star", cadence_days=7)
    history.add("Metric Measured", "03-02", metric="m", value=1)
    out = flywheel("report", flywheels(tmp_path / "h.jsonl", history), *AS_OF).out
    tenets = [line.rstrip() for line in out[out.index("Tenets") : out.index("─")].splitlines()]
    assert tenets[1:4] == [
        "1 Clarity of Purpose",
        "  act        A data-informed north star",
        "             measured 28 d ago · 4 × its cadence (act) · 4 not wired",
    ]
    assert tenets[4:7] == [
        "2 Challenge & Landscape",
        "  act        The system is the asset",
        "             distinct challengers 1 · challenge open (median) 17 d (act) · 1 not",
    ]
    assert "Send Survey Answered to see Psychological safety." in tenets
    assert "Send Carbon Recorded to see A low carbon footprint." in tenets
    assert not any(line.startswith(("3 ", "4 ")) for line in tenets)
    assert max(map(len, out.splitlines())) <= 80


def test_a_parent_shows_its_children_side_by_side_and_adds_up_counts_alone(flywheel: Run, tmp_path: Path) -> None:
    config = tmp_path / "flywheel.toml"
    config.write_text("[flywheels.shop]\n[flywheels.web]\nparent = 'shop'\n[flywheels.app]\nparent = 'shop'\n")
    web = History(flywheel="web").worked("03-01", idea="a").released("03-03", "one", idea="a")
    app = History(flywheel="app", source="other").worked("03-01", idea="b").released("03-05", "two", idea="b")
    path = flywheels(tmp_path / "h.jsonl", web, app)
    out = flywheel("report", path, "--flywheel", "shop", "--config", config, *AS_OF).out
    rows = [line.split() for line in out[out.index("Children, side by side") :].splitlines()]
    assert rows[2][:5] == ["web", "1", "–", "first", "turn"]
    assert rows[3][:2] == ["app", "1"]
    assert rows[4] == ["together", "2", "0"]
    assert rows[5][0] == "web:"
    assert "Children" not in flywheel("report", path, "--flywheel", "web", "--config", config, *AS_OF).out
