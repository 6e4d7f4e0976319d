"""Families that are a directory or a package carry the commits that touch it; history is told once, not once each."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.git.families import MOST_WHOLE
from tests.unit.cli.imports import deployments, figures, shas

pytestmark = pytest.mark.slow

Run = Callable[..., Any]


def wrote(repository: Any, at: str, **files: str) -> str:
    for name, text in files.items():
        path = repository.path / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    repository.git("add", ".")
    sha: str = repository.commit(f"work of {at}", at)
    return sha


def dry(flywheel: Run, path: Path, *options: Any) -> Any:
    return flywheel("import", "git", path, "--dry-run", *options)


@pytest.fixture
def mono(repository: Any) -> Any:
    """Go modules `cart` and `bridge/cards`, tagged twice; between, one commit for each and one for both."""
    wrote(repository, "2026-03-01T08:00:00Z", cart__a="1", bridge__cards__a="1", docs__a="1")
    for family in ("cart/v", "bridge/cards/v"):
        repository.tag(f"{family}1.0.0", at="2026-03-01T09:00:00Z")
    repository.cart = wrote(repository, "2026-03-02T08:00:00Z", cart__a="2")
    repository.cards = wrote(repository, "2026-03-03T08:00:00Z", bridge__cards__a="2")
    repository.both = wrote(repository, "2026-03-04T08:00:00Z", cart__b="2", bridge__cards__b="2")
    wrote(repository, "2026-03-05T08:00:00Z", docs__a="2")
    for family in ("cart/v", "bridge/cards/v"):
        repository.tag(f"{family}1.1.0", at="2026-03-06T09:00:00Z")
    return repository


def test_a_family_that_is_a_directory_carries_the_commits_that_touch_it(flywheel: Run, mono: Any) -> None:
    found = {each["deployment"]: each for each in deployments(dry(flywheel, mono.path))}
    assert shas(found["cart/v1.1.0"]) == [mono.cart, mono.both]
    assert shas(found["bridge/cards/v1.1.0"]) == [mono.cards, mono.both]


@pytest.mark.parametrize(("depth", "carried"), [(1, None), (2, None), (3, 1)])
def test_where_a_shallow_clone_ends_no_family_is_told_what_is_not_known_to_be_its_own(
    flywheel: Run, mono: Any, tmp_path: Path, depth: int, carried: int | None
) -> None:
    wrote(mono, "2026-03-07T08:00:00Z", cart__a="3")
    wrote(mono, "2026-03-08T08:00:00Z", docs__a="3")
    mono.tag("cart/v1.2.0", at="2026-03-09T08:00:00Z")
    whole = ["clone", "-q", "--no-checkout", f"--depth={depth}"]
    mono.git(*whole, "-b", "cart/v1.2.0", f"file://{mono.path}", str(tmp_path / "cut"))
    last = deployments(dry(flywheel, tmp_path / "cut", "--tags", "cart/*"))[-1]
    commits = last.get("commits")
    assert (last["deployment"], commits and len(commits)) == ("cart/v1.2.0", carried)


def test_a_release_that_carries_none_still_is_one_without_lead_times(flywheel: Run, mono: Any, tmp_path: Path) -> None:
    wrote(mono, "2026-03-08T08:00:00Z", docs__a="3")
    mono.tag("cart/v1.2.0", at="2026-03-09T08:00:00Z")
    ran = dry(flywheel, mono.path, "--tags", "cart/*")
    assert [each["commits"] for each in deployments(ran)][-1] == []
    told = figures(flywheel, tmp_path, ran, "2026-04-01T00:00:00Z")["dora"]
    assert (told["deployments"], told["lead_time_hours"]["n"]) == (3, 3)


@pytest.mark.parametrize(
    ("manifest", "text", "tag"),
    [
        ("package.json", '{"name": "@shop/cart", "version": "1.0.0"}', "@shop/cart@"),
        ("package.json", '\ufeff{"name": "@shop/cart"}', "@shop/cart@"),
        ("Cargo.toml", '[package]\nname = "shop_cart"\n', "shop-cart-v"),
        ("pyproject.toml", '[project]\nname = "shop.cart"\n', "shop-cart/v"),
        ("pyproject.toml", '[tool.poetry]\nname = "shop-cart"\n', "shop-cart@"),
    ],
)
def test_a_family_that_is_a_package_carries_the_commits_of_its_directory(
    flywheel: Run, repository: Any, manifest: str, text: str, tag: str
) -> None:
    wrote(
        repository,
        "2026-03-01T08:00:00Z",
        **{f"packages__cart__{manifest}": text, "node_modules__x__package.json": text},
    )
    repository.tag(f"{tag}1.0.0", at="2026-03-01T09:00:00Z")
    wrote(repository, "2026-03-02T08:00:00Z", other="1")
    own = wrote(repository, "2026-03-03T08:00:00Z", packages__cart__src="1")
    repository.tag(f"{tag}1.1.0", at="2026-03-06T09:00:00Z")
    assert shas(deployments(dry(flywheel, repository.path))[-1]) == [own]


def test_a_package_that_was_moved_is_where_each_tagged_tree_has_it(flywheel: Run, repository: Any) -> None:
    wrote(repository, "2026-03-01T08:00:00Z", docs__a="1", **{"apps__cart__package.json": '{"name": "cart"}'})
    repository.tag("cart@1.0.0", at="2026-03-01T09:00:00Z")
    before = wrote(repository, "2026-03-02T08:00:00Z", apps__cart__a="2")
    wrote(repository, "2026-03-02T09:00:00Z", docs__a="2")
    repository.tag("cart@1.1.0", at="2026-03-02T10:00:00Z")
    (repository.path / "packages").mkdir()
    repository.git("mv", "apps/cart", "packages/cart")
    moved = repository.commit("move", "2026-03-03T08:00:00Z")
    after = wrote(repository, "2026-03-04T08:00:00Z", packages__cart__a="3")
    repository.tag("cart@1.2.0", at="2026-03-04T09:00:00Z")
    found = {each["deployment"]: shas(each) for each in deployments(dry(flywheel, repository.path))}
    assert (found["cart@1.1.0"], found["cart@1.2.0"]) == ([before], [moved, after])


def test_a_path_of_two_lines_hides_no_package(flywheel: Run, repository: Any) -> None:
    wrote(
        repository,
        "2026-03-01T08:00:00Z",
        **{"a\nb__package.json": '{"name": "x"}', "b__package.json": '{"name": "cart"}'},
    )
    repository.tag("cart@1.0.0", at="2026-03-01T09:00:00Z")
    wrote(repository, "2026-03-02T08:00:00Z", docs__a="2")
    repository.tag("cart@1.1.0", at="2026-03-02T10:00:00Z")
    found = {each["deployment"]: shas(each) for each in deployments(dry(flywheel, repository.path))}
    assert found["cart@1.1.0"] == []


@pytest.mark.parametrize("text", ["{", '{"name": 3}', "[" * 100_000, '{"name": "' + "x" * 5_000_000 + '"}'])
def test_a_manifest_that_cannot_be_read_names_no_package(flywheel: Run, repository: Any, text: str) -> None:
    wrote(repository, "2026-03-01T08:00:00Z", **{"packages__cart__package.json": text})
    repository.tag("cart-1.0.0", at="2026-03-01T09:00:00Z")
    assert len(deployments(dry(flywheel, repository.path))) == 1


def test_a_path_says_which_directory_a_family_is(flywheel: Run, repository: Any) -> None:
    wrote(repository, "2026-03-01T08:00:00Z", apps__web__a="1", libs__ui__a="1", other="1")
    repository.tag("web-1.0.0", at="2026-03-01T09:00:00Z")
    web = wrote(repository, "2026-03-02T08:00:00Z", apps__web__a="2")
    ui = wrote(repository, "2026-03-03T08:00:00Z", libs__ui__a="2")
    wrote(repository, "2026-03-04T08:00:00Z", other="2")
    repository.tag("web-1.1.0", at="2026-03-06T09:00:00Z")
    options = ("--path", "web=apps/web/", "--path", "web=libs/ui")
    assert shas(deployments(dry(flywheel, repository.path, *options))[-1]) == [web, ui]
    assert shas(deployments(dry(flywheel, repository.path, *options[:2]))[-1]) == [web]


@pytest.mark.parametrize(
    ("path", "said"),
    [("web=apps/wbe", "'apps/wbe' is no directory"), ("wbe=apps", "no tags of family 'wbe'"), ("apps", "FAMILY=DIR")],
)
def test_a_path_that_is_none_is_wrong_usage(flywheel: Run, repository: Any, path: str, said: str) -> None:
    wrote(repository, "2026-03-01T08:00:00Z", apps__web__a="1")
    repository.tag("web-1.0.0", at="2026-03-01T09:00:00Z")
    ran = dry(flywheel, repository.path, "--path", path)
    assert (ran.code, ran.out) == (2, "")
    assert "--path: got" in ran.err
    assert said in ran.err


def test_a_file_with_any_name_belongs_to_its_directory(flywheel: Run, mono: Any) -> None:
    path = mono.path / "cart" / ":100644 x\n\té"
    path.write_text("1")
    mono.git("add", ".")
    odd = mono.commit("odd names", "2026-03-08T08:00:00Z")
    mono.tag("cart/v1.2.0", at="2026-03-09T08:00:00Z")
    found = {each["deployment"]: each for each in deployments(dry(flywheel, mono.path))}
    assert shas(found["cart/v1.2.0"]) == [odd]


def history_of(repository: Any, commits: int, families: int, tags: int) -> None:
    """A long history whose families are no directory: `tags` tags of each."""
    stream = "".join(
        f"commit refs/heads/main\nmark :{number}\ncommitter A <a@b> {1_770_000_000 + number * 900} +0000\ndata 1\nx\n"
        + (f"from :{number - 1}\n" if number > 1 else "")
        + f"M 644 inline f{number % 50}\ndata {len(str(number))}\n{number}\n"
        for number in range(1, commits + 1)
    )
    stream += "".join(
        f"reset refs/tags/@s/p{family}@1.{tag}.0\nfrom :{(tag + 1) * commits // tags - (family * 7) % 20}\n\n"
        for family in range(families)
        for tag in range(tags)
    )
    subprocess.run(["git", "-C", repository.path, "fast-import", "--quiet"], input=stream, text=True, check=True)


def test_output_is_in_proportion_to_the_commits_however_many_families(flywheel: Run, repository: Any) -> None:
    history_of(repository, commits=400, families=30, tags=4)
    ran = dry(flywheel, repository.path)
    told = [sha for each in deployments(ran) for sha in shas(each)]
    assert len(deployments(ran)) == 120
    assert len(told) == len(set(told)) <= 400
    assert "30 families" in ran.err
    assert "--path FAMILY=DIR" in ran.err


def test_a_few_families_without_a_directory_may_each_carry_everything(flywheel: Run, repository: Any) -> None:
    history_of(repository, commits=40, families=MOST_WHOLE, tags=2)
    last = [each for each in deployments(dry(flywheel, repository.path)) if "@1.1.0" in each["deployment"]]
    assert all(len(each["commits"]) == 20 for each in last)


def test_the_package_at_the_root_is_the_whole_repository_however_many_others_there_are(
    flywheel: Run, repository: Any
) -> None:
    wrote(repository, "2026-03-01T08:00:00Z", **{"package.json": '{"name": "suite"}'})
    for family in ("suite", "p1", "p2", "p3", "p4"):
        repository.tag(f"{family}@1.0.0", at="2026-03-01T09:00:00Z")
    later = [wrote(repository, f"2026-03-0{day}T08:00:00Z", other=str(day)) for day in (2, 3)]
    for family in ("p1", "suite"):
        repository.tag(f"{family}@1.1.0", at="2026-03-06T09:00:00Z")
    found = {each["deployment"]: each for each in deployments(dry(flywheel, repository.path))}
    assert shas(found["suite@1.1.0"]) == later
    assert shas(found["p1@1.1.0"]) == later


@pytest.mark.parametrize(("other", "carried"), [("cart", 1), ("none", 2)])
def test_the_family_that_is_called_as_the_repository_is_a_part_of_it_only_among_others(
    flywheel: Run, repository: Any, other: str, carried: int
) -> None:
    wrote(repository, "2026-03-01T08:00:00Z", shop__a="1", cart__a="1")
    for family in ("shop-", f"{other}-"):
        repository.tag(f"{family}1.0.0", at="2026-03-01T09:00:00Z")
    wrote(repository, "2026-03-02T08:00:00Z", cart__a="2")
    wrote(repository, "2026-03-03T08:00:00Z", shop__a="2")
    repository.tag("shop-1.1.0", at="2026-03-06T09:00:00Z")
    last = deployments(dry(flywheel, repository.path))[-1]
    assert (last["service"], len(last["commits"])) == ("shop", carried)


def test_a_path_beside_a_branch_is_wrong_usage(flywheel: Run, mono: Any) -> None:
    ran = dry(flywheel, mono.path, "--branch", "main", "--path", "cart=cart")
    assert ran.code == 2
    assert "--path: got 'cart=cart'" in ran.err
