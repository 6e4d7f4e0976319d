"""However many flywheels a file has, and however they hang together: each is looked at once."""

from functools import partial

import pytest

from shared.flywheel.settings.file import MOST_PROBLEMS, load
from shared.flywheel.settings.problems import ConfigError
from tests.unit.cost.counting import steps_of


def chained(count: int, last: str = "") -> bytes:
    parents = [f'parent = "f{number + 1}"' for number in range(count - 1)] + [last]
    return "\n".join(f"[flywheels.f{number}]\n{parent}" for number, parent in enumerate(parents)).encode()


def test_chained_parents_are_read_in_proportion_to_their_number() -> None:
    steps = [steps_of(partial(load, chained(count), "f.toml")) for count in (100, 200, 400)]
    assert steps[2] - steps[1] <= 2.4 * (steps[1] - steps[0])


@pytest.mark.slow
def test_a_long_chain_has_one_family_and_its_scope_goes_up() -> None:
    settings = load(chained(3_000), "f.toml")
    assert settings.scope_of("f0")[:2] == ("f0", "f1")
    assert len(settings.scope_of("f0")) == 3_000
    assert settings.family_of("f0")[0] == settings.family_of("f2999")[0] == "f2999"
    assert settings.family_of("f7") is settings.family_of("f8")


def test_a_circle_is_told_once_from_its_first() -> None:
    with pytest.raises(ConfigError) as caught:
        load(chained(3, 'parent = "f1"'), "f.toml")
    (problem,) = caught.value.errors
    assert problem.problem == "flywheels cannot be their own ancestors: f1 → f2 → f1"


def test_mistakes_are_told_until_they_are_many() -> None:
    text = "\n".join(f'[flywheels.f{number}]\nparent = "g{number}"' for number in range(3 * MOST_PROBLEMS)).encode()
    with pytest.raises(ConfigError) as caught:
        load(text, "f.toml")
    assert len(caught.value.errors) == MOST_PROBLEMS


@pytest.mark.parametrize("table", ["sources", "hooks.github"])
def test_a_pattern_that_could_hang_is_a_problem_of_its_line(table: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(f"[{table}]\nidea_pattern = '(a+)+'\n".encode(), "f.toml")
    (problem,) = caught.value.errors
    assert problem.line == 2
    assert problem.problem.endswith(
        "which could take for ever: it has a repetition within a repetition, such as `(a+)+`"
    )
