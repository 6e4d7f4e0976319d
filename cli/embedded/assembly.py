"""The synthesised stack, kept as long as nothing changes that it is made of: demo, `up` and the tests run the same one.

It has no settings in it. A `flywheel.toml` is laid into the functions' code where they run; only settings that the
template itself depends on need a synthesis of their own.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cli.failure import CommandError, WrongInputError
from cli.progress import waiting
from cli.target import DEFAULT_STACK
from infra.bundle import LEFT_OUT, SOURCES
from infra.stage import NO_CONFIG, PROJECT, Stage, StageError
from shared.flywheel.settings.file import ConfigError
from shared.store.table.names import SETTINGS_FILE

CACHE = PROJECT / ".cache" / "assemblies"
CONTEXT = {"stage": DEFAULT_STACK.removeprefix("flywheel-"), "retain_data": "false", "config": NO_CONFIG}
"""The stage of this machine, which nothing outlives."""
_SOURCES = ("infra", "events", "shared", "functions", "requirements")
_UNFINISHED = ".new-"
_KEPT = 4
"""Assemblies of the latest sources; older ones go, unless a process runs them."""
_LOCK = ".in-use"
_HELD: dict[Path, TextIO] = {}
"""The locks of this process."""


@dataclass(frozen=True)
class Synthesis:
    """A stack to run on this machine."""

    directory: Path
    """Its cloud assembly."""
    files: Mapping[str, bytes]
    """What its functions have beside their code, by name: the settings, unless the assembly holds them."""


def synthesis(config: Path | None = None) -> Synthesis:
    """The stack with a file of settings, or with none. Raises WrongInputError where the file is wrong, CommandError."""
    _need_sources()
    if config is None:
        return Synthesis(assembly(CONTEXT), {})
    configured = {**CONTEXT, "config": str(config)}
    try:
        if not Stage.from_context(configured).has_template_of(Stage.from_context(CONTEXT)):
            return Synthesis(assembly(configured), {})
    except (ConfigError, StageError) as error:
        raise WrongInputError(str(error)) from error
    return Synthesis(assembly(CONTEXT), {SETTINGS_FILE: config.read_bytes()})


def assembly(context: Mapping[str, str]) -> Path:
    """The cloud assembly for a CDK context, synthesised only if there is none yet. Raises CommandError."""
    _need_sources()
    directory = CACHE / _key(context)
    if not _holds(directory):
        with waiting("synthesising the stack (once for these sources)"):
            _synthesise(context, directory)
        if not _holds(directory):
            raise CommandError(f"{directory} was taken away as it was made: try again")
        _forget_old()
    os.utime(directory)
    return directory


def _need_sources() -> None:
    if not (PROJECT / "cdk.json").is_file():
        raise CommandError("the embedded engine needs a clone of the repository (git clone, then make demo)")


def _synthesise(context: Mapping[str, str], into: Path) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix=_UNFINISHED) as scratch:
        outdir = Path(scratch) / "assembly"
        environment = {
            **os.environ,
            "CDK_OUTDIR": str(outdir),
            "CDK_CONTEXT_JSON": json.dumps(dict(context)),
        }
        ran = subprocess.run(
            [sys.executable, "-m", "infra.app"],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise CommandError(f"the stack could not be synthesised: {ran.stderr.strip() or ran.stdout.strip()}")
        with suppress(OSError):  # of two who synthesise at once the first one's stays
            outdir.rename(into)


def _key(context: Mapping[str, str]) -> str:
    total = hashlib.sha256(json.dumps(dict(context), sort_keys=True).encode())
    for file in _made_of(context):
        total.update(f"{os.path.relpath(file, PROJECT)}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()[:24]


def _made_of(context: Mapping[str, str]) -> Iterator[Path]:
    """All files that an assembly depends on: those of the stack, those that lie in bundles, and the locks."""
    yield PROJECT / "cdk.json"
    if context.get("config", NO_CONFIG) != NO_CONFIG:
        yield PROJECT / context["config"]
    suffixes = (*SOURCES, ".txt")
    for folder in _SOURCES:
        for file in sorted((PROJECT / folder).rglob("*")):
            left_out = file.relative_to(PROJECT).as_posix().startswith(LEFT_OUT)
            if file.suffix in suffixes and not left_out and file.is_file():
                yield file


def _holds(directory: Path) -> bool:
    """Whether an assembly is there; then nobody takes it away before this process ends."""
    if directory in _HELD:
        return True
    if not directory.is_dir():
        return False
    lock = (directory / _LOCK).open("w", encoding="utf-8")
    fcntl.flock(lock, fcntl.LOCK_SH)
    if not (directory / _LOCK).exists():  # it went while we waited
        return False
    _HELD[directory] = lock
    return True


def _forget_old() -> None:
    kept = sorted(CACHE.glob("[!.]*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in kept[_KEPT:]:
        with suppress(OSError), (old / _LOCK).open("w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with tempfile.TemporaryDirectory(dir=CACHE, prefix=_UNFINISHED, ignore_cleanup_errors=True) as scratch:
                old.rename(Path(scratch) / old.name)
