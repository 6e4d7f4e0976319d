"""Why a directory cannot keep what an engine holds; each says what to do about it."""

from pathlib import Path

from engine.errors import EngineError


class DataDirectoryError(EngineError):
    """A directory, or a file in it, that cannot be used as it is; `problem` says why and what would mend it."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"{path} {problem}")


class DirectoryInUseError(DataDirectoryError):
    """Another process keeps its data there: two writers of one journal would each lose what the other accepted."""

    def __init__(self, path: Path, process: int | None) -> None:
        self.process = process
        who = f"process {process}" if process else "another process"
        super().__init__(path, f"is in use by {who}: stop that one, or name another directory")


class DamagedJournalError(DataDirectoryError):
    """A line that is not of a journal: nothing is read, and nothing is changed."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        self.line = line
        mend = "put that line right, or move the file away to start with nothing"
        super().__init__(path, f"line {line} is not of a journal ({reason}): {mend}")


class ForeignJournalError(DataDirectoryError):
    """A journal of another stack, or of a later version of the engine."""


class JournalNotWrittenError(DataDirectoryError):
    """The journal takes no more, a disk that is full for one: what is not in it is not acknowledged."""

    def __init__(self, path: Path, reason: str) -> None:
        mend = "what was acknowledged is kept; mend that and start again"
        super().__init__(path, f"could not be written ({reason}): {mend}")
