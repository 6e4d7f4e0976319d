"""The environment that git runs in: the same from every hook, clone and user's settings.

A hook's `GIT_DIR` beats `git -C`, replace refs and grafts rewrite history, a user's settings change what is printed:
none of them is evidence (history: "Commits and paths").
"""

import os
import subprocess
from collections.abc import Mapping

_KEPT = ("GIT_EXEC_PATH",)
_SETTINGS = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_PAGER": "cat",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
}
_WHOSE_SETTINGS = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
ALWAYS = ("-c", "core.commitGraph=false")
"""A commit graph repeats what commits say, and may be stale or forged."""


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment without any variable of git's but those that make reading the same everywhere."""
    return {name: value for name, value in environment.items() if not _is_gits(name)} | _SETTINGS


def trusted_folders(environment: Mapping[str, str]) -> list[str]:
    """`safe.directory` of the user and the machine: whose clones git may read is theirs to say. As options of git."""
    asking = {name: value for name, value in environment.items() if not _is_gits(name) or name in _WHOSE_SETTINGS}
    command = ["git", "config", "--get-all", "safe.directory"]
    try:
        answer = subprocess.run(command, capture_output=True, check=False, env=asking, cwd=os.sep)
    except OSError:
        return []
    return [part for line in answer.stdout.decode().splitlines() for part in ("-c", f"safe.directory={line}")]


def _is_gits(name: str) -> bool:
    return name.startswith("GIT_") and name not in _KEPT
