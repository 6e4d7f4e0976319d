"""Is `flywheel.toml` one that the stack would take?"""

from pathlib import Path

from cli.checks.check import Check, failed, ok
from cli.configuration import DEFAULT_FILE
from shared.flywheel.settings.file import ConfigError, load
from shared.flywheel.settings.values import Settings
from shared.flywheel.wording import count_of

NAME = "configuration"


def check_configuration(named: Path | None) -> tuple[Settings, list[Check]]:
    """The settings (the defaults where they cannot be read), and one failure per mistake."""
    path = named or Path(DEFAULT_FILE)
    if named is None and not path.is_file():
        return Settings(), [ok(NAME, f"no {DEFAULT_FILE} here: every flywheel that events name has default settings")]
    try:
        settings = load(path.read_bytes(), str(path))
    except OSError as error:
        return Settings(), [failed(NAME, f"cannot read {path} ({error.strerror})", "give another file with --config")]
    except ConfigError as error:
        return Settings(), [failed(NAME, str(one), f"edit {one.filename}, line {one.line}") for one in error.errors]
    return settings, [ok(NAME, f"{path}: {count_of(len(settings.flywheels), 'flywheel')}")]
