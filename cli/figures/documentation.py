"""Write the pages that are made of the catalogue anew: `python -m cli.figures.documentation`."""

from pathlib import Path

from shared.flywheel.catalogue.documentation import page

PAGE = Path(__file__).parents[2] / "docs" / "figures.md"

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
