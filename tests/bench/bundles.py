"""How large a function's bundle is, unzipped: what Lambda fetches at a cold start."""

from pathlib import Path

from tests.bench.figure import Bar, Row, lacking, worst

BUNDLE = Bar("≤ 15 MB", "≤ 9 MB", 15, 9)
_WHAT = "bundle per function, unzipped, without botocore"


def bundles(functions: list[str]) -> Row:
    """Sizes on disk by function; bundles are made where they are not yet."""
    from infra.bundle import BundleError, bundle  # noqa: PLC0415  infra is not needed by other rows

    sizes = {}
    for name in functions:
        try:
            sizes[name] = size_of(bundle(name).directory) / 1e6
        except BundleError as error:
            return lacking(
                _WHAT, BUNDLE, f"the packages could not be fetched ({error.output.strip().splitlines()[-1]})"
            )
    shown = ", ".join(f"{name} {size:.1f}" for name, size in sizes.items())
    return Row(_WHAT, BUNDLE, f"{shown} MB", worst([BUNDLE.verdict(size) for size in sizes.values()]))


def size_of(directory: Path) -> int:
    """Bytes of all files."""
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())
