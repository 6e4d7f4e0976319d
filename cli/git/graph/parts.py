"""The part of a repository that a family of tags stands for: a directory of the tagged tree, or of a package.

Go's modules are tagged by their directory (`bridge/opencensus/v1.2.0`), packages by their name (`@scope/cart@2.0.0`).
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from posixpath import dirname

from cli.failure import WrongInputError
from cli.git.reading.clone import Clone
from cli.git.reading.object_reader import ObjectReader

_MANIFESTS = ("package.json", "Cargo.toml", "pyproject.toml")
_FOREIGN = frozenset({"node_modules", "vendor", "testdata", "fixtures", "third_party"})
_MOST_MANIFESTS = 5_000


def parts_of(clone: Clone, tips: Mapping[str, str]) -> dict[str, str]:
    """The directory of each family that has one (`` for the whole tree), from the commit of its newest tag.

    `tips`: the family and that commit's sha.
    """
    with clone.objects() as objects:
        directory_of = {family: family for family, tip in tips.items() if _is_directory(objects, tip, family)}
        named: dict[str, dict[str, str]] = {}
        for family, tip in tips.items():
            if family in directory_of:
                continue
            if tip not in named:
                named[tip] = _packages(clone, objects, tip)
            if (directory := named[tip].get(_plain(family))) is not None:
                directory_of[family] = directory
        return directory_of


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


def _packages(clone: Clone, objects: ObjectReader, tip: str) -> dict[str, str]:
    """Directories by the name of the package in them; of several the one nearest to the root."""
    paths = [path for path in clone.files(tip) if path.rpartition("/")[2] in _MANIFESTS]
    own = [path for path in paths if _FOREIGN.isdisjoint(path.split("/")[:-1])]
    packages: dict[str, str] = {}
    for path in sorted(own[:_MOST_MANIFESTS], key=lambda path: (path.count("/"), path)):
        content = objects.content_of(f"{tip}:{path}")
        name = _name(path.rpartition("/")[2], content[1]) if content else None
        if name:
            packages.setdefault(_plain(name), dirname(path))
    return packages


def _name(manifest: str, content: bytes) -> str | None:
    try:
        text = content.decode()
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
