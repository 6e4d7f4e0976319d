"""The signature of a link to a board: over flywheel and audience, by a key of its ISO week. Pure.

A link that is made in one week is good through the end of the next: 7 to 14 days. All made in one week are the same,
so that a message that is edited changes no link. Another key revokes every link at once.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import quote

Audience = Literal["link"]
"""For whom a page is: `link`, whoever was given the address."""

PARAMETER = "s"
"""Of the query: the signature."""
LONGEST = 64
"""Characters of a signature that are looked at, at most; one has 24."""
_BYTES = 18
"""Of the signature: 144 bits, nothing that could be guessed."""


def signature(key: bytes, flywheel: str, audience: Audience, moment: datetime) -> str:
    """The signature of the week of a moment, fit for an address."""
    year, week, _ = moment.astimezone(UTC).isocalendar()
    of_week = hmac.digest(key, f"board {year}-W{week:02d}".encode(), "sha256")
    signed = f"{audience}\0{flywheel}".encode(errors="surrogatepass")
    return urlsafe_b64encode(hmac.digest(of_week, signed, hashlib.sha256)[:_BYTES]).decode()


def is_signed(key: bytes, flywheel: str, audience: Audience, given: str, now: datetime) -> bool:
    """Whether this or last week's key signed it. Both are always looked at, in a time that says nothing of either."""
    sent = given[:LONGEST].encode(errors="replace")
    weeks = (now, now - timedelta(weeks=1))
    fits = [hmac.compare_digest(signature(key, flywheel, audience, week).encode(), sent) for week in weeks]
    return len(given) <= LONGEST and any(fits)


def address_of(base: str, key: bytes, flywheel: str, moment: datetime, audience: Audience = "link") -> str | None:
    """The address of a board at a moment; `base` ends in `/`. None where the name cannot be a part of a path."""
    if "/" in flywheel or not _is_text(flywheel):
        return None
    return f"{base}{quote(flywheel, safe='')}?{PARAMETER}={signature(key, flywheel, audience, moment)}"


def _is_text(name: str) -> bool:
    """Whether a name has a UTF-8 form, as all but lone surrogates do."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
