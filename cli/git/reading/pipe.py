"""`git … | git …`: what one lists, the next tells, as a stream; ends all when the reader goes away."""

import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO

_CHUNK = 1 << 16


class Pipe:
    """Commands of git's, the first given a text; to be read once."""

    def __init__(self, commands: Sequence[Sequence[str]], given: str, environment: Mapping[str, str]) -> None:
        self._commands, self._given = commands, given
        self._environment = dict(environment)
        self.broke_off = False
        """Known after reading: one of them failed, so that not all was told."""

    def contents(self) -> Iterator[tuple[str, str, bytes]]:
        """Sha, kind and content of every object listed."""
        with self._stream() as stream:
            while line := stream.readline():
                parts = line.decode(errors="replace").split()
                if len(parts) == 3:
                    yield parts[0], parts[1], stream.read(int(parts[2]) + 1)[:-1]
                else:
                    self.broke_off = True

    def fields(self) -> Iterator[str]:
        """NUL-separated fields of the answer."""
        rest = b""
        with self._stream() as stream:
            while chunk := stream.read(_CHUNK):
                *whole, rest = (rest + chunk).split(b"\0")
                yield from (field.decode(errors="replace") for field in whole)

    @contextmanager
    def _stream(self) -> Iterator[IO[bytes]]:
        with tempfile.TemporaryFile() as given:
            given.write(self._given.encode())
            given.seek(0)
            running: list[subprocess.Popen[bytes]] = []
            answer: IO[bytes] = given
            for command in self._commands:
                running.append(self._start(command, answer))
                answer.close()
                answer = _answer_of(running[-1])
            try:
                yield answer
            except BaseException:  # the reader went away before git's last word
                for process in running:
                    process.kill()
                raise
            finally:
                answer.close()
                codes = [process.wait() for process in running]
            self.broke_off = self.broke_off or any(codes)

    def _start(self, command: Sequence[str], given: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self._environment
        )


def _answer_of(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None  # noqa: S101  a pipe
    return process.stdout
