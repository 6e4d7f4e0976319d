"""The output of `flywheel hook`: the secret to stdout, this once; what to do with it to stderr."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, to_builtins
from rich.text import Text

from cli.hooks.hook import Hook, steps
from cli.hooks.secrets import Kept
from cli.hooks.signing import header_names
from cli.terminal import page, print_json, say
from shared.flywheel.settings.values import Settings
from shared.intake.hooks import hook_of


class Row(Struct, frozen=True):
    """One line of the list; `since` is None for a hook that has no secret, `source` for one that no settings know."""

    name: str
    source: str | None
    flywheels: tuple[str, ...]
    since: str | None


def tell_secret(hook: Hook, url: str, secret: str | None, *, as_json: bool, rotated: bool = False) -> None:
    """The address, the secret, the headers that prove, and the vendor's own steps."""
    if as_json:
        fields = {"name": hook.name, "source": hook.source.name, "url": url, "headers": header_names(hook.source)}
        print_json(fields | ({"secret": secret} if secret else {}))
        return
    console = page()
    for label, value in (
        ("Address", url),
        ("Secret", secret or "yours"),
        ("Proved by", ", ".join(header_names(hook.source))),
    ):
        console.print(Text.assemble(f"{label:10}", (value, "bold")), soft_wrap=True)
    if secret:
        say("the secret is shown this once: it lies encrypted in SSM, where only intake reads it")
    if rotated:
        say(f"old and new secret both count until: flywheel hook rotate {hook.name} --finish")
        return
    say(f"at {hook.source.title} ({hook.source.docs}):")
    for number, step in enumerate(steps(hook.source), 1):
        say(f"  {number}. {step}")
    say(f"then: flywheel hook test {hook.name}")


def tell_finished(name: str, had: int, *, as_json: bool) -> None:
    """Whether there was an old secret to take away."""
    if as_json:
        print_json({"name": name, "secrets": 1})
    else:
        say(f"{name}: the old secret opens nothing within five minutes" if had > 1 else f"{name} has one secret only")


def tell_removed(name: str, *, as_json: bool) -> None:
    """Say that a hook has no secret any longer."""
    if as_json:
        print_json({"name": name, "secrets": 0})
    else:
        say(f"{name} has no secret any longer: its sender is answered 401 within five minutes")


def rows(kept: Iterable[Kept], settings: Settings) -> list[Row]:
    """Hooks with a secret, and those of the settings that have none yet."""
    since = {each.name: each.since for each in kept}
    listed = []
    for name in sorted({*since, *settings.hooks}):
        hook = hook_of(name, settings)
        listed.append(Row(name, hook.source if hook else None, hook.flywheels if hook else (), since.get(name)))
    return listed


def tell_list(hooks: Sequence[Row], *, as_json: bool) -> None:
    """One line each, or JSON."""
    if as_json:
        print_json({"hooks": to_builtins(hooks)})
        return
    if not hooks:
        say("no hooks yet; flywheel hook add github")
        return
    console = page()
    for row in hooks:
        source = row.source or "unknown: add its table to flywheel.toml"
        flywheels = ", ".join(row.flywheels) or "any flywheel"
        since = f"secret since {row.since}" if row.since else f"no secret yet: flywheel hook add {row.name}"
        console.print(Text.assemble((f"{row.name:20}", "bold"), f" {source}, {flywheels}, {since}"), soft_wrap=True)


def tell_answer(name: str, status: int, answer: dict[str, object], *, as_json: bool) -> None:
    """Print intake's answer to a test."""
    if as_json:
        print_json({"name": name, "status": status, "answer": answer})
    elif status == 200:
        say(f"{name}: {status}, {answer.get('why')}")
    elif status == 401:
        say(f"{name}: 401: the secret does not fit; flywheel hook rotate makes a new one", "error")
    else:
        say(f"{name}: {status}: {answer.get('error') or answer.get('why') or answer.get('message')}", "error")
