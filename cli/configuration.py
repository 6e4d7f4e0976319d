"""The CLI's settings: from the file that was named, else `flywheel.toml` beside you, else the defaults."""

from pathlib import Path

from cli.failure import WrongInputError
from shared.flywheel.settings.values import Settings

DEFAULT_FILE = "flywheel.toml"


def find_settings(named: Path | None) -> Settings:
    """Raises WrongInputError that lists every mistake of the file with its line and key."""
    path = named or Path(DEFAULT_FILE)
    if named is None and not path.is_file():
        return Settings()
    from shared.flywheel.settings.file import ConfigError, load

    try:
        return load(path.read_bytes(), str(path))
    except OSError as error:
        raise WrongInputError(
            f"--config: cannot read {str(path)!r} ({error.strerror}); give a flywheel.toml"
        ) from error
    except ConfigError as error:
        raise WrongInputError(str(error)) from error
