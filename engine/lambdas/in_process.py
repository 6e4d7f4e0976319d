"""Handlers in this process, one at a time, each with its own modules, environment and standard output."""

import importlib
import io
import json
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from engine.lambdas.chains import VARIABLE
from engine.lambdas.function import Failure, Function, Work


@dataclass
class Context:
    """The context that a Python handler gets as its second argument."""

    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    aws_request_id: str
    timeout_seconds: int
    function_version: str = "$LATEST"
    log_stream_name: str = "embedded"
    identity: None = None
    client_context: None = None
    tenant_id: None = None

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """The whole time-out: in simulated time an invocation takes none."""
        return self.timeout_seconds * 1000


class _Output(io.TextIOBase):
    """Standard output of whichever invocation runs now: Powertools' loggers keep the stream they were made with.

    What other threads of this process print meanwhile goes where it would have gone.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._thread: int | None = None
        self._elsewhere = sys.stdout

    @contextmanager
    def taking(self) -> Iterator[None]:
        out, err = sys.stdout, sys.stderr
        self._thread, self._elsewhere = threading.get_ident(), out
        sys.stdout = sys.stderr = self
        try:
            yield
        finally:
            sys.stdout, sys.stderr = out, err
            self._thread = None

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if threading.get_ident() != self._thread:
            return self._elsewhere.write(text)
        self._lines.append(text)
        return len(text)

    def taken(self) -> str:
        lines, self._lines = self._lines, []
        return "".join(lines)


class Modules:
    """A function's own copies of our modules: on Lambda no function shares a global with another."""

    def __init__(self, packages: frozenset[str]) -> None:
        self._packages = packages
        self._starts = tuple(packages)
        self._inside: dict[str, ModuleType] = {}

    @contextmanager
    def entered(self) -> Iterator[None]:
        outside = self._taken()
        sys.modules.update(self._inside)
        try:
            yield
        finally:
            self._inside = self._taken()
            sys.modules.update(outside)

    def _taken(self) -> dict[str, ModuleType]:
        likely = [name for name in sys.modules if name.startswith(self._starts)]
        names = [name for name in likely if name.partition(".")[0] in self._packages]
        return {name: sys.modules.pop(name) for name in names}


class InProcess:
    """Handlers in this process, one at a time, each with modules and environment of its own."""

    def __init__(self, code_root: Path | None = None) -> None:
        """`code_root`: the source tree that handlers are imported from; the working directory unless named."""
        self._code_root = code_root or Path.cwd()
        self._warm: dict[str, tuple[Function, Modules]] = {}
        self._output = _Output()

    def run(self, function: Function, work: Work) -> "tuple[Any, Failure | None, str]":
        modules = self._modules(function)
        context = Context(function.name, function.memory, function.arn, work.request_id, function.timeout)
        variables = {**function.variables(), VARIABLE: work.trace}
        result, failure = None, None
        with _environment(variables), modules.entered(), self._in_code_root(), self._output.taking():
            try:
                # As over the wire: a handler cannot change what the caller holds, nor return what is not JSON.
                result = json.loads(json.dumps(self._handler(function)(json.loads(json.dumps(work.payload)), context)))
            except Exception as error:  # noqa: BLE001  whatever a handler raises is its result
                failure = Failure(type(error).__name__, str(error), traceback.format_exc())
        return result, failure, self._output.taken()

    def _modules(self, function: Function) -> Modules:
        """Those of the last run; fresh ones where the function was deployed anew since: that is a cold start."""
        deployed, modules = self._warm.get(function.name, (None, None))
        if modules is None or deployed != function:
            modules = Modules(self._packages(function))
        self._warm[function.name] = (function, modules)
        return modules

    def _packages(self, function: Function) -> frozenset[str]:
        """The handler's own, and what of the source tree the function's bundle holds: each function has it apart."""
        bundled = _names_in(function.task_root) & _names_in(self._code_root)
        return bundled | {function.handler.partition(".")[0]}

    def _handler(self, function: Function) -> Callable[[Any, Context], Any]:
        module, _, name = function.handler.rpartition(".")
        handler: Callable[[Any, Context], Any] = getattr(importlib.import_module(module), name)
        return handler

    @contextmanager
    def _in_code_root(self) -> Iterator[None]:
        sys.path.insert(0, str(self._code_root))
        try:
            yield
        finally:
            sys.path.remove(str(self._code_root))


def _names_in(directory: Path) -> frozenset[str]:
    """The names under which what lies in a directory can be imported."""
    return frozenset(each.name.partition(".")[0] for each in directory.iterdir()) if directory.is_dir() else frozenset()


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Exactly these variables: one that the template lacks must be lacking here, whatever the host has set."""
    before = dict(os.environ)
    _become(variables)
    try:
        yield
    finally:
        _become(before)


def _become(variables: Mapping[str, str]) -> None:
    for name in [name for name in os.environ if name not in variables]:
        del os.environ[name]
    for name, value in variables.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
