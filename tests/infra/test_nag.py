"""cdk-nag has the last word on every synth: a finding stops it, and nothing is acknowledged that is not found."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra import app, function, http_api, mapping, queue, schedule, secret, stack

ACKNOWLEDGE_IN = (function, http_api, mapping, queue, schedule, secret, stack)


def findings(directory: Path) -> set[tuple[str, str]]:
    """(path, rule) of every finding in the report that a failed synth leaves behind; no warnings of our own."""
    report = json.loads((directory / "validation-report.json").read_text())
    return {
        (construct["constructPath"].removesuffix("/Resource"), violation["ruleName"])
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        if not violation["ruleName"].startswith("Annotation::")
        for construct in violation["violatingConstructs"]
    }


def test_a_resource_that_breaks_a_rule_stops_the_synth(tmp_path: Path) -> None:
    from aws_cdk import Stack, aws_sqs  # noqa: PLC0415  aws_cdk takes ten seconds to import

    broken = app.build(outdir=tmp_path)
    stack = broken.node.find_child("flywheel-dev")
    assert isinstance(stack, Stack)
    aws_sqs.Queue(stack, "Naked")
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        broken.synth()
    assert ("flywheel-dev/Naked", "AwsSolutions-SQS4") in findings(tmp_path)
    assert {path for path, _ in findings(tmp_path)} == {"flywheel-dev/Naked"}


def test_every_acknowledgement_answers_a_finding_on_its_own_resource(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acknowledged: dict[tuple[str, str], str] = {}

    def note(construct: Any, rule: str, reason: str) -> None:
        acknowledged[construct.node.path, rule] = reason

    for module in ACKNOWLEDGE_IN:
        monkeypatch.setattr(module, "acknowledge", note)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.build(outdir=tmp_path).synth()
    assert set(acknowledged) == findings(tmp_path)
    assert all(len(reason) > 40 for reason in acknowledged.values())
