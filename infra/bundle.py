"""Bundles for Lambda: one directory per function, made without Docker, the same on every machine.

A bundle holds the locked packages for Lambda's own platform, the function's folder, `shared`, `events` and, where there
is one, `flywheel.toml`. boto3 and what it brings come with the runtime. The digest comes from the sources, the lock and
whether bytecode is in it: a machine that has Lambda's Python replaces a bundle that another deployed without.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from uv import find_uv_bin

from infra.stage import PROJECT
from shared.store.table import names

PYTHON = "3.14"
PLATFORM = "aarch64-manylinux2014"
FORMAT = "1"
"""Part of every digest: raised when bundles are built differently from the same sources."""

LOCKS = {"notify": "lambda-slack.txt"}
LOCK = "lambda.txt"

KEPT = 6
"""Bundles of one function that the cache keeps."""

SOURCES = (".css", ".py", ".json", ".toml", ".typed")
LEFT_OUT = ("events/samples/", "events/schemas/", "events/schema.py")
"""Ours, but of no use in Lambda."""

SURPLUS = ("bin", "slack", "*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED", ".lock")
"""Scripts, Slack's deprecated package, notes for uninstalling. METADATA (for scanners) and licences stay."""


class BundleError(RuntimeError):
    """A bundle could not be made: which function, which command, what it said."""

    def __init__(self, function: str, command: str, output: str) -> None:
        super().__init__(f"bundle of {function}: `{command}` failed:\n{output}")
        self.function = function
        self.command = command
        self.output = output


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A directory ready to be zipped."""

    function: str
    directory: Path
    digest: str


def bundle(function: str, *, config: Path | None = None, project: Path = PROJECT, cache: Path | None = None) -> Bundle:
    """The bundle of one function; made anew only if its digest is."""
    cache = cache or project / ".cache" / "bundles"
    files = contents(function, project, config)
    lock = project / "requirements" / LOCKS.get(function, LOCK)
    made_of = digest(files, lock)
    interpreter = interpreter_for(PYTHON)
    directory = cache / f"{function}-{made_of[:16]}{'-bytecode' if interpreter else ''}"
    if not directory.is_dir():
        packages = installed(function, lock, cache)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            new = Path(scratch) / "bundle"
            shutil.copytree(packages, new)
            copy(files, new)
            if interpreter:
                compile_bytecode(new, interpreter)
            publish(new, directory)
        forget_old(function, cache)
    return Bundle(function=function, directory=directory, digest=stamped(made_of, bytecode=interpreter is not None))


def stamped(made_of: str, *, bytecode: bool) -> str:
    """The digest of a bundle from that of its sources: another one where bytecode is in it."""
    return hashlib.sha256(f"{made_of} bytecode {PYTHON}".encode()).hexdigest() if bytecode else made_of


def forget_old(function: str, cache: Path) -> None:
    """Each change of a source makes new bundles; those of the latest few sources stay, for who goes back and forth."""
    made = sorted(cache.glob(f"{function}-*"), key=lambda directory: directory.stat().st_mtime, reverse=True)
    for old in made[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def contents(function: str, project: Path, config: Path | None) -> dict[str, Path]:
    """Path in the bundle → file, sorted."""
    files = {path: project / path for path in _sources(function, project)}
    if config is not None:
        files[names.SETTINGS_FILE] = config
    return dict(sorted(files.items()))


def _sources(function: str, project: Path) -> Iterator[str]:
    yield "functions/__init__.py"
    for folder in (f"functions/{function}", "shared", "events"):
        for file in (project / folder).rglob("*"):
            path = file.relative_to(project).as_posix()
            if file.is_file() and file.suffix in SOURCES and not path.startswith(LEFT_OUT) and "/." not in path:
                yield path


def digest(files: dict[str, Path], lock: Path) -> str:
    """Of paths, contents and the lock: no times, owners or absolute paths."""
    total = hashlib.sha256(f"{FORMAT} {PYTHON} {PLATFORM}\n".encode())
    for path, file in {"": lock, **files}.items():
        total.update(f"{path}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def copy(files: dict[str, Path], into: Path) -> None:
    """Contents only: a file's mode and times would make two machines differ."""
    for path, file in files.items():
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def installed(function: str, lock: Path, cache: Path) -> Path:
    """The locked packages for Lambda's platform, once per lock."""
    key = hashlib.sha256(f"{FORMAT} {PYTHON} {PLATFORM}\n".encode() + lock.read_bytes()).hexdigest()
    directory = cache / f"packages-{key[:16]}"
    if not directory.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            new = Path(scratch) / "packages"
            _install(function, lock, new)
            for pattern in SURPLUS:
                for path in new.glob(pattern):
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
            publish(new, directory)
    return directory


def _install(function: str, lock: Path, into: Path) -> None:
    locked = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    there = ["--python-platform", PLATFORM, "--python-version", PYTHON, "--python", sys.executable]
    here = ["--target", str(into), "--link-mode", "copy", "--no-compile-bytecode"]
    run(function, [find_uv_bin(), "pip", "install", "--quiet", *locked, *there, *here])


@cache
def interpreter_for(version: str) -> str | None:
    """An interpreter of exactly this version on this machine, to write the bytecode that Lambda will read."""
    command = [find_uv_bin(), "python", "find", "--no-python-downloads", "--no-project", version]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    if process.returncode == 0:
        return process.stdout.strip()
    sys.stderr.write(f"No Python {version} here: bundles go without bytecode, cold starts take about 0.6 s longer.\n")
    return None


def compile_bytecode(directory: Path, interpreter: str) -> None:
    """Unchecked: Lambda never changes a file, so its runtime need not look whether one did."""
    options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(directory), "-p", "/var/task"]
    run(directory.name, [interpreter, "-m", "compileall", *options, str(directory)])


def run(function: str, command: list[str]) -> None:
    """Run one tool; what it said is in the error."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BundleError(function, " ".join(command), done.stderr or done.stdout)


def publish(new: Path, directory: Path) -> None:
    """Rename into place: a half-made directory is never seen, and of two builds at once the first one stays."""
    try:
        new.rename(directory)
    except OSError:
        if not directory.is_dir():
            raise
