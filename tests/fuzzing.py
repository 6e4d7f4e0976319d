"""How many examples a fuzz test takes: few at every commit, as many times more as `make fuzz` asks for."""

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("FUZZ_TIMES", "1"))


def examples(count: int) -> settings:
    """Settings of a fuzz test: so many examples, or that many times as many."""
    return settings(max_examples=count * TIMES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
