"""Names that vendors would have drawn at random: here they follow from what they name, the same in every run."""

import hashlib
import uuid


def digits(name: str, length: int) -> str:
    """Hexadecimal digits: a commit's sha, an id of LaunchDarkly."""
    return hashlib.sha256(name.encode()).hexdigest()[:length]


def number(name: str) -> int:
    """A number, as GitHub gives to all that it keeps."""
    return int(digits(name, 8), 16)


def guid(name: str) -> str:
    """A UUID."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))
