"""The directory that one process keeps its data in, for nobody else's eyes, and for no second process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from engine.persistence.errors import DataDirectoryError, DirectoryInUseError
from engine.persistence.journal import FILE

LOCK: Final = "lock"
_OWNER_ONLY: Final = 0o700


@contextmanager
def claimed(directory: Path) -> Iterator[Path]:
    """The directory, made where there is none, for this process as long as it lasts.

    Raises DirectoryInUseError, and DataDirectoryError where it cannot be written. The lock goes with its process.
    """
    with explained(directory):
        directory.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        lock = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with explained(directory):
            _lock(directory, lock)
            _close_to_others(directory)
        yield directory
    finally:
        os.close(lock)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses about a directory into a sentence."""
    try:
        yield
    except OSError as error:
        problem = f"cannot be used ({error.strerror or error}): name a directory that you may write to"
        raise DataDirectoryError(path, problem) from error


def _lock(directory: Path, lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(lock, 20, 0).decode(errors="replace")
        raise DirectoryInUseError(directory, int(holder) if holder.isdigit() else None) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)


def _close_to_others(directory: Path) -> None:
    """A directory that holds a journal or nothing is the engine's own; one with other things in it stays as it is."""
    if (directory / FILE).exists() or [each.name for each in directory.iterdir()] == [LOCK]:
        with suppress(PermissionError):
            directory.chmod(_OWNER_ONLY)
