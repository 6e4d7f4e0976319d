"""Who challenged, as a keyed hash: equal within one stack, meaningless outside it (reliability: "Data").

What goes over the bus carries a mark, so that its archive never sees who it was and `record` hashes no hash.
"""

import hashlib
import hmac
import re

_MARKED = re.compile(r"~[0-9a-f]{16}")


class Challengers:
    """The keyed hash of one stack."""

    def __init__(self, stack_id: str) -> None:
        self._key = hashlib.sha256(f"challenger\0{stack_id}".encode()).digest()

    def pseudonym(self, challenger: str) -> str:
        """Always the same for one person in one stack, 64 bits; of what is marked, what the mark holds."""
        if _MARKED.fullmatch(challenger):
            return challenger[1:]
        return hmac.new(self._key, challenger.encode(), hashlib.sha256).hexdigest()[:16]

    def marked(self, challenger: str) -> str:
        """The pseudonym as events carry it."""
        return f"~{self.pseudonym(challenger)}"
