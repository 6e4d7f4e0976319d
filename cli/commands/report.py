"""placeholder"""


def report() -> None:
    """Figures."""
