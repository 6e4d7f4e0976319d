"""Forms that an app opens for people: what triggered them, what they hold, and what they become."""

import hashlib
import json
from typing import Any

from engine.slack.blocks.elements import input_problem, plain_problem
from engine.slack.blocks.limits import block_problem
from engine.slack.refusals import RefusedError

TRIGGER_SECONDS = 3.0
"""What somebody did opens a form so long afterwards, and only once."""
MAX_TITLE, MAX_METADATA, MAX_BLOCKS = 24, 3000, 100


class Views:
    """The forms of a workspace, by id, and the triggers that may open one."""

    def __init__(self) -> None:
        self._triggers: dict[str, float | None] = {}
        self.open: dict[str, dict[str, Any]] = {}

    def trigger(self, now: float) -> str:
        """A new trigger; good for three seconds."""
        name = f"{len(self._triggers) + 1}.{hashlib.sha256(str(len(self._triggers)).encode()).hexdigest()[:8]}"
        self._triggers[name] = now
        return name

    def show(self, body: dict[str, Any], now: float) -> dict[str, Any]:
        """Open a form (`views.open`). Raises RefusedError."""
        trigger = str(body.get("trigger_id") or "")
        if trigger not in self._triggers:
            raise RefusedError("invalid_trigger_id")
        made = self._triggers[trigger]
        if made is None:
            raise RefusedError("exchanged_trigger_id")
        if now - made > TRIGGER_SECONDS:
            raise RefusedError("expired_trigger_id")
        view = _checked(body.get("view"))
        self._triggers[trigger] = None
        return self._keep(f"V{len(self.open) + 1:08d}", view)

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Replace a form by id (`views.update`). Raises RefusedError."""
        name = str(body.get("view_id") or "")
        if name not in self.open:
            raise RefusedError("not_found")
        return self._keep(name, _checked(body.get("view")))

    def become(self, name: str, view: dict[str, Any]) -> None:
        """Replace a form as the answer to its submission says. Raises RefusedError."""
        self._keep(name, _checked(view))

    def close(self, name: str) -> None:
        """Close a form."""
        self.open.pop(name, None)

    def _keep(self, name: str, view: dict[str, Any]) -> dict[str, Any]:
        kept = {**view, "id": name, "root_view_id": name, "hash": hashlib.sha256(json.dumps(view).encode()).hexdigest()}
        self.open[name] = kept
        return kept


def _checked(view: Any) -> dict[str, Any]:
    if isinstance(view, str):
        view = json.loads(view)
    problem = _problem(view)
    if problem:
        raise RefusedError("invalid_arguments", problem)
    return dict(view)


def _problem(view: Any) -> str | None:
    if not isinstance(view, dict) or view.get("type") != "modal":
        return "view must be a modal"
    problem = plain_problem(view.get("title"), MAX_TITLE)
    for name in ("submit", "close"):
        if problem is None and name in view:
            problem = plain_problem(view[name], MAX_TITLE)
    if problem:
        return problem
    if len(str(view.get("private_metadata") or "")) > MAX_METADATA:
        return "private_metadata is too long"
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= MAX_BLOCKS:
        return f"blocks must have 1 to {MAX_BLOCKS} items"
    kinds = [block.get("type") if isinstance(block, dict) else None for block in blocks]
    if "input" in kinds and "submit" not in view:
        return "a view with inputs needs submit"
    checks = (
        input_problem(block) if kind == "input" else block_problem(block)
        for kind, block in zip(kinds, blocks, strict=True)
    )
    return next((problem for problem in checks if problem), None)
