"""The part of a repository that a family of tags stands for: a directory of the tagged tree, or of a package.

Go's modules are tagged by their directory (`bridge/opencensus/v1.2.0`), packages by their name (`@scope/cart@2.0.0`).
"""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from posixpath import dirname

from cli.failure import WrongInputError
from cli.git.reading.clone import Clone
from cli.git.reading.object_reader import ObjectReader

_MANIFESTS = ("package.json", "Cargo.toml", "pyproject.toml")
_FOREIGN = frozenset({"node_modules", "vendor", "testdata", "fixtures", "third_party"})
_MOST_MANIFESTS = 5_000


def parts_of(clone: Clone, tips: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The directories of each family that has one, the newest first (`` for the whole tree).

    A directory that was moved is another one in older tagged trees. `tips`: the commits of its tags, newest first.
    """
    with clone.objects() as objects:
        packages = _Packages(clone, objects)
        parts = {family: tuple(_directories(objects, packages, family, commits)) for family, commits in tips.items()}
        return {family: directories for family, directories in parts.items() if directories}


def _directories(objects: ObjectReader, packages: "_Packages", family: str, commits: Iterable[str]) -> list[str]:
    """Where a family lies, from its newest tag back to the first that has none, or is all of the tree."""
    known: list[str] = []
    for tip in commits:
        if any(_is_directory(objects, tip, directory) for directory in known):
            continue
        directory = family if _is_directory(objects, tip, family) else packages.directory(family, tip)
        if directory is None or (not directory and known):
            break
        known.append(directory)
        if not directory:
            break
    return known


def stated_parts(clone: Clone, asked: Iterable[str], tips: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Read `--path FAMILY=DIR`; raises WrongInputError for a family or directory that is not there."""
    parts: dict[str, tuple[str, ...]] = {}
    with clone.objects() as objects:
        for text in asked:
            family, equals, directory = text.rpartition("=")
            if not equals:
                raise WrongInputError(f"--path: got {text!r}, expected FAMILY=DIR such as web=apps/web")
            if family not in tips:
                known = ", ".join(sorted(filter(None, tips))) or "none with a prefix"
                raise WrongInputError(f"--path: got {text!r}, and no tags of family {family!r}; there are {known}")
            plain = directory.strip("/").removeprefix("./")
            if plain not in {"", "."} and not _is_directory(objects, tips[family], plain):
                raise WrongInputError(
                    f"--path: got {text!r}, and {plain!r} is no directory at the newest tag of that family"
                )
            parts[family] = (*parts.get(family, ()), "" if plain == "." else plain)
    return parts


def _is_directory(objects: ObjectReader, tip: str, path: str) -> bool:
    kind = objects.kind_of(f"{tip}:{path}")
    return kind is not None and kind[1] == "tree"


class _Packages:
    """The packages of tagged trees, each tree read once."""

    def __init__(self, clone: Clone, objects: ObjectReader) -> None:
        self._clone, self._objects = clone, objects
        self._of: dict[str, dict[str, str]] = {}

    def directory(self, family: str, tip: str) -> str | None:
        """The directory of the package that is called so."""
        if tip not in self._of:
            self._of[tip] = self._read(tip)
        return self._of[tip].get(_plain(family))

    def _read(self, tip: str) -> dict[str, str]:
        """Directories by the name of the package in them; of several the one nearest to the root."""
        paths = [path for path in self._clone.files(tip) if path.rpartition("/")[2] in _MANIFESTS]
        own = [path for path in paths if _FOREIGN.isdisjoint(path.split("/")[:-1])]
        packages: dict[str, str] = {}
        for path in sorted(own[:_MOST_MANIFESTS], key=lambda path: (path.count("/"), path)):
            content = self._objects.content_of(f"{tip}:{path}")
            name = _name(path.rpartition("/")[2], content[1]) if content else None
            if name:
                packages.setdefault(_plain(name), dirname(path))
        return packages


def _name(manifest: str, content: bytes) -> str | None:
    try:
        text = content.decode("utf-8-sig")  # editors of some systems put a mark before
        manifest_fields = json.loads(text) if manifest.endswith(".json") else tomllib.loads(text)
    except (ValueError, RecursionError):
        return None
    tables = (
        manifest_fields,
        _at(manifest_fields, "package"),
        _at(manifest_fields, "project"),
        _at(manifest_fields, "tool", "poetry"),
    )
    names = (table.get("name") for table in tables if isinstance(table, dict))
    return next((name for name in names if isinstance(name, str)), None)


def _at(value: object, *path: str) -> object:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _plain(name: str) -> str:
    """Python's packages and their tags spell one name in several ways."""
    return name.lower().replace("_", "-").replace(".", "-")
