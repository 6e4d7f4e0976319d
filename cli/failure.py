"""How a command ends other than well: one sentence for the person, one exit code for the script."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes; a pipeline may rely on them."""

    OK = 0
    FAILED = 1
    USAGE = 2
    AUTH = 4
    INTERRUPTED = 130


class CommandError(Exception):
    """A failure that its user can mend; the message names the field, file or line, the value and the mend."""

    exit_code = ExitCode.FAILED

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class WrongInputError(CommandError):
    """Something that was typed, or a file that was named, cannot be used."""

    exit_code = ExitCode.USAGE


class CredentialsError(CommandError):
    """AWS does not know, or does not let in, whoever asks."""

    exit_code = ExitCode.AUTH
