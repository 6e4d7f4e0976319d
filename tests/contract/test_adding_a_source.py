"""The page about sources, followed to the letter in a copy of the project: a new source."""

import pytest

from tests.contract.scratch import Scratch, block

pytestmark = [pytest.mark.slow, pytest.mark.takes(20)]

PAGE = "docs/sources/README.md"
CATALOGUE = "shared/sources/catalogue.py"
PINGS = """
from cli.hooks.signing import ping
from shared.sources.catalogue import SOURCES, translate
from shared.sources.delivery import delivery_of
from shared.sources.options import SourceOptions

source = SOURCES["unleash"]
headers, body = ping(source, "secret", 0)
delivery = delivery_of(headers.items(), body)
source.verifier.verify(delivery, ["secret"], 0)
print(translate(source, delivery, SourceOptions()).kind == source.ping.kind)
"""


def indented(code: str, by: int) -> str:
    return "".join(" " * by + line for line in code.splitlines(keepends=True))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    found = Scratch(tmp_path_factory.mktemp("source"))
    found.write("shared/sources/unleash.py", block(PAGE, "python translator"))
    found.insert(CATALOGUE, "from shared.sources.delivery import", "from shared.sources import unleash\n")
    found.insert(CATALOGUE, "    )\n}\n", indented(block(PAGE, "python row").rstrip(), 8) + ",\n")
    found.write("events/samples/unleash/feature-enabled.json", block(PAGE, "json counted"))
    found.write("events/samples/unleash/feature-archived.json", block(PAGE, "json uncounted"))
    found.write("docs/sources/unleash.md", block(PAGE, "markdown page"))
    found.run("-m", "cli.figures.documentation")
    return found


def test_it_takes_a_translator_a_row_two_samples_and_a_page(scratch: Scratch) -> None:
    assert len(scratch.touched) == 5


def test_its_lines_of_other_pages_are_written(scratch: Scratch) -> None:
    assert "`unleash`" in (scratch.place / "docs/webhooks.md").read_text()
    assert "| Unleash | – | – | – | flags on and off" in (scratch.place / PAGE).read_text()


def test_its_hook_can_be_tested(scratch: Scratch) -> None:
    assert scratch.run("-c", PINGS).strip() == "True"


def test_the_tests_that_the_page_names_pass_and_those_of_hooks(scratch: Scratch) -> None:
    named = ["tests/contract/test_sources.py", "tests/unit/sources"]
    of_hooks = ["tests/unit/cli/test_hook.py", "tests/unit/cli/test_doctor_uncounted.py"]
    pages = ["tests/unit/domain/test_catalogue.py", "tests/unit/config/test_config_sources.py"]
    scratch.run("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *named, *of_hooks, *pages, "-m", "not slow")
