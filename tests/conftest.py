"""What holds for every test: examples are judged by what they show, never by how long a busy machine takes.

And garbage is looked for rarely: thousands of tests and all of moto live as long as the process, and each look at them
takes as long as some tests.
"""

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first: begun last, it would be all that is still running in the end."""
    items.sort(key=_seconds, reverse=True)


def _seconds(item: pytest.Item) -> int:
    """What the file of a test says that it takes."""
    marker = item.get_closest_marker("takes")
    return int(marker.args[0]) if marker else 0


gc.set_threshold(10_000, 20, 50)
