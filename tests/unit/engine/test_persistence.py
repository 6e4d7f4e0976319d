"""The directory of a server: one process at a time, a sentence for what cannot be used, nothing acknowledged lost."""

import errno
import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from engine import DataDirectoryError, Engine, FakeSlack
from engine.line_file import LineFile
from engine.persistence.directory import LOCK, claimed
from engine.persistence.errors import (
    DamagedJournalError,
    DirectoryInUseError,
    ForeignJournalError,
    JournalNotWrittenError,
)
from engine.persistence.journal import FILE
from engine.persistence.keeping import Persistence
from engine.persistence.remembered import read_journal
from tests.unit.engine.conftest import START

pytestmark = pytest.mark.slow

Made = Callable[..., dict[str, Any]]
Keeping = Callable[[], tuple[Engine, Persistence]]
PUT = {"is": "put", "table": "parts", "key": {"pk": {"S": "a"}}, "item": {"pk": {"S": "a"}}}


@pytest.fixture
def keeping(small: Path, tmp_path: Path) -> Iterator[Keeping]:
    """Starts an engine on the small stack that keeps its journal in one directory, as a server does; one at a time."""
    with ExitStack() as last:

        def start() -> tuple[Engine, Persistence]:
            last.close()
            engine = Engine.from_template(small, clock=START, code_root=small.parent)
            persistence = Persistence(engine, tmp_path / "data")
            persistence.claim()
            last.callback(persistence.release)
            last.enter_context(engine)
            persistence.start()
            return engine, persistence

        yield start


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where the journal of that directory lies."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / FILE


def written(journal: Path, *lines: Any) -> bytes:
    content = b"".join((each if isinstance(each, bytes) else json.dumps(each).encode()) + b"\n" for each in lines)
    journal.write_bytes(content)
    return content


def ids(engine: Engine) -> set[str]:
    return {item["pk"]["S"] for item in engine.table_items()}


def test_a_second_process_is_refused_and_told_which_one_holds_the_directory(tmp_path: Path) -> None:
    with claimed(tmp_path), pytest.raises(DirectoryInUseError, match=f"process {os.getpid()}:"), claimed(tmp_path):
        pass
    with claimed(tmp_path):
        assert (tmp_path / LOCK).read_text() == str(os.getpid())


def test_whoever_is_refused_has_touched_nothing(keeping: Keeping, made: Made, small: Path, tmp_path: Path) -> None:
    engine, _ = keeping()
    engine.put_events([made("a")])
    before = (tmp_path / "data" / FILE).read_bytes()
    second = Persistence(Engine.from_template(small, clock=START), tmp_path / "data")
    with pytest.raises(DirectoryInUseError):
        second.claim()
    assert (tmp_path / "data" / FILE).read_bytes() == before
    engine.put_events([made("b")])
    again, _ = keeping()
    again.drain()
    assert ids(again) == {"a", "b"}


def test_all_that_it_keeps_is_for_its_owner_s_eyes_alone(keeping: Keeping, tmp_path: Path) -> None:
    directory = tmp_path / "data"
    directory.mkdir(mode=0o755)
    (directory / FILE).touch(mode=0o644)
    keeping()
    with FakeSlack(journal=directory / "slack.jsonl") as slack:
        slack.answer("chat.postMessage", slack.token, {"channel": "#a", "text": "b"})
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in [directory, *directory.iterdir()]}
    assert modes == {"data": 0o700, FILE: 0o600, LOCK: 0o600, "slack.jsonl": 0o600}


def test_a_directory_with_other_things_in_it_stays_open_to_whom_it_was(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "letters").touch()
    with claimed(tmp_path):
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.parametrize(
    "line",
    [
        b"\x00\xff\x00",
        b"half a li",
        b"[]",
        {"is": "letter", "to": "somebody"},
        {"is": "put", "table": "parts"},
        {**PUT, "item": "not an item"},
        b"[" * 100_000,
    ],
    ids=["binary", "text", "array", "unknown", "lacking", "mistyped", "nested"],
)
def test_a_damaged_line_is_named_and_the_file_left_as_it_is(keeping: Keeping, journal: Path, line: Any) -> None:
    content = written(journal, PUT, line, {"is": "quiet"})
    with pytest.raises(DamagedJournalError, match=r"journal\.jsonl line 2 is not of a journal \(") as refused:
        keeping()
    assert refused.value.line == 2
    assert journal.read_bytes() == content
    written(journal, PUT, {"is": "quiet"})
    assert ids(keeping()[0]) == {"a"}


