"""A JSON object of a delivery read field by field, so that a refusal names the field, its value and the mend."""

from typing import Any

from shared.sources.errors import UnreadableDeliveryError
from shared.sources.times import WRITTEN_EXPECTED, Unit, from_epoch, from_text

NAME_LENGTH = 256
"""The longest name a contract takes."""


class Fields:
    """One object and the path it stands at. A field that is null counts as absent."""

    def __init__(self, value: Any, path: str = "") -> None:
        self.path = path
        if not isinstance(value, dict):
            raise UnreadableDeliveryError(path or "body", value, "a JSON object")
        self._value: dict[str, Any] = value

    def __contains__(self, name: str) -> bool:
        return self._value.get(name) is not None

    def raw(self, name: str) -> Any:
        """Whatever stands there."""
        return self._value.get(name)

    def text(self, name: str) -> str:
        """A text that is not blank."""
        value = self._value.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.refused(name, "a text")
        return value

    def optional_text(self, name: str) -> str | None:
        """A text; None where it is absent or blank."""
        value = self._value.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        return self.text(name)

    def name(self, name: str) -> str:
        """A text that fits a contract's names."""
        value = self.text(name)
        if len(value) > NAME_LENGTH:
            raise self.refused(name, f"a name of at most {NAME_LENGTH} characters")
        return value

    def optional_name(self, name: str) -> str | None:
        """A name; None where it is absent or blank."""
        return None if self.optional_text(name) is None else self.name(name)

    def id(self, name: str) -> str:
        """A vendor's identifier: a whole number or a short text, as text."""
        value = self._value.get(name)
        if isinstance(value, bool) or not isinstance(value, int | str) or not 1 <= len(str(value)) <= 64:
            raise self.refused(name, "an identifier: a whole number or a text of 1 to 64 characters")
        return str(value)

    def whole(self, name: str) -> int:
        """A whole number."""
        value = self._value.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refused(name, "a whole number")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false; the default where it is absent."""
        value = self._value.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.refused(name, "true or false")
        return default if value is None else value

    def object(self, name: str) -> "Fields":
        """An object that must be there."""
        return Fields(self._value.get(name), self._at(name))

    def optional_object(self, name: str) -> "Fields | None":
        """An object; None where it is absent."""
        return self.object(name) if name in self else None

    def objects(self, name: str) -> "list[Fields]":
        """A list of objects; empty where it is absent."""
        return [Fields(each, f"{self._at(name)}[{place}]") for place, each in enumerate(self._list(name))]

    def texts(self, name: str) -> list[str]:
        """The texts of a list; empty where it is absent."""
        return [each for each in self._list(name) if isinstance(each, str)]

    def moment(self, name: str) -> str:
        """A time written with its offset, as RFC 3339 in UTC."""
        moment = from_text(self._value.get(name))
        if moment is None:
            raise self.refused(name, WRITTEN_EXPECTED)
        return moment

    def optional_moment(self, name: str) -> str | None:
        """A time; None where it is absent."""
        return self.moment(name) if name in self else None

    def epoch(self, name: str, unit: Unit) -> str:
        """A count since 1970 in the unit that this vendor uses, as RFC 3339 in UTC."""
        moment = from_epoch(self._value.get(name), unit)
        if moment is None:
            raise self.refused(name, f"a time in {unit} since 1970")
        return moment

    def refused(self, name: str, expected: str) -> UnreadableDeliveryError:
        """The error for one field of this object."""
        return UnreadableDeliveryError(self._at(name), self._value.get(name), expected)

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _list(self, name: str) -> list[Any]:
        value = self._value.get(name)
        if value is not None and not isinstance(value, list):
            raise self.refused(name, "a list")
        return value or []
