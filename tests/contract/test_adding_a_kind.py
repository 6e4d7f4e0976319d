"""The page about events, followed to the letter in a copy of the project: a new kind of event, and a figure of it."""

import json
from pathlib import Path

import pytest

from tests.contract.scratch import Scratch, block

pytestmark = [pytest.mark.slow, pytest.mark.takes(20)]

PAGE = "docs/events.md"
SHOWS = """
import json
from tests.unit.store.driving import Driver, later
from tests.unit.store.pipeline.test_sealing import seal_all
from tests.unit.store import engines
from events.schema import sample

driver = Driver()
sent = sample("Experiment Concluded")
driver.append([sent], later())
driver.project(later())
seal_all(driver, later(days=3))
driver.restart()
(fact,) = driver.facts("checkout")
found = driver.report("checkout", later())["context"]["experiments_confirmed"]
print(json.dumps([fact.kind, fact.experiment, fact.result, fact.days, found]))
"""


def followed(place: Path) -> Scratch:
    scratch = Scratch(place)
    scratch.append("events/challenge.py", "\n\n" + block(PAGE, "python model"))
    scratch.insert("events/catalogue.py", "from events.common import", block(PAGE, "python import"))
    scratch.insert("events/catalogue.py", ')\n"""Every kind of event', f"    {block(PAGE, 'python row').strip()},\n")
    scratch.write("events/samples/experiment-concluded.json", block(PAGE, "json sample"))
    around = "shared/flywheel/catalogue/around.py"
    scratch.insert(around, "AROUND = (\n", block(PAGE, "python figure") + "\n")
    scratch.insert(around, "from shared.flywheel.catalogue.figure import", block(PAGE, "python figure-imports"))
    path = scratch.place / around
    path.write_text(path.read_text().rstrip().removesuffix(")") + "    EXPERIMENTS,\n)\n")
    for module in ("events.schema", "cli.figures.documentation"):
        scratch.run("-m", module)
    return scratch


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    return followed(tmp_path_factory.mktemp("kind"))


def test_it_takes_a_model_a_row_and_a_sample_and_one_file_for_the_figure(scratch: Scratch) -> None:
    assert scratch.touched == {
        "events/challenge.py",
        "events/catalogue.py",
        "events/samples/experiment-concluded.json",
        "shared/flywheel/catalogue/around.py",
    }


def test_it_is_stored_sealed_read_and_counted(scratch: Scratch) -> None:
    kind, experiment, result, days, figure = json.loads(scratch.run("-c", SHOWS))

    assert (kind, experiment, result, days) == ("Experiment Concluded", "one-tap-quarter", "confirmed", 6.0)
    assert (figure["value"], figure["n"]) == (1.0, 1)


def test_its_schemas_and_its_line_of_the_page_are_written(scratch: Scratch) -> None:
    schema = json.loads((scratch.place / "events/schemas/experiment-concluded.json").read_text())
    assert schema["properties"]["detail-type"]["enum"] == ["Experiment Concluded"]
    assert "| `Experiment Concluded` | `experiment`*" in (scratch.place / PAGE).read_text()
    assert "context.experiments_confirmed" in (scratch.place / "docs/figures.md").read_text()


def test_the_tests_that_the_page_names_pass(scratch: Scratch) -> None:
    """Those of them that look at every kind of event or at every figure."""
    contract = [f"tests/contract/test_{name}.py" for name in ("fields", "samples", "schemas")]
    domain = [f"tests/unit/{name}.py" for name in ("facts/test_facts", "facts/test_pack", "domain/test_catalogue")]
    looking = ["tests/unit/store/test_family.py::test_random_histories_hold_every_detail_type_of_the_contract"]
    scratch.run("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *contract, *domain, *looking, "-k", "not local")
