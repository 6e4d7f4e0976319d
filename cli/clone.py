"""Commands that need a clone of the project, as only that has the embedded engine and the story that it plays."""

from importlib.util import find_spec

from cli.failure import WrongInputError


def need_clone(command: str) -> None:
    """Raises WrongInputError where the command line was installed by itself, without the engine."""
    if find_spec("engine") is None or find_spec("cli.embedded") is None:
        raise WrongInputError(
            f"flywheel {command} runs the whole stack on this machine, which an installed command line does not carry: "
            f"clone the repository and run `make {command}` there"
        )
