"""The resource types that a template may hold: those that moto knows, and those of this package.

moto finds a type through the direct subclasses of `CloudFormationModel`: importing a class is all the registration
there is.
"""

from typing import Final

from moto.cloudformation import parsing

from engine.cloudformation import http_resources, inert, repairs, resources, scheduling

OWN: Final = (http_resources, inert, repairs, resources, scheduling)
"""Named here so that they are imported before moto looks."""


def supported_types() -> frozenset[str]:
    """Every type that a template may hold here."""
    return frozenset(parsing.get_model_map()) | frozenset(parsing.NULL_MODELS)


def register() -> None:
    """Make moto see the classes of this package: it remembers the list from the first time it looked."""
    for remembered in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        remembered.cache_clear()