def test_a_last_line_that_was_cut_short_is_as_if_never_begun(keeping: Keeping, journal: Path) -> None:
    journal.write_bytes(written(journal, PUT, {"is": "quiet"}) + b'{"is":"put","tab')
    assert ids(keeping()[0]) == {"a"}
    assert read_journal(journal).stack == "Small"


@pytest.mark.parametrize(
    ("first", "said"),
    [({"version": 2}, "is of version 2"), ({"version": 1, "stack": "Large"}, "is of stack Large, not of Small")],
)
def test_a_journal_of_another_stack_or_a_later_version_is_refused(
    keeping: Keeping, journal: Path, first: dict[str, Any], said: str
) -> None:
    content = written(journal, {"is": "journal", **first}, PUT)
    with pytest.raises(ForeignJournalError, match=said):
        keeping()
    assert journal.read_bytes() == content


def blocked_by_file(directory: Path) -> None:
    directory.write_text("a file")


def blocked_by_folder(directory: Path) -> None:
    (directory / FILE).mkdir(parents=True)


@pytest.mark.parametrize("block", [blocked_by_file, blocked_by_folder])
def test_what_is_no_directory_or_no_journal_gets_a_sentence(
    keeping: Keeping, tmp_path: Path, block: Callable[[Path], None]
) -> None:
    block(tmp_path / "data")
    with pytest.raises(DataDirectoryError, match=r"cannot be used .*: name a directory that you may write to"):
        keeping()


@pytest.mark.parametrize("file", [LOCK, FILE])
@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_what_cannot_be_written_gets_a_sentence(
    keeping: Keeping, journal: Path, monkeypatch: pytest.MonkeyPatch, file: str, code: int
) -> None:
    written(journal, PUT, {"is": "quiet"})
    real = os.open

    def refusing(name: Any, flags: int, *args: Any, **kwargs: Any) -> int:
        if Path(name).stem == Path(file).stem and flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(code, os.strerror(code))
        return real(name, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", refusing)
    with pytest.raises(DataDirectoryError, match=os.strerror(code)):
        keeping()
    monkeypatch.undo()
    assert ids(keeping()[0]) == {"a"}


class Disk(FileIO):
    """A disk with so many bytes left; what does not fit is written in part and then refused."""

    left = 1 << 30

    def write(self, data: Any, /) -> int:
        if Disk.left <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fitting = bytes(data)[: Disk.left]
        Disk.left -= len(fitting)
        return super().write(fitting)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> type[Disk]:
    """The disk that every journal is on, with room for all until somebody says otherwise."""
    monkeypatch.setattr("engine.line_file.FileIO", Disk)
    monkeypatch.setattr(Disk, "left", 1 << 30)
    return Disk


@pytest.mark.parametrize("left", [0, 1, 150, 300, 301, 400, 450, 600, 700, 800, 900, 1200, 2000])
def test_a_full_disk_loses_nothing_that_was_acknowledged(
    keeping: Keeping, made: Made, disk: type[Disk], left: int
) -> None:
    engine, persistence = keeping()
    disk.left, acknowledged = left, set()
    for name in "abcde":
        with suppress(JournalNotWrittenError):
            acknowledged |= {name} if "EventId" in engine.put_events([made(name)])[0] else set()
        engine.drain()
        with suppress(JournalNotWrittenError):
            persistence.checkpoint()
    assert "No space left on device" in str(persistence.trouble)
    disk.left = 1 << 30
    with pytest.raises(JournalNotWrittenError):  # what came later could contradict what is missing
        engine.put_events([made("f")])
    again, kept = keeping()
    again.settle()
    assert acknowledged <= ids(again)
    assert kept.trouble is None


def test_a_line_is_there_as_a_whole_or_not_at_all(tmp_path: Path, disk: type[Disk]) -> None:
    path = tmp_path / "lines"
    with LineFile(path) as file:
        file.append(b"first")
        disk.left = 3
        with pytest.raises(OSError, match="No space"):
            file.append(b"second")
        disk.left = 1 << 30
        file.append(b"third")
    assert path.read_bytes() == b"first\nthird\n"


def test_slack_posts_nothing_that_it_could_not_keep(tmp_path: Path, disk: type[Disk]) -> None:
    body = {"channel": "#a", "text": "b"}
    with FakeSlack(journal=tmp_path / "slack.jsonl") as slack:
        posted = slack.answer("chat.postMessage", slack.token, body)[1]
        disk.left = 0
        assert slack.answer("chat.postMessage", slack.token, body)[1] == {"ok": False, "error": "fatal_error"}
        changed = {"channel": posted["channel"], "ts": posted["ts"], "text": "c"}
        assert slack.answer("chat.update", slack.token, changed)[1] == {"ok": False, "error": "fatal_error"}
        assert [message.text for message in slack.messages] == ["b"]
