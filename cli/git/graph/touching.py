"""The families of a monorepo that each commit touches."""

from collections.abc import Callable, Iterable, Mapping

from cli.git.graph.history import History
from cli.git.reading.clone import Clone

_WHOLE = ""


def touched(
    clone: Clone,
    history: History,
    parts: Mapping[str, tuple[str, ...]],
    progress: Callable[[int], None],
) -> dict[str, set[int]]:
    """The commits that touch each family, by number. `parts`: the directories of each; raises WrongInputError.

    What a commit changed is not known where its parents are not here.
    """
    families: dict[str, list[str]] = {}
    for family, directories in parts.items():
        for directory in directories:
            families.setdefault(directory, []).append(family)
    by_family: dict[str, set[int]] = {family: set() for family in parts}
    count, last = 0, ""
    for sha, path in clone.changed(_whole(history)):
        count, last = count + (sha != last), sha
        progress(count)
        number = history.find(sha)
        if number is None:
            continue
        for directory in _above(path):
            for family in families.get(directory, ()):
                by_family[family].add(number)
    return by_family


def _whole(history: History) -> Iterable[list[str]]:
    """Each commit whose parents were read, with them."""
    for number, parents in enumerate(history.parents):
        if parents is not None and all(history.parents[parent] is not None for parent in parents):
            yield [history.sha(number), *map(history.sha, parents)]


def _above(path: str) -> Iterable[str]:
    """The directories that a file is in, the whole tree last."""
    at = path.rfind("/")
    while at > 0:
        yield path[:at]
        at = path.rfind("/", 0, at)
    yield _WHOLE
