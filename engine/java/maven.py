"""Java programs that Maven fetches: the jars of a POM, copied once into a cache, by the POM's own content.

The cache is `.cache/java` beside this package, or below what `ENGINE_CACHE` names.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from engine.errors import EngineError

CACHE: Final = Path(os.environ.get("ENGINE_CACHE") or Path(__file__).parents[2] / ".cache") / "java"
_COPY: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_LONGEST: Final = 600
"""Seconds that Maven may take: the first download is some 50 MB."""


class MavenError(EngineError):
    """Maven could not fetch what a POM names."""

    def __init__(self, pom: Path, output: str) -> None:
        self.pom, self.output = pom, output
        super().__init__(f"mvn could not fetch what {pom.name} names:\n{output}")


def lacking(tools: Sequence[str], pom: Path) -> str | None:
    """The tools to install before the jars of a POM can be run by these tools; None where nothing is lacking."""
    wanted = {"java": "a Java runtime, 17 or later", "javac": "a Java development kit, 17 or later", "mvn": "Maven"}
    needed = [*tools, *([] if directory_of(pom).is_dir() else ["mvn"])]
    missing = [wanted[tool] for tool in needed if shutil.which(tool) is None]
    packages = "apt-get install default-jdk-headless maven"
    return f"install {' and '.join(missing)} (Debian, Ubuntu: {packages})" if missing else None


def jars(pom: Path) -> Path:
    """The directory with every jar and native library of a POM; fetched unless it is there. Raises MavenError."""
    directory = directory_of(pom)
    if not directory.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        with _alone(directory.with_suffix(".lock")):
            if not directory.is_dir():
                _fetch(pom, directory)
    return directory


def directory_of(pom: Path) -> Path:
    """The directory for the jars of a POM, present or not."""
    return CACHE / f"{pom.name.partition('.')[0]}-{hashlib.sha256(pom.read_bytes()).hexdigest()[:16]}"


def _fetch(pom: Path, directory: Path) -> None:
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        new = Path(scratch) / "jars"
        command = ["mvn", "--batch-mode", "--quiet", "--strict-checksums", "--file", str(pom), _COPY]
        options = [f"-DoutputDirectory={new}", "-DincludeScope=runtime"]
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False, timeout=_LONGEST)
        if done.returncode != 0 or not new.is_dir():
            raise MavenError(pom, done.stdout + done.stderr)
        new.rename(directory)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Of several processes that fetch the same, one does and the others wait."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
