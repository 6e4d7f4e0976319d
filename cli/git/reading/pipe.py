"""`git … | git …`: what the first lists, the second tells, as a stream; ends both when the reader goes away."""

import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO

_CHUNK = 1 << 16


class Pipe:
    """Two commands of git's, the first given a text; to be read once."""

    def __init__(
        self, listing: Sequence[str], telling: Sequence[str], given: str, environment: Mapping[str, str]
    ) -> None:
        self._listing, self._telling, self._given = listing, telling, given
        self._environment = dict(environment)
        self.broke_off = False
        """Known after reading: one of the two failed, so that not all was told."""

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
            first = self._start(self._listing, given)
            second = self._start(self._telling, first.stdout)
            assert first.stdout is not None and second.stdout is not None  # noqa: S101, PT018  both are pipes
            first.stdout.close()
            try:
                yield second.stdout
            except BaseException:  # the reader went away before git's last word
                first.kill()
                second.kill()
                raise
            finally:
                second.stdout.close()
                codes = first.wait(), second.wait()
            self.broke_off = self.broke_off or any(codes)

    def _start(self, command: Sequence[str], given: IO[bytes] | None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self._environment
        )
