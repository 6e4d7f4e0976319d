"""AWS's own events on the default bus: CodePipeline's executions and CloudWatch's alarms."""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from cli.demo.delivery import Delivery
from cli.demo.senders.commits import Commit
from cli.demo.senders.names import guid
from events.times import rfc3339

_ACCOUNT, _REGION = "444455556666", "eu-west-1"
_TAKES = timedelta(minutes=25)
"""From the source to the end of a pipeline."""
_Kind = tuple[str, str]
_EXECUTION: _Kind = ("aws.codepipeline", "CodePipeline Pipeline Execution State Change")
_ACTION: _Kind = ("aws.codepipeline", "CodePipeline Action Execution State Change")
_ALARM: _Kind = ("aws.cloudwatch", "CloudWatch Alarm State Change")
"""Source and detail-type."""


class Aws:
    """One account."""

    def __init__(self) -> None:
        self.sent: list[Delivery] = []

    def pipeline(self, finished: datetime, deployment: str, pipeline: str, repository: str, head: Commit) -> None:
        """A pipeline fetched a commit, and succeeded; only its source's event tells which commit."""
        execution = {"pipeline": pipeline, "execution-id": guid(deployment), "state": "SUCCEEDED", "version": 3.0}
        source = {
            "stage": "Source", "action": "Source", "execution-result": _fetched(repository, head),
            "type": {"owner": "AWS", "category": "Source", "provider": "CodeStarSourceConnection", "version": "1"},
        }  # fmt: skip
        arn = f"codepipeline:{_REGION}:{_ACCOUNT}:{pipeline}"
        begun = finished - _TAKES
        self._notice(begun, _ACTION, arn, {**execution, **source}, "Deployment Started")
        done = {**execution, "start-time": rfc3339(begun)}
        self._notice(finished, _EXECUTION, arn, done, "Deployment Finished")

    def alarm(self, name: str, began: datetime, ended: datetime) -> None:
        """An alarm goes off, and is calm again."""
        arn = f"cloudwatch:{_REGION}:{_ACCOUNT}:alarm:{name}"
        calm, ringing = _state("OK", began - timedelta(days=1)), _state("ALARM", began)
        rings = {"alarmName": name, "state": ringing, "previousState": calm}
        self._notice(began, _ALARM, arn, rings, "Incident Opened")
        ends = {"alarmName": name, "state": _state("OK", ended), "previousState": ringing}
        self._notice(ended, _ALARM, arn, ends, "Incident Resolved")

    def _notice(self, moment: datetime, kind: _Kind, resource: str, detail: dict[str, Any], tells: str) -> None:
        envelope = {
            "version": "0", "id": guid(f"{kind} {resource} {moment}"), "source": kind[0], "detail-type": kind[1],
            "account": _ACCOUNT, "region": _REGION, "time": rfc3339(moment), "resources": [f"arn:aws:{resource}"],
            "detail": detail,
        }  # fmt: skip
        self.sent.append(Delivery(arrives=moment, content=envelope, tells=(tells,)))


def _fetched(repository: str, head: Commit) -> dict[str, str]:
    """The fields of a connection's Source action that tell of the commit."""
    page = f"https://{_REGION}.console.aws.amazon.com/codesuite/settings/connections/redirect?referenceType=COMMIT"
    return {
        "external-execution-id": head.sha,
        "external-execution-url": f"{page}&FullRepositoryId={quote(repository, safe='/')}&Commit={head.sha}",
        "external-execution-summary": json.dumps({"ProviderType": "GitHub", "CommitMessage": head.message}),
    }


def _state(value: str, since: datetime) -> dict[str, str]:
    return {"value": value, "reason": "Threshold Crossed", "timestamp": rfc3339(since).replace("Z", ".000+0000")}
