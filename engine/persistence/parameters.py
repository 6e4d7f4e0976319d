"""SSM parameters that clients put, the secrets of hooks for one, kept across restarts of an engine.

Those that a stack has of its own are made anew with it.
"""

from collections.abc import Sequence
from typing import Any

from engine.embedded import Engine
from engine.persistence.journal import Journal
from engine.persistence.lines import Parameter


class KeptParameters:
    """Journals each change before whoever made it is answered."""

    def __init__(self, engine: Engine, journal: Journal) -> None:
        self._engine, self._journal = engine, journal

    def put_again(self, line: Parameter) -> None:
        """A parameter as it was, with the moment it is from."""
        put = self._engine.cloud.ssm.put_parameter(
            name=line.name, description="", value=line.value, parameter_type=line.type, allowed_pattern="",
            keyid="", overwrite=True, tags=[], data_type="text", tier=None, policies=None,
        )  # fmt: skip
        put.last_modified_date = line.at

    def watch(self) -> None:
        """From now on every parameter that is put or deleted is journaled."""
        ssm = self._engine.cloud.ssm
        put, delete, delete_all = ssm.put_parameter, ssm.delete_parameter, ssm.delete_parameters

        def put_and_note(*args: Any, **kwargs: Any) -> Any:
            made = put(*args, **kwargs)
            self._journal.parameter(
                made.name, str(made.decrypt(made.value)), made.parameter_type, made.last_modified_date
            )
            return made

        def delete_and_note(name: str) -> None:
            delete(name)
            self._journal.unset(name)

        def delete_all_and_note(names: Sequence[str]) -> list[str]:
            deleted = delete_all(list(names))
            for name in deleted:
                self._journal.unset(name)
            return deleted

        vars(ssm).update(
            put_parameter=put_and_note, delete_parameter=delete_and_note, delete_parameters=delete_all_and_note
        )
