"""LaunchDarkly: flags that users get, or no longer get, in production. The body is an entry of its audit log."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from shared.sources.delivery import Delivery
from shared.sources.fields import Fields
from shared.sources.links import public_link
from shared.sources.options import SourceOptions
from shared.sources.translation import Canonical, Translation, canonical, ignored, natural_id, translated

_WHOLE = 100_000
"""LaunchDarkly's weights are thousandths of a per cent."""
_LINK = re.compile(r"\]\((https://[^()\s]{1,1000})\)")
_VERBS = {"turned on the flag": 1.0, "turned off the flag": 0.0}


class _Place(Struct, frozen=True):
    """One flag in one environment, and what was done there."""

    action: str
    project: str
    environment: str
    flag: str
    tags: tuple[str, ...] = ()


class _Change(Struct, frozen=True):
    """The share of users who get the flag, before and after; None: the entry does not tell."""

    before: float | None
    after: float | None
    is_stated: bool


def translate(delivery: Delivery, options: SourceOptions) -> Translation:
    """Translate one delivery; raises UnreadableDeliveryError for one that cannot be understood."""
    entry = delivery.fields()
    what = entry.text("kind")
    if what != "flag":
        return ignored(what, "only changes of flags are counted")
    places = _places(entry)
    kind = f"flag.{places[0].action}" if places else "flag"
    mine = {place.environment: place for place in places if options.is_production(place.environment)}
    if not mine:
        return ignored(kind, "no change in an environment of production")
    events = [event for place in mine.values() for event in _events(entry, place, options, len(mine) > 1)]
    return translated(kind, events, "who gets the flag did not change")


def _events(entry: Fields, place: _Place, options: SourceOptions, is_one_of_several: bool) -> Iterator[Canonical]:
    change = _change(entry, place)
    if change.after is None or change.after == change.before:
        return
    if change.after == 0 and (change.before is None or _is_on_elsewhere(entry, place, options)):
        return
    event_id = natural_id(entry.id("_id"), place.environment if is_one_of_several else None)
    time = _time(entry)
    service = options.service(f"{place.project}/{place.flag}") or options.service(place.project) or place.project
    common: dict[str, Any] = {"feature": place.flag, "service": service, "url": _url(entry)}
    if change.after == 0:
        yield canonical("Feature Withdrawn", event_id, time, **common)
        return
    audience = change.after if change.is_stated else None
    version = entry.optional_object("currentVersion")
    tags = (*place.tags, *(version.texts("tags") if version else ()))
    for idea in options.ideas(*tags, entry.optional_text("name"), repository="") or (None,):
        yield canonical("Feature Released", natural_id(event_id, idea), time, **common, idea=idea, audience=audience)


def _places(entry: Fields) -> list[_Place]:
    """From `accesses`, or from the fields in which LaunchDarkly's integrations tell the same."""
    places = []
    for access in entry.objects("accesses"):
        names = _names(access.text("resource"))
        if names.get("env") and names.get("flag"):
            places.append(
                _Place(
                    action=access.text("action"),
                    project=names.get("proj", ""),
                    environment=names["env"],
                    flag=names["flag"],
                    tags=tuple(tag for tag in names.get("tags", "").split(",") if tag),
                )
            )
    project = None if "accesses" in entry else entry.optional_object("project")
    environment = project.optional_object("environment") if project else None
    if project and environment:
        places.append(
            _Place(
                action=entry.optional_text("verbKind") or "",
                project=project.name("key"),
                environment=environment.name("key"),
                flag=entry.name("key"),
                tags=tuple(entry.texts("tags")),
            )
        )
    return places


def _names(resource: str) -> dict[str, str]:
    """`proj/shop;tag:env/production:flag/gift-cards;SHOP-12` by kind; `tags` are the flag's."""
    names: dict[str, str] = {}
    for part in resource.split(":"):
        kind, _, rest = part.partition("/")
        name, _, tags = rest.partition(";")
        names[kind] = name
        if kind == "flag":
            names["tags"] = tags
    return names


def _change(entry: Fields, place: _Place) -> _Change:
    """From the flag's two versions where they are sent; else from the sentence that says it was switched."""
    after = _share(entry.optional_object("currentVersion"), place.environment)
    if after is not None:
        before = _share(entry.optional_object("previousVersion"), place.environment)
        return _Change(before, after, is_stated=True)
    switched = _switched(entry)
    return _Change(None if switched is None else 1 - switched, switched, is_stated=False)


def _switched(entry: Fields) -> float | None:
    """From the verb, or where an integration leaves that empty from the title: who did it, the verb, the flag."""
    verb = entry.optional_text("titleVerb")
    if verb is not None:
        return _VERBS.get(verb.strip().lower())
    title = (entry.optional_text("title") or "").lower()
    placed = [(title.find(verb), share) for verb, share in _VERBS.items() if verb in title]
    return min(placed)[1] if placed else None


def _share(version: Fields | None, environment: str) -> float | None:
    """The share of users whom the default rule gives another variation than the one of a flag that is off.

    Targets and other rules are not counted: whom they reach no entry tells.
    """
    environments = version.optional_object("environments") if version else None
    state = environments.optional_object(environment) if environments else None
    if state is None or "on" not in state:
        return None
    if not state.flag("on"):
        return 0.0
    off = state.raw("offVariation")
    default = state.optional_object("fallthrough")
    rollout = default.optional_object("rollout") if default else None
    if default is None or (rollout is None and "variation" not in default):
        return 1.0
    if rollout is None:
        return 0.0 if off is not None and default.raw("variation") == off else 1.0
    weights = [(each.raw("variation"), each.whole("weight")) for each in rollout.objects("variations")]
    return min(1.0, max(0, sum(weight for variation, weight in weights if variation != off)) / _WHOLE)


def _is_on_elsewhere(entry: Fields, place: _Place, options: SourceOptions) -> bool:
    """Whether users of another environment of production still get the flag."""
    version = entry.optional_object("currentVersion")
    environments = version.raw("environments") if version else None
    if not isinstance(environments, dict):
        return False
    others = (name for name in environments if name != place.environment and options.is_production(name))
    return any(_share(version, name) for name in others)


def _time(entry: Fields) -> str:
    if "date" in entry or "timestamp" not in entry:
        return entry.epoch("date", "ms")
    return entry.object("timestamp").epoch("milliseconds", "ms")


def _url(entry: Fields) -> str | None:
    """The flag's page. Webhooks say its path alone; the whole address is in the Markdown of their title."""
    links = entry.optional_object("_links")
    site = links.optional_object("site") if links else None
    href = site.optional_text("href") if site else None
    title = entry.raw("title")
    if href is None or not href.startswith("/") or not isinstance(title, str):
        return public_link(href)
    addresses = (match[1] for match in _LINK.finditer(title))
    return next((public_link(address) for address in addresses if address.endswith(href)), None)
