"""One synthesis for all tests of the template, made when the first of them asks for it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.infra.template import Synthesised


@pytest.fixture(scope="session")
def synthesise(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Synthesised]:
    """Synthesise with some context; each call costs seconds."""

    def made(**context: Any) -> Synthesised:
        from infra.app import build  # noqa: PLC0415  aws_cdk takes ten seconds to import

        directory = tmp_path_factory.mktemp("cdk.out")
        (stack,) = build(context, directory).synth().stacks
        return Synthesised(json.loads(Path(stack.template_full_path).read_text()), directory)

    return made


@pytest.fixture(scope="session")
def stack(synthesise: Callable[..., Synthesised]) -> Synthesised:
    """The default stack."""
    return synthesise()
