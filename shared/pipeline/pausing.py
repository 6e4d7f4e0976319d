"""The pause of who lost a race: by chance, so that those who lost together do not meet again, and longer each time."""

import time
from random import random

SHORTEST, LONGEST = 0.05, 1.0
"""Seconds: the most that the first pause takes, and that any takes."""


def pause(lost: int) -> None:
    """Wait after having lost for so many times."""
    time.sleep(random() * min(LONGEST, SHORTEST * 2.0**lost))  # noqa: S311  no secret
