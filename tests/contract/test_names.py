"""Names that explain: a name says what a thing is, not that somebody found, told or said it."""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.contract.test_architecture import HOUSES, PROJECT

RIDDLES = {"found", "told", "said"}
BARE = {"read", "send", "tell"}
"""Verbs that say nothing where they are imported by name: `read(body)`, of what?"""
SILENCED = re.compile(r"# (noqa|type: ignore)\b(: [A-Z0-9, ]*[A-Z0-9]|\[[a-z, -]+\])?\s*")
"""A rule set aside, up to where its reason begins."""


def sources() -> list[Path]:
    return sorted(file for house in HOUSES for file in (PROJECT / house).rglob("*.py"))


def named(tree: ast.AST) -> Iterator[str]:
    """The names that a module gives: functions, classes, parameters, variables.

    Fields are left out: their names are those that messages and stored items have.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        if not (isinstance(tree, ast.ClassDef) and isinstance(node, ast.Assign | ast.AnnAssign)):
            yield from named(node)


def test_no_name_says_only_that_something_was_found_told_or_said() -> None:
    riddles = [
        f"{file.relative_to(PROJECT)}: {name}"
        for file in sources()
        for name in {file.stem, *named(ast.parse(file.read_text()))}
        if name.strip("_").lower() in RIDDLES
    ]
    assert riddles == [], "name them for what they hold: the release, the owner, the matches"


def test_no_bare_verb_is_imported_that_does_not_say_what_it_does_it_with() -> None:
    verbs = [
        f"{file.relative_to(PROJECT)}:{node.lineno}: {alias.name}"
        for file in sources()
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in BARE
    ]
    assert verbs == [], "say what is read, sent or told: decode_message, print_trace"


def test_every_rule_set_aside_says_why() -> None:
    silent = [
        f"{file.relative_to(PROJECT)}:{number}"
        for file in (*sources(), *sorted((PROJECT / "tests").rglob("*.py")))
        for number, comment in comments(file)
        if (rules := SILENCED.sub("", comment)) != comment and not rules.strip("# ")
    ]
    assert silent == [], "write the reason behind it: `# noqa: PLC0415  slow to load`"


def comments(file: Path) -> Iterator[tuple[int, str]]:
    """The comments of a file that are about rules, with their lines."""
    if "# noqa" not in (text := file.read_text()) and "# type: ignore" not in text:
        return
    with file.open("rb") as lines:
        for token in tokenize.tokenize(lines.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
