"""The settings that travel in a function's bundle: read once, at the edge."""

import os
from functools import cache
from pathlib import Path

from shared.flywheel.settings.values import Settings
from shared.store.table import names


@cache
def bundled_settings() -> Settings:
    """`flywheel.toml` at the root of the bundle; the defaults where the bundle has none. Raises ConfigError."""
    file = Path(os.environ.get("LAMBDA_TASK_ROOT", ".")) / names.SETTINGS_FILE
    if not file.is_file():
        return Settings()
    from shared.flywheel.settings.file import load  # noqa: PLC0415  a bundle without the file needs no reader of it

    return load(file.read_bytes(), names.SETTINGS_FILE)
