"""The browser that draws the pictures: the distribution's Chromium, without a window."""

import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")


def browser() -> str:
    """The first that is here. Raises FileNotFoundError with what to install."""
    here = next(filter(None, map(shutil.which, NAMES)), None)
    if here is None:
        raise FileNotFoundError(f"no browser: one of {', '.join(NAMES)} is needed")
    return here


def shoot(page: Path, to: Path, width: int, height: int) -> None:
    """A page as a picture of so many pixels."""
    run(f"--window-size={width},{height}", f"--screenshot={to}", page.as_uri())


def run(*options: str) -> str:
    """Run the browser; returns what it printed. Raises CalledProcessError."""
    command = [browser(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", *options]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
