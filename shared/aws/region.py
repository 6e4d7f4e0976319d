"""The Region that was meant, as AWS's own tools read it."""

from collections.abc import Mapping


def region_in(environment: Mapping[str, str]) -> str | None:
    """AWS_REGION, else AWS_DEFAULT_REGION, of which boto3 reads the second alone; None: the profile's."""
    return environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or None
