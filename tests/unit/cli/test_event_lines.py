"""Files of events as a bus archives them: canonical ones, those of AWS's services, and CDEvents."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.event_lines import read_lines
from cli.figures.from_files import facts_of_files
from cli.replaying import replay_files
from events.schema import sample
from shared.sources.options import ServiceRule, SourceOptions

SAMPLES = Path(__file__).parents[3] / "events" / "samples"


def envelope(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())["envelope"]
    return found


@pytest.fixture
def archived(tmp_path: Path) -> str:
    lines = [
        sample("Idea Proposed"),
        envelope("aws/codedeploy-success"),
        envelope("aws/codedeploy-ready"),
        envelope("cdevents/service-deployed"),
        {**envelope("aws/codedeploy-success"), "detail": {"state": "SUCCESS"}},
        {"source": "ci", "detail-type": "Whatever"},
    ]
    path = tmp_path / "archive.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


def test_each_line_is_its_event_the_reason_why_it_counts_for_nothing_or_what_is_wrong(archived: str) -> None:
    lines = list(read_lines([archived], SourceOptions()))
    assert [line.event.detail_type if line.event else None for line in lines] == [
        "Idea Proposed", "Deployment Finished", None, "Deployment Finished", None, None,
    ]  # fmt: skip
    assert lines[2].ignored == "neither a deployment's start nor its end"
    assert [line.error.field for line in lines if line.error is not None] == ["detail.deploymentId", "detail-type"]


def test_figures_from_files_read_them_by_the_settings(archived: str, capsys: pytest.CaptureFixture[str]) -> None:
    facts = facts_of_files([archived], options=SourceOptions(services=(ServiceRule("*", "till"),)))
    assert [fact.service for fact in facts][1:] == ["till", "till"]
    told = capsys.readouterr().err
    assert "1 event of AWS's services or CDEvents counts for nothing" in told
    assert "2 of 5 lines are no valid events" in told


def test_a_replay_sends_cdevents_and_says_who_alone_can_send_those_of_aws(
    archived: str, capsys: pytest.CaptureFixture[str]
) -> None:
    class Sender:
        def send(self, entries: Any) -> Any:
            return iter([type("Receipt", (), {"state": "sent"}) for _ in entries])

    sender: Any = Sender()
    counts = replay_files(sender, [archived], 0)
    assert (counts["sent"], counts["invalid"]) == (2, 4)
    assert "archive.jsonl:2: source: only AWS itself can put events of aws.codedeploy" in capsys.readouterr().err
