"""What the tests of imported histories share: events of `flywheel import git --dry-run`, and figures made of them."""

import json
from pathlib import Path
from typing import Any

import events


def imported(ran: Any) -> list[dict[str, Any]]:
    assert ran.code == 0, ran.err
    lines = [json.loads(line) for line in ran.out.splitlines()]
    for line in lines:
        events.decode(line)
    return lines


def deployments(ran: Any) -> list[dict[str, Any]]:
    return [event["detail"] for event in imported(ran) if event["detail-type"] == "Deployment Finished"]


def releases(ran: Any) -> list[dict[str, Any]]:
    return [event["detail"] for event in imported(ran) if event["detail-type"] == "Feature Released"]


def shas(deployment: dict[str, Any]) -> list[str]:
    return [commit["sha"] for commit in deployment["commits"]]


def kinds(ran: Any) -> dict[str, tuple[str, str | None]]:
    """Kind and what is remediated, by tag."""
    return {each["deployment"]: (each["kind"], each.get("remediates")) for each in deployments(ran)}


def figures(flywheel: Any, folder: Path, ran: Any, as_of: str, *options: Any) -> dict[str, Any]:
    """The report as JSON on what was imported."""
    file = folder / "imported.jsonl"
    file.write_text(ran.out)
    told = flywheel("report", file, "--as-of", as_of, "--json", *options)
    assert told.code == 0, told.err
    report: dict[str, Any] = json.loads(told.out)
    return report
