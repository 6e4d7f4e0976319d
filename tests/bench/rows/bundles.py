"""How large a function's bundle is, unzipped: what Lambda fetches at a cold start."""

from collections.abc import Iterator
from pathlib import Path

from tests.bench.figure import Bar, Row, lacking, row
from tests.bench.ground.surroundings import Surroundings

BUNDLE = Bar(15, 9)
_WHAT = "bundle per function, unzipped, without botocore: the largest"


def rows(ground: Surroundings) -> Iterator[Row]:
    """Sizes on disk; bundles are made where they are not yet."""
    from infra.bundle import BundleError, bundle  # noqa: PLC0415  infra is not needed by other rows

    try:
        sizes = {name: size_of(bundle(name).directory) / 1e6 for name in ground.functions}
    except BundleError as error:
        reason = f"the packages could not be fetched ({error.output.strip().splitlines()[-1]})"
        yield lacking(_WHAT, BUNDLE, reason)
        return
    listed = ", ".join(f"{name} {size:.1f}" for name, size in sizes.items())
    yield row(_WHAT, "MB", BUNDLE, max(sizes.values()), listed)


def size_of(directory: Path) -> int:
    """Bytes of all files."""
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())
