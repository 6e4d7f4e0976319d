"""Judge one audit: `audited.py LOCK REPORT` fails unless every package of the lock was looked up and none is known bad.

REPORT is what `pip-audit --format json` or `npm audit --json` wrote of LOCK, a requirements file or package-lock.json.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)(?P<marker>\s*;)?")


def faults_of(lock: Path, report: Any) -> list[str]:
    """What keeps a lock from being known as sound; empty where it is."""
    return list(_npm(lock, report) if lock.suffix == ".json" else _python(lock, report))


def _python(lock: Path, report: Any) -> Iterator[str]:
    """A package that only other platforms install (a marker) need not be looked up on this one."""
    asked = report.get("dependencies", []) if isinstance(report, dict) else []
    audited = {_plain(each["name"]) for each in asked if "vulns" in each}
    wanted = [match for line in lock.read_text().splitlines() if (match := _LOCKED.match(line))]
    missing = sorted({_plain(each["name"]) for each in wanted if not each["marker"]} - audited)
    if not wanted or not audited:
        yield f"nothing was audited, of {len(wanted)} packages"
    elif missing:
        yield f"{len(missing)} packages were not audited: {', '.join(missing[:5])}"
    for each in asked:
        for weakness in each.get("vulns", []):
            mended = ", ".join(weakness.get("fix_versions", [])) or "no version yet"
            yield f"{each['name']} {each.get('version')}: {weakness['id']}, mended in {mended}"


def _npm(lock: Path, report: Any) -> Iterator[str]:
    locked = len([name for name in json.loads(lock.read_text())["packages"] if name])
    counted = report.get("metadata", {}).get("dependencies", {}).get("total", 0) if isinstance(report, dict) else 0
    if not isinstance(report, dict) or "vulnerabilities" not in report or counted < locked:
        yield f"{counted} of {locked} packages were audited"
        return
    for name, each in sorted(report["vulnerabilities"].items()):
        yield f"{name} {each.get('range', '')}: {each.get('severity', 'unknown')}"


def _plain(name: str) -> str:
    """A name as packages are compared by (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None


def main() -> int:
    """Say what is wrong on standard error, or how many were looked up on standard output."""
    lock, report = map(Path, sys.argv[1:])
    faults = faults_of(lock, _read(report))
    for fault in faults:
        sys.stderr.write(f"{lock}: {fault}\n")
    if not faults:
        sys.stdout.write(f"{lock}: audited, no known weakness\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
