"""Files of lines that are only appended to: whole lines or nothing, for their owner's eyes alone."""

import os
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Final, Self

_MODE: Final = 0o600
_LOOK_BACK: Final = 64 * 1024


class LineFile:
    """Appends to a file, making it where there is none; a last line that a kill cut short is taken away first."""

    def __init__(self, path: Path) -> None:
        self._file = FileIO(path, "ab", opener=lambda name, flags: os.open(name, flags, _MODE))
        os.fchmod(self._file.fileno(), _MODE)
        self._size = _whole(path, os.fstat(self._file.fileno()).st_size)
        os.ftruncate(self._file.fileno(), self._size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, line: bytes) -> None:
        """With the operating system when this returns. Raises OSError, and then nothing of the line is there."""
        left = memoryview(line + b"\n")
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file.fileno(), self._size)
            raise
        self._size += len(line) + 1

    def sync(self) -> None:
        """Have what was appended on the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def _whole(path: Path, size: int) -> int:
    """Bytes up to the end of the last whole line."""
    with path.open("rb") as file:
        while size > 0:
            start = max(0, size - _LOOK_BACK)
            file.seek(start)
            newline = file.read(size - start).rfind(b"\n")
            if newline >= 0:
                return start + newline + 1
            size = start
    return 0
