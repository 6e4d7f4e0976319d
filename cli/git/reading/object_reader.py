"""Single objects of a clone, one question and one answer at a time; one that cannot be read ends nothing."""

import subprocess
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

_LONGEST = 4 * 2**20
"""Bytes of an object that are kept; no commit, tag or manifest is longer."""
_CHUNK = 1 << 20


class ObjectReader:
    """Asks `git cat-file`, and asks anew where it died of a broken object."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command, self._environment = command, environment
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for mode in tuple(self._running):
            self._end(mode)

    def kind_of(self, name: str) -> tuple[str, str] | None:
        """Sha and kind (`commit`, `tree`, `blob`, `tag`) of what a name leads to; None where there is none."""
        answer = self._answer("--batch-check", name)
        return (answer[0], answer[1]) if answer else None

    def content_of(self, name: str) -> tuple[str, bytes] | None:
        """Kind and content, cut at 4 MB; None for what is missing or broken."""
        answer = self._answer("--batch", name)
        if answer is None:
            return None
        content = self._content(int(answer[2]))
        return None if content is None else (answer[1], content)

    def _answer(self, mode: str, name: str) -> tuple[str, str, str] | None:
        if "\n" in name:
            return None  # two questions, for git
        process = self._running.get(mode) or self._start(mode)
        try:
            assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018  both are pipes
            process.stdin.write(name.encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            self._end(mode)
            return None
        parts = line.decode(errors="replace").split()
        return (parts[0], parts[1], parts[2]) if len(parts) == 3 and parts[2].isdigit() else None

    def _content(self, size: int) -> bytes | None:
        process = self._running["--batch"]
        assert process.stdout is not None  # noqa: S101  a pipe
        kept, left = b"", size + 1
        while left:
            chunk = process.stdout.read(min(left, _CHUNK))
            if not chunk:
                self._end("--batch")
                return None
            left -= len(chunk)
            kept += chunk if len(kept) < _LONGEST else b""
        return kept[:size]

    def _start(self, mode: str) -> subprocess.Popen[bytes]:
        self._running[mode] = subprocess.Popen(
            [*self._command, "cat-file", mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(self._environment),
        )
        return self._running[mode]

    def _end(self, mode: str) -> None:
        process = self._running.pop(mode)
        process.kill()
        process.communicate()
