"""When two components are the same: by their names, without case and with blanks folded (value: "Maps by name")."""

from collections.abc import Container


def same_name(name: str) -> str:
    """A component's name in one form, equal for all ways of writing it."""
    return " ".join(name.split()).casefold()


def name_apart(name: str, taken: Container[str]) -> str:
    """The name by which a map's component is told from those before it: `Testing`, then `Testing (2)`.

    `taken`: the names so far, as `same_name` gives them.
    """
    if same_name(name) not in taken:
        return name
    count = 2
    while same_name(f"{name} ({count})") in taken:
        count += 1
    return f"{name} ({count})"
