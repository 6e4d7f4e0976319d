"""Webhooks as their senders send them: signed, to the address of the stack."""

import json
from typing import Any

import boto3

from engine import Answer, Engine
from shared.intake.secrets import value_of
from shared.sources.verifiers import signature

SECRET = "the secret of one hook"


def give_secret(engine: Engine, hook: str, *secrets: str) -> None:
    """What `flywheel hook add` leaves in SSM."""
    name = f"/flywheel-dev/hooks/{hook}"
    client = boto3.client("ssm", region_name=engine.cloud.region)
    client.put_parameter(Name=name, Value=value_of(secrets or (SECRET,)), Type="SecureString", Overwrite=True)


def from_github(
    engine: Engine,
    event: str,
    body: Any,
    *,
    hook: str = "github",
    secret: str = SECRET,
    content: str = "application/json",
) -> Answer:
    """A delivery of GitHub's; what it sets going is processed before this returns."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {
        "Content-Type": content,
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": "0b989ba4-242f-11e5-81e1-c7b6966d2516",
        "X-Hub-Signature-256": f"sha256={signature(secret.encode(), raw, 'hex')}",
    }
    answer = engine.http("POST", f"/hooks/{hook}", headers, raw)
    engine.drain()
    return answer


def pushed(sha: str, time: str, message: str) -> dict[str, Any]:
    """The body of a `push` of one commit to the default branch."""
    commit = {"id": sha, "message": message, "timestamp": time, "added": [], "modified": ["app.py"], "removed": []}
    return {
        "ref": "refs/heads/main",
        "before": "0" * 39 + "1",
        "after": sha,
        "created": False,
        "deleted": False,
        "forced": False,
        "commits": [commit],
        "head_commit": commit,
        "repository": REPOSITORY,
    }


def deployed(sha: str, time: str, id: int = 7, state: str = "success") -> dict[str, Any]:
    """The body of a `deployment_status`."""
    return {
        "action": "created",
        "deployment_status": {
            "id": 100 + id,
            "state": state,
            "environment": "production",
            "created_at": time,
            "updated_at": time,
        },
        "deployment": {
            "id": id,
            "sha": sha,
            "ref": "main",
            "task": "deploy",
            "environment": "production",
            "payload": {},
            "created_at": time,
            "updated_at": time,
        },
        "repository": REPOSITORY,
    }


REPOSITORY = {"id": 11, "name": "lamps", "full_name": "example/lamps", "default_branch": "main", "private": True}
