"""Clients of AWS's services for functions, made here and nowhere else: by botocore, which loads without boto3."""

from typing import Any

from botocore.config import Config
from botocore.session import get_session


class Clients:
    """Clients of one session: credentials are found, and descriptions of services read, once."""

    def __init__(self) -> None:
        self._session = get_session()

    def patient(self, service: str, region: str | None = None) -> Any:
        """A client with botocore's own time-outs and attempts; `region` is another than the function's."""
        return self._session.create_client(service, region_name=region)

    def quick(self, service: str, seconds: float = 2) -> Any:
        """A client for where somebody waits: two attempts, each with a second to connect and so many for the answer."""
        attempts = {"mode": "standard", "total_max_attempts": 2}
        config = Config(connect_timeout=1, read_timeout=seconds, retries=attempts)
        return self._session.create_client(service, config=config)
