"""`flywheel emit` and `flywheel replay` against a bus that behaves, throttles, refuses or cannot be reached."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError
from hypothesis import given, settings
from hypothesis import strategies as st

import events
from cli.bus import Entry, Sender
from cli.emitting.kind_help import GIVEN, example, option
from cli.emitting.pipeline_variables import FIELDS
from cli.target import Target
from events import DETAIL_TYPES
from events.expectations import contract_of
from tests.fakes.errors import refusal
from tests.fakes.eventbridge import EventsClient

Run = Callable[..., Any]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> EventsClient:
    fake = EventsClient()
    monkeypatch.setattr(Target, "client", lambda *_: fake)
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(Sender.__init__, "__defaults__", (lambda _: None,))
    for name in ("GITHUB_SHA", "GITHUB_RUN_ID", "GITHUB_REPOSITORY", "CI_COMMIT_SHA", "BUILD_TAG"):
        monkeypatch.delenv(name, raising=False)
    return fake


def printed(ran: Any) -> dict[str, Any]:
    assert ran.code == 0, ran.err
    envelope: dict[str, Any] = json.loads(ran.out)
    events.decode(envelope)
    return envelope


class TestWhatIsSent:
    """From the command line to the event."""

    def test_any_field_of_the_kind_is_an_option(self, flywheel: Run, bus: EventsClient) -> None:
        ran = flywheel(
            "emit", "release", "--flywheel", "shop", "--feature", "cart", "--deployments", "d1", "--deployments=d2",
            "--audience", "0.5", "--time", "2026-03-01T10:00:00+02:00", "--id", "r1", "--dry-run",
        )  # fmt: skip
        envelope = printed(ran)
        assert envelope["detail-type"] == "Feature Released"
        assert envelope["detail"] == {
            "time": "2026-03-01T10:00:00+02:00", "flywheel": "shop", "feature": "cart", "deployments": ["d1", "d2"],
            "audience": 0.5, "id": "r1",
        }  # fmt: skip
        assert bus.taken == []

    @pytest.mark.parametrize("value", ["\udcff", '["\\ud800"]'])
    def test_what_utf_8_cannot_say_is_wrong_input(self, flywheel: Run, bus: EventsClient, value: str) -> None:
        ran = flywheel("emit", "deployment", "--service", "web", "--ideas", value, "--dry-run")
        assert (ran.code, ran.out) == (2, "")
        assert "expected text that UTF-8 can say" in ran.err

    @pytest.mark.parametrize("value", ["1e400", "NaN", "-Infinity", "[" * 3000, '{"a":1e400}', "9" * 400])
    def test_a_number_that_no_event_holds_is_wrong_input(self, flywheel: Run, bus: EventsClient, value: str) -> None:
        ran = flywheel("emit", "metric-measured", "--metric", "orders", f"--value={value}", "--dry-run")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("error: --value: got ")
        assert ran.err.endswith(", expected a number\n")
        assert len(ran.err) < 200

    def test_an_answer_sheet_has_a_random_id_and_the_day_as_its_time(self, flywheel: Run, bus: EventsClient) -> None:
        answered = ("emit", "survey-answered", "--survey", "alignment", "--answers", "[4]", "--flywheel", "shop")
        first, second = (printed(flywheel(*answered, "--dry-run"))["detail"] for _ in range(2))
        assert first["id"] != second["id"]
        assert {**first, "id": ""} == {**second, "id": ""}
        assert first["time"].endswith("T00:00:00Z")
        ran = flywheel(*answered, "--revision", "2", "--dry-run")
        assert ran.code == 2
        assert "--revision: got 2, expected 1: a sent `Survey Answered` is final" in ran.err

    def test_a_text_that_looks_like_a_number_stays_a_text(self, flywheel: Run, bus: EventsClient) -> None:
        envelope = printed(
            flywheel("emit", "incident", "--incident", "17", "--cause", '{"external":true}', "--dry-run")
        )
        assert envelope["detail"]["incident"] == "17"
        assert envelope["detail"]["cause"] == {"external": True}

    def test_a_deployment_takes_its_commit_and_repository_from_the_clone_it_stands_in(
        self, flywheel: Run, bus: EventsClient, repository: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repository.commit("begin", "2026-03-01T08:00:00Z")
        repository.tag("v1")
        head = repository.commit("SHOP-9 pay", "2026-03-02T08:00:00Z")
        monkeypatch.chdir(repository.path)
        detail = printed(flywheel("emit", "deployment", "--service", "web", "--since", "v1", "--dry-run"))["detail"]
        assert (detail["repository"], detail["head"]) == ("shop", head)
        assert detail["commits"] == [{"sha": head, "time": "2026-03-02T08:00:00Z", "ideas": ["SHOP-9"]}]
        assert (detail["environment"], detail["outcome"]) == ("production", "succeeded")

    def test_a_release_by_tag_carries_the_commits_since_the_release_before(
        self, flywheel: Run, bus: EventsClient, repository: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for tag in ("v1.0.0", "other/v1.0.0", "v1.1.0-rc1", "v1.1.0"):
            last = repository.commit(f"for {tag}", "2026-03-02T08:00:00Z")
            repository.tag(tag)
        monkeypatch.chdir(repository.path)
        detail = printed(flywheel("emit", "deployment", "--service", "web", "--dry-run"))["detail"]
        assert len(detail["commits"]) == 3
        assert detail["commits"][-1]["sha"] == detail["head"] == last

    def test_jenkins_knows_the_last_successful_build(
        self, flywheel: Run, bus: EventsClient, repository: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, *others = [repository.commit(f"commit {at}", f"2026-03-02T0{at}:00:00Z") for at in range(3)]
        monkeypatch.chdir(repository.path)
        monkeypatch.setenv("GIT_PREVIOUS_SUCCESSFUL_COMMIT", first)
        detail = printed(flywheel("emit", "deployment", "--service", "web", "--dry-run"))["detail"]
        assert [commit["sha"] for commit in detail["commits"]] == others

    def test_where_nothing_says_what_was_out_before_the_head_alone_is_told(
        self, flywheel: Run, bus: EventsClient, repository: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repository.commit("begin", "2026-03-01T08:00:00Z")
        repository.tag("v1")
        repository.commit("on a branch", "2026-03-02T08:00:00Z")
        monkeypatch.chdir(repository.path)
        monkeypatch.setenv("GIT_PREVIOUS_SUCCESSFUL_COMMIT", "f" * 40)
        detail = printed(flywheel("emit", "deployment", "--service", "web", "--dry-run"))["detail"]
        assert "head" in detail
        assert "commits" not in detail

    def test_a_pipeline_says_repository_commit_and_run_itself(
        self, flywheel: Run, bus: EventsClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GITHUB_SHA", "f" * 40)
        monkeypatch.setenv("GITHUB_RUN_ID", "77")
        monkeypatch.setenv("GITHUB_REPOSITORY", "acme/shop")
        detail = printed(flywheel("emit", "deployment", "--service", "web", "--dry-run"))["detail"]
        assert (detail["head"], detail["deployment"], detail["repository"]) == ("f" * 40, "77", "acme/shop")

    @pytest.mark.parametrize(
        ("variable", "value", "field", "told"),
        [
            ("CI_JOB_STATUS", "failed", "outcome", "failed"),
            ("CI_JOB_STATUS", "running", "outcome", "succeeded"),
            ("CODEBUILD_BUILD_SUCCEEDING", "0", "outcome", "failed"),
            ("BITBUCKET_EXIT_CODE", "0", "outcome", "succeeded"),
            ("BUILDKITE_COMMAND_EXIT_STATUS", "255", "outcome", "failed"),
            ("CI_ENVIRONMENT_NAME", "staging", "environment", "staging"),
            ("BUILDKITE_REPO", "https://token@git.example.com:8443/acme/shop.git", "repository", "acme/shop"),
        ],
    )
    def test_a_pipeline_says_where_it_deploys_and_how_that_ended(
        self,
        flywheel: Run,
        bus: EventsClient,
        monkeypatch: pytest.MonkeyPatch,
        variable: str,
        value: str,
        field: str,
        told: str,
    ) -> None:
        monkeypatch.setenv("BUILD_TAG", "7")
        monkeypatch.setenv(variable, value)
        assert printed(flywheel("emit", "deployment", "--service", "web", "--dry-run"))["detail"][field] == told

    @pytest.mark.parametrize(("variable", "value"), [("CI_JOB_STATUS", "canceled"), ("AGENT_JOBSTATUS", "Canceled")])
    def test_of_a_cancelled_job_nothing_is_told_unless_its_outcome_is_said(
        self, flywheel: Run, bus: EventsClient, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
    ) -> None:
        monkeypatch.setenv("BUILD_TAG", "7")
        monkeypatch.setenv(variable, value)
        ran = flywheel("emit", "deployment", "--service", "web")
        assert (ran.code, ran.out, bus.taken) == (0, "", [])
        assert "cancelled" in ran.err
        assert flywheel("emit", "deployment", "--service", "web", "--outcome", "rolled_back").code == 0
        assert json.loads(bus.entries[0]["Detail"])["outcome"] == "rolled_back"

    def test_the_same_step_run_twice_has_the_same_id(self, flywheel: Run, bus: EventsClient) -> None:
        arguments = ("emit", "idea", "--idea", "A-1", "--time", "2026-03-01T10:00:00Z", "--dry-run")
        assert printed(flywheel(*arguments)) == printed(flywheel(*arguments))

    def test_it_goes_to_the_bus_of_the_stack(self, flywheel: Run, bus: EventsClient) -> None:
        ran = flywheel("emit", "idea", "--idea", "A-1", "--stack", "flywheel-prod", "--json")
        assert ran.code == 0
        assert json.loads(ran.out)["state"] == "sent"
        (entry,) = bus.entries
        assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == (
            "flywheel-prod",
            "cli",
            "Idea Proposed",
        )
        assert json.loads(entry["Detail"])["idea"] == "A-1"


class TestWrongInput:
    """Exit code 2, one line, the option and its mend."""

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            ((), "KIND: missing"),
            (("deploymnt",), "did you mean deployment?"),
            (("idea", "--idae", "A-1"), "--idae: Idea Proposed has no such field; did you mean --idea?"),
            (("idea",), "--idea: missing, expected"),
            (("idea", "--idea"), "--idea: expected a value after it"),
            (("idea", "--idea", "A-1", "--time", "2026-03-01 10:00"), "--time: got '2026-03-01 10:00', expected"),
            (("idea", "--idea", "A", "--idea", "B"), "--idea: given twice"),
            (("idea", "loose", "--idea", "A"), "got 'loose', expected --FIELD VALUE"),
            (("deployment", "--service", "web", "--since", "v0"), "--since: got 'v0', but there is no git clone here"),
        ],
    )
    def test_it_is_named(self, flywheel: Run, bus: EventsClient, arguments: tuple[str, ...], told: str) -> None:
        ran = flywheel("emit", *arguments)
        assert told in ran.err
        assert len(ran.err.splitlines()) == 1
        assert ran.code == 2
        assert bus.taken == []


class TestTrouble:
    """No release fails for us, unless it asks to."""

    @pytest.mark.parametrize(
        ("beside", "named"), [(["idea", "--idea", "A-1"], "KIND"), (["--dry-run"], "--dry-run"), (["--wait"], "--wait")]
    )
    def test_resending_takes_nothing_beside_it_that_it_would_leave_undone(
        self, flywheel: Run, bus: EventsClient, beside: list[str], named: str
    ) -> None:
        Path("unsent.jsonl").write_text("{}\n", encoding="utf-8")
        ran = flywheel("emit", "--resend", *beside)
        assert (ran.code, ran.out, bus.taken) == (2, "", [])
        assert f"--resend: got {named} as well" in ran.err

    def test_a_bus_in_trouble_keeps_the_event_and_resending_sends_it(
        self, flywheel: Run, bus: EventsClient, tmp_path: Path
    ) -> None:
        bus.trouble = [refusal("ThrottlingException")] * 4
        ran = flywheel("emit", "idea", "--idea", "A-1")
        assert ran.code == 0
        assert "kept in unsent.jsonl: flywheel emit --resend" in ran.err
        assert json.loads((tmp_path / "unsent.jsonl").read_text())["detail"]["idea"] == "A-1"
        assert flywheel("emit", "--resend").code == 0
        assert json.loads(bus.entries[0]["Detail"])["idea"] == "A-1"
        assert not (tmp_path / "unsent.jsonl").exists()

    def test_what_still_cannot_be_sent_stays_kept(self, flywheel: Run, bus: EventsClient, tmp_path: Path) -> None:
        for idea in ("A-1", "A-2"):
            bus.trouble = [refusal("InternalFailure", 500)] * 4
            flywheel("emit", "idea", "--idea", idea)
        bus.trouble = [{1: "InternalFailure"}] + [{0: "InternalFailure"}] * 3
        ran = flywheel("emit", "--resend", "--json", "--strict")
        assert ran.code == 1
        assert json.loads(ran.out) == {"sent": 1, "kept": 1}
        assert "A-2" in (tmp_path / "unsent.jsonl").read_text()
        assert "A-1" not in (tmp_path / "unsent.jsonl").read_text()

    @pytest.mark.parametrize(
        "trouble",
        [
            refusal("ThrottlingException"),
            refusal("InternalFailure", 500),
            refusal("Whatever", 503),
            EndpointConnectionError(endpoint_url="https://events"),
            {0: "InternalFailure"},
            {0: "ThrottlingException"},
        ],
    )
    def test_passing_trouble_is_tried_again(self, flywheel: Run, bus: EventsClient, trouble: Any) -> None:
        bus.trouble = [trouble, trouble, trouble]
        ran = flywheel("emit", "idea", "--idea", "A-1", "--strict")
        assert ran.code == 0
        assert len(bus.entries) == 1

    @pytest.mark.parametrize("file", ["a-folder", "nowhere/unsent.jsonl"])
    def test_where_no_file_can_keep_it_the_event_is_on_stdout_and_replay_sends_it(
        self, flywheel: Run, bus: EventsClient, tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "a-folder").mkdir()
        bus.trouble = [refusal("ThrottlingException")] * 4
        ran = flywheel("emit", "idea", "--idea", "A-1", "--unsent", file)
        assert ran.code == 0
        assert f"--unsent: {file} cannot be written" in ran.err
        assert "flywheel replay - sends it" in ran.err
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(ran.out.encode())))
        assert flywheel("replay", "-").code == 0
        assert json.loads(bus.entries[0]["Detail"])["idea"] == "A-1"

    def test_another_file_is_named_in_what_sends_it_again(self, flywheel: Run, bus: EventsClient) -> None:
        bus.trouble = [refusal("ThrottlingException")] * 4
        ran = flywheel("emit", "idea", "--idea", "A-1", "--unsent", "kept.jsonl")
        assert "flywheel emit --resend --unsent kept.jsonl sends it" in ran.err
        assert flywheel("emit", "--resend", "--unsent", "kept.jsonl").code == 0
        assert len(bus.entries) == 1

    def test_what_went_wrong_is_in_the_summary_too(self, flywheel: Run, bus: EventsClient, tmp_path: Path) -> None:
        bus.trouble = [refusal("ThrottlingException")] * 4
        assert flywheel("emit", "idea", "--idea", "A-1", "--summary", "page.md").code == 0
        assert flywheel("emit", "idea", "--idea", "A<b>1", "--idae", "x", "--summary", "page.md").code == 2
        kept, wrong = (tmp_path / "page.md").read_text().strip().split("\n\n")
        assert "**not sent**" in kept
        assert "did you mean --idea" in wrong

    def test_strict_fails_the_pipeline_and_keeps_the_event(
        self, flywheel: Run, bus: EventsClient, tmp_path: Path
    ) -> None:
        bus.trouble = [refusal("ThrottlingException")] * 4
        assert flywheel("emit", "idea", "--idea", "A-1", "--strict").code == 1
        assert (tmp_path / "unsent.jsonl").exists()

    def test_who_may_not_speak_as_a_hook_hears_which_role_may(self, flywheel: Run, bus: EventsClient) -> None:
        bus.trouble = [refusal("AccessDeniedException")] * 2
        ran = flywheel("emit", "idea", "--idea", "A-1", "--source", "github/shop")
        assert ran.code == 4
        assert "OperatorRoleArn" in ran.err
        assert "OperatorRoleArn" not in flywheel("emit", "idea", "--idea", "A-1").err

    @pytest.mark.parametrize(
        "trouble",
        [
            refusal("AccessDeniedException"),
            refusal("UnrecognizedClientException"),
            refusal("Whatever", 403),
            NoCredentialsError(),
            {0: "NotAuthorizedForSourceException"},
        ],
    )
    def test_wrong_credentials_are_exit_code_4_not_tried_again_and_keep_the_event(
        self, flywheel: Run, bus: EventsClient, tmp_path: Path, trouble: Any
    ) -> None:
        bus.trouble = [trouble]
        assert flywheel("emit", "idea", "--idea", "A-1").code == 4
        assert bus.entries == []
        assert json.loads((tmp_path / "unsent.jsonl").read_text())["detail"]["idea"] == "A-1"

    def test_a_bus_that_is_not_there_is_wrong_input(self, flywheel: Run, bus: EventsClient) -> None:
        bus.trouble = [refusal("ResourceNotFoundException")]
        ran = flywheel("emit", "idea", "--idea", "A-1")
        assert ran.code == 2
        assert "--stack" in ran.err

    def test_an_event_larger_than_the_bus_takes_is_refused_before_it_is_sent(
        self, flywheel: Run, bus: EventsClient
    ) -> None:
        ran = flywheel("emit", "outcome", "--idea", "A-1", "--result", "met", "--note", "x" * 262_144)
        assert ran.code == 2
        assert ran.err.startswith("error: --note: 262,146 bytes of an event of 262,302, and EventBridge takes 262,144")
        assert bus.taken == []


class TestReplay:
    """Recorded events in tens."""

    @pytest.fixture
    def recorded(self, tmp_path: Path) -> Path:
        path = tmp_path / "recorded.jsonl"
        lines = [
            json.dumps(
                {
                    "source": "ci",
                    "detail-type": "Idea Proposed",
                    "detail": {"id": f"i{n}", "time": "2026-03-01T10:00:00Z", "idea": f"A-{n}"},
                }
            )
            for n in range(23)
        ]
        path.write_text("\n".join([*lines[:5], "{", *lines[5:]]) + "\n")
        return path

    def test_valid_events_go_in_tens_and_invalid_lines_are_listed(
        self, flywheel: Run, bus: EventsClient, recorded: Path
    ) -> None:
        ran = flywheel("replay", recorded, "--json")
        assert ran.code == 0
        assert json.loads(ran.out) == {"bus": "flywheel-dev", "sent": 23, "skipped": 0, "invalid": 1}
        assert [len(call) for call in bus.taken] == [10, 10, 3]
        assert f"warning: {recorded}:6: event: " in ran.err

    def test_where_it_stops_it_says_how_to_go_on(self, flywheel: Run, bus: EventsClient, recorded: Path) -> None:
        bus.trouble = [None, *[refusal("ThrottlingException")] * 4]
        ran = flywheel("replay", recorded)
        assert ran.code == 1
        assert "--skip 10 goes on here" in ran.err
        bus.taken.clear()
        assert flywheel("replay", recorded, "--skip", "10").code == 0
        assert [json.loads(entry["Detail"])["id"] for entry in bus.entries] == [f"i{n}" for n in range(10, 23)]

    def test_one_entry_of_ten_that_failed_is_sent_again_alone(
        self, flywheel: Run, bus: EventsClient, recorded: Path
    ) -> None:
        bus.trouble = [{3: "InternalFailure"}]
        assert flywheel("replay", recorded).code == 0
        assert [len(call) for call in bus.taken] == [9, 1, 10, 3]
        assert len({json.loads(entry["Detail"])["id"] for entry in bus.entries}) == 23

    def test_an_event_larger_than_the_bus_takes_is_left_out_with_its_line_and_field(
        self, flywheel: Run, bus: EventsClient, tmp_path: Path
    ) -> None:
        path = tmp_path / "large.jsonl"
        outcome = {"time": "2026-03-01T10:00:00Z", "idea": "A-1", "result": "met"}
        sent = [
            json.dumps(
                {"source": "ci", "detail-type": "Outcome Recorded", "detail": {**outcome, "id": str(at), **more}}
            )
            for at, more in enumerate([{}, {"note": "x" * 262_144}, {}])
        ]
        path.write_text("\n".join(sent))
        ran = flywheel("replay", path, "--json")
        assert (ran.code, json.loads(ran.out)["sent"], json.loads(ran.out)["invalid"]) == (0, 2, 1)
        assert f"{path}:2: note: 262,146 bytes of an event" in ran.err

    def test_credentials_that_end_on_the_way_say_where_to_go_on(
        self, flywheel: Run, bus: EventsClient, recorded: Path
    ) -> None:
        bus.trouble = [None, refusal("ExpiredTokenException")]
        ran = flywheel("replay", recorded)
        assert ran.code == 4
        assert "--skip 10 goes on here" in ran.err

    def test_a_file_without_events_fails(self, flywheel: Run, bus: EventsClient, tmp_path: Path) -> None:
        (tmp_path / "none.jsonl").write_text("\n")
        ran = flywheel("replay", tmp_path / "none.jsonl")
        assert ran.code == 1
        assert "no valid event in" in ran.err


LONG = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)


def counted(entry: dict[str, str]) -> int:
    """Bytes as EventBridge's page on sizes counts them, a time included."""
    return 14 + sum(len(entry[name].encode()) for name in ("Source", "DetailType", "Detail"))


