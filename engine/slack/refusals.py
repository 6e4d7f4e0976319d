"""Slack's way to say no: `ok: false`, a name, and sometimes more."""

from typing import Any


class RefusedError(Exception):
    """A call that Slack answers with `ok: false`; `fields` stand beside the name."""

    def __init__(self, error: str, *messages: str, **fields: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.fields = fields

    @property
    def answer(self) -> dict[str, Any]:
        """The answer's JSON."""
        answer: dict[str, Any] = {"ok": False, "error": self.error, **self.fields}
        if self.messages:
            answer["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return answer
