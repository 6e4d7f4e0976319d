"""The synthesised stack, kept as long as nothing changes that it is made of: a synthesis takes about twenty seconds."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from cli.failure import CommandError
from cli.progress import waiting

PROJECT = Path(__file__).resolve().parents[2]
CACHE = PROJECT / ".cache" / "assemblies"
_SOURCES = ("infra", "events", "shared", "functions", "requirements")
_FILES = ("cdk.json", "flywheel.toml")
_SUFFIXES = (".py", ".json", ".toml", ".txt")
_UNFINISHED = ".new-"
_KEPT = 4
"""Assemblies of the latest sources; older ones go."""


def assembly(context: Mapping[str, str]) -> Path:
    """The cloud assembly for a CDK context, synthesised only if there is none yet. Raises CommandError."""
    if not (PROJECT / "cdk.json").is_file():
        raise CommandError("the embedded engine needs a clone of the repository (git clone, then make demo)")
    directory = CACHE / _key(context)
    if not directory.is_dir():
        with waiting("synthesising the stack (once; about 20 s)"):
            _synthesise(context, directory)
        _forget_old()
    os.utime(directory)
    return directory


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
        total.update(
            f"{file.relative_to(PROJECT).as_posix()}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode()
        )
    return total.hexdigest()[:24]


def _made_of(context: Mapping[str, str]) -> Iterator[Path]:
    for name in (*_FILES, context.get("config")):
        if name and (PROJECT / name).is_file():
            yield PROJECT / name
    for folder in _SOURCES:
        yield from sorted(file for file in (PROJECT / folder).rglob("*") if file.suffix in _SUFFIXES and file.is_file())


def _forget_old() -> None:
    kept = sorted(CACHE.glob("[!.]*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in kept[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