@given(st.lists(st.tuples(LONG, st.integers(0, 40_000)), max_size=40))
@settings(max_examples=30)
def test_whatever_is_sent_each_call_has_at_most_ten_entries_and_as_many_bytes_as_eventbridge_takes(
    parts: list[tuple[str, int]],
) -> None:
    fake = EventsClient()
    entries = [
        Entry.of({"source": "ci", "detail-type": "Idea Proposed", "detail": {"note": text * 9 + "é" * length}})
        for text, length in parts
    ]
    receipts = list(Sender(fake, "bus", sleep=lambda _: None).send(entries))
    assert [receipt.state for receipt in receipts] == ["sent"] * len(entries)
    assert [entry["Detail"] for call in fake.calls for entry in call] == [entry.detail for entry in entries]
    sizes = [sum(map(counted, call)) for call in fake.calls]
    assert all(1 <= len(call) <= 10 and size <= 262_144 for call, size in zip(fake.calls, sizes, strict=True))
    for (call, size), following in zip(zip(fake.calls, sizes, strict=True), fake.calls[1:], strict=False):
        assert len(call) == 10 or size + counted(following[0]) > 262_144, "the next entry would have fitted"


@given(st.integers(-3, 3), st.sampled_from(["x", "é", "\U0001f600"]))
def test_an_entry_fits_to_the_last_byte_and_one_more_names_its_largest_field(more: int, letter: str) -> None:
    empty = Entry("ci", "Idea Proposed", '{"id":"1","note":""}')
    room = 262_144 - empty.size
    note = letter * (room // len(letter.encode()))
    note += "x" * (room - len(note.encode()) + more) if more >= 0 else ""
    entry = Entry(
        "ci", "Idea Proposed", json.dumps({"id": "1", "note": note}, separators=(",", ":"), ensure_ascii=False)
    )
    (receipt,) = Sender(EventsClient(), "bus", sleep=lambda _: None).send([entry])
    if more <= 0:
        assert (receipt.state, entry.excess) == ("sent", None)
    else:
        assert receipt.state == "refused"
        assert receipt.reason.startswith(f"note: {len(note.encode()) + 2:,} bytes of an event of {262_144 + more:,}")


def test_entries_are_never_more_together_than_one_call_carries() -> None:
    fake = EventsClient()
    entries = [Entry("ci", "Idea Proposed", json.dumps({"note": "x" * 100_000})) for _ in range(5)]
    receipts = list(Sender(fake, "bus", sleep=lambda _: None).send(entries))
    assert [receipt.state for receipt in receipts] == ["sent"] * 5
    assert [len(call) for call in fake.calls] == [2, 2, 1]


@pytest.mark.parametrize("detail_type", sorted(DETAIL_TYPES))
def test_the_help_of_a_kind_has_its_fields_and_an_example_that_is_taken(flywheel: Run, detail_type: str) -> None:
    kind = detail_type.lower().replace(" ", "-")
    shown = flywheel("emit", kind, "--help").out
    fields = [field.encode_name for field in contract_of(DETAIL_TYPES[detail_type]).fields]
    assert [name for name in fields if option(name) not in shown and name not in GIVEN] == []

    command = example(kind, detail_type)
    ran = flywheel(*command[1:], "--dry-run")
    assert (ran.code, json.loads(ran.out)["detail-type"]) == (0, detail_type), ran.err
    assert command[-1].split()[0] in shown


def test_without_a_clone_or_a_pipeline_it_says_what_of_a_deployment_nothing_here_says(
    flywheel: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in {each for names in FIELDS.values() for each in names} & set(os.environ):
        monkeypatch.delenv(name)
    ran = flywheel("emit", "deployment", "--service", "web", "--dry-run")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: --deployment: missing, expected a text")
    assert f"no git clone in {Path.cwd()}" in ran.err
    assert "GITHUB_RUN_ID" in ran.err

    both = flywheel("emit", "deployment", "--dry-run").err
    assert both.startswith("error: --service: missing, expected a text")
    assert "; and so is --deployment. " in both
    assert f"Nothing here says --deployment: no git clone in {Path.cwd()}" in both
