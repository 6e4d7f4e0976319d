"""Boards in a real browser: each situation's pages, made once, and looked at once at every width and in both themes."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra import node
from shared.board.page import flywheel_fragment, flywheel_page
from shared.board.turn.page import turn_page
from shared.flywheel.explain.figure import explanations
from shared.flywheel.history.history import history_of
from shared.flywheel.report.report import report_of
from shared.flywheel.wheel.fold import fold
from tests.browser.situations import SITUATIONS
from tests.unit.domain.histories import facts_of

HERE = Path(__file__).parent
WIDTHS = {360: 800, 768: 1024, 1440: 900}
"""Widths of windows and their heights, pixels."""
THEMES = ("light", "dark")
WITH_AXE = ((1440, "light"), (1440, "dark"), (360, "light"))
"""Contrasts are the same at every width, and what is there the same in both themes."""
SECONDS = 600
"""For all looks, on a machine that is busy; alone it takes a minute."""
Looks = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages by name: of each situation the board, of one also a turn, the page behind a link and a widget."""
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for situation in SITUATIONS.values():
        for page, html in _pages(situation()).items():
            made[page] = folder / f"{page}.html"
            made[page].write_text(html, encoding="utf-8")
    assert set(SITUATIONS) <= set(made)
    return made


def _pages(case: Any) -> dict[str, str]:
    wheel = fold(facts_of(case.events), case.flywheel, case.settings, case.as_of)
    report, history = report_of(wheel, 84), history_of(wheel, case.settings, 84)
    how: dict[str, Any] = {"as_of": case.as_of + timedelta(minutes=4), "link": lambda _, name: f"{name}.html"}
    figures = ("turns.turn_time_hours", "dora.change_fail_rate", "momentum.value")
    receipts = {each.figure: each for each in explanations(wheel, report, figures, 84)}
    made = {case.name: flywheel_page(report, history, receipts=receipts, **how)}
    if case.name == "healthy":
        made["turn"] = turn_page(report, history, "CHK-22", **how)
        made["link"] = flywheel_page(report, history, audience="link", **how)
        made["widget"] = CONSOLE.format(flywheel_fragment(report, history, theme="dark", **how))
    return made


CONSOLE = (
    '<!doctype html><html lang="en"><head><title>Console</title>'
    "<style>h1,p,table,a{{font:40px serif;color:red}}</style>"
    '</head><body><main><h1>Console</h1><div style="width:700px">{}</div></main></body></html>'
)
"""A page with a style of its own, as a console has, around a widget of 700 pixels."""


@pytest.fixture(scope="session")
def look(pages: dict[str, Path]) -> Callable[[str], dict[str, Any]]:
    """What was measured, by `page-width-theme`; and `page-print`. Everything is looked at in one run of the browser.

    With SCREENSHOTS=DIR in the environment each look is a picture there.
    """
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert browser, "no Chromium: `make test-browser` installs it"
    assert (HERE / "node_modules").is_dir(), "no driver: `make test-browser` installs it"
    shots = os.environ.get("SCREENSHOTS")
    asks = [
        {
            "name": f"{page}-{width}-{theme}",
            "file": str(file),
            "width": width,
            "height": height,
            "theme": theme,
            "axe": (width, theme) in WITH_AXE,
            "keyboard": theme == "light" and width == 1440,
            "screenshot": shots and str(Path(shots) / f"{page}-{width}-{theme}.png"),
        }
        for page, file in pages.items()
        for width, height in WIDTHS.items()
        for theme in THEMES
        if page != "widget" or width == 1440
    ]
    asks += [
        {"name": f"{page}-print", "file": str(file), "width": 718, "height": 1000, "theme": "dark", "media": "print"}
        for page, file in pages.items()
        if page != "widget"
    ]
    ran = subprocess.run(
        [str(node()), str(HERE / "look.mjs"), browser],
        input="\n".join(map(json.dumps, asks)), capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    looks: Looks = {each["name"]: each for each in map(json.loads, ran.stdout.splitlines())}
    return looks.__getitem__
