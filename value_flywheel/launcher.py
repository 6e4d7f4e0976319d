"""The command `flywheel`: finds the project's own folders first, whatever else goes by their names.

A repository may have an `events/` folder on its PYTHONPATH, and PyPI has packages called `events` and `cli`. What pip
installs therefore lies inside this package, in `house/`, and only this process has it on its path, at the front.
"""

import sys
from pathlib import Path

OURS = ("cli", "events", "shared")


def main() -> int:
    """Run one command; returns its exit code."""
    put_first(house())
    from cli.main import main as run  # noqa: PLC0415  only now it is this project's

    return run()


def house() -> Path:
    """The folder that holds the project's own: beside this file once installed, else the clone."""
    here = Path(__file__).resolve().parent
    installed = here / "house"
    return installed if installed.is_dir() else here.parent


def put_first(folder: Path) -> None:
    """Have our names mean our folders, also where something loaded others before (a `.pth` file, a sitecustomize)."""
    sys.path.insert(0, str(folder))
    for name in [loaded for loaded in sys.modules if loaded.partition(".")[0] in OURS]:
        file = getattr(sys.modules[name], "__file__", None)
        if file is None or not Path(file).resolve().is_relative_to(folder):
            del sys.modules[name]
