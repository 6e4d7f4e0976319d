"""A copy of the project to try a page of the documentation in, followed to the letter, and what was touched for it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def block(page: str, label: str) -> str:
    """The code that a page shows under a label: "python model", for example."""
    found = re.search(rf"^```{label}\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found, f"{page} has no block {label!r}"
    return found[1]


class Scratch:
    """A copy of what the project's tree holds, and nothing that lies beside it."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.touched: set[str] = set()
        for name in subprocess.check_output(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, text=True
        ).split("\n"):
            if name and (ROOT / name).is_file():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, place / name)

    def write(self, name: str, text: str) -> None:
        """A new file."""
        path = self.place / name
        assert not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.touched.add(name)

    def insert(self, name: str, before: str, text: str) -> None:
        """Text before the one place where another stands."""
        path = self.place / name
        content = path.read_text(encoding="utf-8")
        assert content.count(before) == 1, f"{name}: {before!r} stands {content.count(before)} times"
        path.write_text(content.replace(before, text + before), encoding="utf-8")
        self.touched.add(name)

    def append(self, name: str, text: str) -> None:
        """Text at the end."""
        path = self.place / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
        self.touched.add(name)

    def run(self, *arguments: str) -> str:
        """Python in the copy; what it printed."""
        environment = {**os.environ, "PYTHONPATH": str(self.place), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.place, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{' '.join(arguments)}\n{done.stdout[-6000:]}\n{done.stderr[-6000:]}"
        return done.stdout
