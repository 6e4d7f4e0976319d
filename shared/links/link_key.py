"""The key that links are signed with: a SecureString of SSM, made once, kept in memory for at most five minutes.

Parameters of the standard tier cost nothing, where a secret of its own would cost more than all else that is idle.
"""

import secrets
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

KEPT_SECONDS = 300
"""So that links are revoked within five minutes of a new key."""
_LONG_ENOUGH = 32
"""Characters of a key; a shorter one, as somebody may have typed it, signs nothing."""
_NONE = "ParameterNotFound"
_THERE = "ParameterAlreadyExists"


class LinkKey:
    """The key at one name. `client` is of SSM, quick where somebody waits; `elapsed` counts seconds from any start.

    `encrypted_with`: the ARN of a key of KMS for the parameter, AWS's own where it is None.
    """

    def __init__(
        self,
        client: Any,
        name: str,
        elapsed: Callable[[], float] = time.monotonic,
        *,
        encrypted_with: str | None = None,
    ) -> None:
        self._client = client
        self._name = name
        self._elapsed = elapsed
        self._key_of_kms = {} if encrypted_with is None else {"KeyId": encrypted_with}
        self._key: bytes | None = None
        self._read_at: float | None = None

    def read(self) -> bytes | None:
        """The key; None where there is none yet, or none that is long enough: then there are no links."""
        if self._read_at is None or self._elapsed() - self._read_at >= KEPT_SECONDS:
            self._key, self._read_at = self._read(), self._elapsed()
        return self._key

    def make(self) -> bool:
        """Make a key where there is none; says whether one was made. What is there stays."""
        if self._key is not None:
            return False
        made = self._read() is None and self._put(overwrite=False)
        self._key = self._read()
        return made

    def replace(self) -> None:
        """Make another key: every link that was given out is void."""
        self._put(overwrite=True)
        self._read_at = None

    def _read(self) -> bytes | None:
        try:
            answer = self._client.get_parameter(Name=self._name, WithDecryption=True)
        except ClientError as error:
            if _code(error) == _NONE:
                return None
            raise
        value = str(answer["Parameter"]["Value"]).strip()
        return value.encode() if len(value) >= _LONG_ENOUGH else None

    def _put(self, *, overwrite: bool) -> bool:
        value = secrets.token_urlsafe(_LONG_ENOUGH)
        try:
            self._client.put_parameter(
                Name=self._name, Value=value, Type="SecureString", Overwrite=overwrite, **self._key_of_kms
            )
        except ClientError as error:
            if _code(error) == _THERE:
                return False
            raise
        return True


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code"))
