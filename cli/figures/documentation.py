"""Write the pages that are made of the code anew: `python -m cli.figures.documentation`."""

from pathlib import Path

from shared.flywheel.actions import documentation as of_actions
from shared.flywheel.catalogue import documentation as of_figures

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {DOCS / "figures.md": of_figures.page, DOCS / "actions.md": of_actions.page}

if __name__ == "__main__":
    for path, page in PAGES.items():
        path.write_text(page(), encoding="utf-8")
