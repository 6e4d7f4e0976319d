"""Write the pages that are made of the code anew: `python -m cli.figures.documentation`."""

import re
from pathlib import Path

from cli.version import ACTION, PACKAGE
from shared.flywheel.actions import documentation as of_actions
from shared.flywheel.catalogue import documentation as of_figures
from shared.sources.documentation import with_sources

_INSTALLED = re.compile(r"git\+https://[^\s…]+")
_USED = re.compile(r"(?<=- |  )uses: \S+/value-flywheel@\S+")


def with_addresses(text: str) -> str:
    """A page that installs this project, from where and at which version cli/version.py says."""
    return _USED.sub(f"uses: {ACTION}", _INSTALLED.sub(PACKAGE, text))


DOCS = Path(__file__).parents[2] / "docs"
PAGES = {
    DOCS / "figures.md": lambda _: of_figures.page(),
    DOCS / "actions.md": lambda _: of_actions.page(),
    DOCS / "webhooks.md": with_sources,
    DOCS / "sources" / "README.md": with_sources,
    DOCS / "wiring.md": with_addresses,
}
"""By page, its text from the text that it has: some are written whole, of others the marked parts."""

if __name__ == "__main__":
    for path, page in PAGES.items():
        path.write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8")
