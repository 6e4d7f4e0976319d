"""Boards written to a file, or to a directory with a page for each flywheel and each turn."""

import re
from collections.abc import Sequence
from pathlib import Path

from cli.boards.making import Board, Look, board_of
from cli.failure import CommandError
from cli.figures.question import Asked
from cli.moments import now
from cli.terminal import print_plain, say
from shared.board.index import index_page
from shared.board.theme import Theme
from shared.board.view import Audience, Target, nowhere

_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 80
PAGE = ".html"


def write_file(asked: Asked, out: str, audience: Audience, theme: Theme | None) -> None:
    """One flywheel's page into a file, or to stdout where that is `-`."""
    page = board_of(asked).page(Look(audience, theme, nowhere, now()))
    if out == "-":
        print_plain(page)
        return
    _write(Path(out), page)
    say(f"the board of {asked.flywheel} is in {out}")


def write_directory(each: Sequence[Asked], out: Path, audience: Audience, theme: Theme | None) -> None:
    """A page for each flywheel and each of its turns, and `index.html` to begin with."""
    boards = [board_of(asked) for asked in each]
    names = Names([board.report["flywheel"] for board in boards])
    count = sum(_write_board(board, names, out, audience, theme) for board in boards)
    look = Look(audience, theme, names.link_from("."), now())
    _write(out / f"index{PAGE}", index_page([(board.report, board.history) for board in boards], look.link, theme))
    say(f"{count + 1:,} pages; begin with {out / f'index{PAGE}'}")


def _write_board(board: Board, names: "Names", out: Path, audience: Audience, theme: Theme | None) -> int:
    flywheel = board.report["flywheel"]
    turns = [turn.turn for turn in board.history.turns]
    known = names.with_turns(flywheel, turns)
    _write(out / names.of(flywheel), board.page(Look(audience, theme, known.link_from("."), now())))
    for turn in turns:
        look = Look(audience, theme, known.link_from(".."), now())
        _write(out / known.turn(turn), board.turn(turn, look))
    return 1 + len(turns)


class Names:
    """The files of pages: names that any file system takes, each once."""

    def __init__(self, flywheels: Sequence[str]) -> None:
        self._flywheels = _files(flywheels)
        self._turns: dict[str, str] = {}

    def with_turns(self, flywheel: str, turns: Sequence[str]) -> "Names":
        """The same with the files of one flywheel's turns."""
        names = Names(list(self._flywheels))
        folder = f"{self._flywheels[flywheel]}-turns"
        names._turns = {turn: f"{folder}/{file}" for turn, file in _files(turns).items()}
        return names

    def of(self, flywheel: str) -> str:
        """The file of a flywheel's page."""
        return f"{self._flywheels[flywheel]}{PAGE}"

    def turn(self, turn: str) -> str:
        """The file of a turn's page."""
        return f"{self._turns[turn]}{PAGE}"

    def link_from(self, folder: str) -> "Linked":
        """Addresses as a page in a folder (`.` or `..` from the directory) gives them."""
        return Linked(self, folder)

    def knows(self, target: Target, name: str) -> bool:
        """Whether there is a page."""
        return name in (self._flywheels if target == "flywheel" else self._turns)


class Linked:
    """The address of another page, relative to the one that leads to it."""

    def __init__(self, names: Names, folder: str) -> None:
        self._names = names
        self._up = "" if folder == "." else "../"

    def __call__(self, target: Target, name: str) -> str | None:
        """None where there is no such page."""
        if not self._names.knows(target, name):
            return None
        return self._up + (self._names.of(name) if target == "flywheel" else self._names.turn(name))


def _files(names: Sequence[str]) -> dict[str, str]:
    """A file for each name: its letters, digits, dots and dashes; of those alike the later ones are numbered."""
    taken: set[str] = {"index"}
    files: dict[str, str] = {}
    for name in names:
        fit = _UNFIT.sub("-", name)[:_LONGEST].strip(".-").lower() or "page"
        numbered, number = fit, 1
        while numbered in taken:
            number += 1
            numbered = f"{fit}-{number}"
        taken.add(numbered)
        files[name] = numbered
    return files


def _write(path: Path, page: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"--out: {path}: {error.strerror or error}") from error
