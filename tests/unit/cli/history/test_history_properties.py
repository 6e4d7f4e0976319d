"""Kinds of mistakes, not single ones: random tag schemes, twins, objects, graphs and messages."""

import string
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cli.git.families import by_family, carried
from cli.git.graph.ancestry import Ancestry
from cli.git.graph.history import UNKNOWN, History
from cli.git.graph.times import settle_times
from cli.git.graph.trackers import Keys
from cli.git.reading.parsing import LoggedCommit, commit_of, tag_of
from cli.git.releases import releases_of
from cli.git.rework.judging import judged
from cli.git.tags.marks import Mark, without_aliases
from cli.git.tags.names import read_tag
from cli.git.tags.twins import united

NOW = 1_780_000_000
DAY = 86_400
BEGAN = NOW - 900 * DAY

_NUMBERS = st.integers(0, 400)
_WORDS = st.text(alphabet=string.ascii_lowercase, min_size=2, max_size=9)
_SAYS_NOTHING = {
    *("v", "r", "ver", "version", "rel", "release", "releases", "stable", "prod", "production"),
    *("deploy", "deployed", "deployment", "live", "tag", "tags"),
}


@pytest.mark.slow
@given(st.text(max_size=60))
def test_any_name_of_a_tag_is_read(name: str) -> None:
    tag = read_tag(name)
    assert tag.name == name
    assert name.endswith(tag.label)


@given(
    st.lists(_WORDS, min_size=1, max_size=3),
    st.sampled_from(["-", "/", "_"]),
    st.sampled_from(["/v", "@", "-v", "-", "/"]),
    st.lists(_NUMBERS, min_size=2, max_size=4),
)
def test_what_stands_before_a_version_is_a_family_whatever_it_sounds_like(
    words: list[str], between: str, end: str, numbers: list[int]
) -> None:
    assume(_SAYS_NOTHING.isdisjoint(words))
    family = between.join(words)
    tag = read_tag(f"{family}{end}{'.'.join(map(str, numbers))}")
    assert (tag.family, tag.pre_release, tag.version) == (family, False, tuple(numbers))


@given(
    st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)),
    st.sampled_from(["", "release-", "deploy/", "web-", "nightly-"]),
    st.sampled_from(["-", ".", "_"]),
    st.sampled_from(["", ".7", "-7", "_7", "/7", "T1200", "T12-30-00Z"]),
)
def test_a_date_with_any_serial_is_of_one_family_and_patches_nothing(
    day: date, word: str, mark: str, serial: str
) -> None:
    plain = f"{word}{day.year}{mark}{day.month:02}{mark}{day.day:02}"
    tag = read_tag(plain + serial)
    assert (tag.family, tag.version[:3], tag.calendar) == (read_tag(plain).family, (day.year, day.month, day.day), True)


def mark(name: str, tip: int, time: int, *, annotated: bool = True) -> Mark:
    tag = read_tag(name)
    return Mark(tag, tip, time, tag.family, annotated=annotated)


@st.composite
def twins(draw: st.DrawFn) -> list[Mark]:
    """Releases of growing versions, each under two names, the second within six days of the first."""
    other = draw(st.sampled_from(["v0.30{}.{}", "engine-1.{}.{}", "2.{}.{}", "release-7.{}.{}", "v26.{}.{}"]))
    found: list[Mark] = []
    minor, patch = 0, 0
    for tip in range(draw(st.integers(1, 12))):
        minor, patch = (minor, patch + 1) if draw(st.booleans()) else (minor + 1, 0)
        time = BEGAN + tip * 20 * DAY
        found.append(mark(f"v3.{minor}.{patch}", tip, time))
        found.append(mark(other.format(minor, patch), tip, time + draw(st.integers(-6, 6)) * DAY))
    return draw(st.permutations(found))


@given(twins())
def test_twins_are_one_release_each_at_the_earliest_time_in_one_family(marks: list[Mark]) -> None:
    found = without_aliases(united(without_aliases(marks), lambda _: False).marks)
    assert len(found) == len({each.tip for each in marks})
    assert len({each.family for each in found}) == 1
    earliest = {tip: min(each.time for each in marks if each.tip == tip) for tip in {each.tip for each in marks}}
    assert {each.tip: each.time for each in found} == earliest


@given(twins(), st.integers(8, 200))
def test_one_release_without_its_twin_for_more_than_a_week_ends_that(marks: list[Mark], days: int) -> None:
    newest = max(each.time for each in marks)
    tip = max(each.tip for each in marks)
    alone = [mark("v3.900.0", tip + 1, newest + DAY), mark("v3.901.0", tip + 2, newest + (days + 1) * DAY)]
    found = united(without_aliases([*marks, *alone]), lambda _: False).marks
    assert len(found) == len(marks) + 2


@given(st.binary(max_size=400))
def test_any_bytes_are_read_as_a_commit_or_a_tag(content: bytes) -> None:
    history = History(Keys("shop"), NOW)
    history.add(commit_of("ab" * 20, content))
    tag_of(content)
    settle_times(history, {})
    assert history.authored[0] == UNKNOWN or 0 < history.authored[0] <= NOW + DAY


@given(
    st.lists(
        st.sampled_from(
            (
                *(b"parent " + b"1" * 40, b"parent x", b"author A <a> 5 +0000", b"author <", b"committer > > 9 +9999"),
                *(b"committer B <b> -1 +0", b"encoding idna", b"encoding \xff", b"tree", b"gpgsig -", b" on", b"\x00"),
            )
        ),
        max_size=8,
    ),
    st.binary(max_size=60),
)
def test_headers_of_any_kind_and_order_are_read_over(headers: list[bytes], message: bytes) -> None:
    commit = commit_of("ab" * 20, b"\n".join(headers) + b"\n\n" + message)
    assert all(len(parent) == 40 for parent in commit.parents)


_MESSAGES = (
    *("Add {}", "Add {} (#{})", 'Revert "Add {}"', 'Revert "Add {}" (#9)\n\nReverts a/b#{}', "Revert to {}"),
    *('Reapply "Add {}"', 'Revert "Reapply "Add {}""', "Take back\n\nThis reverts commit {sha}."),
)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[History, list[Mark]]:
    """A history of merges, reverts and odd clocks, with tags of growing versions at random commits."""
    history = History(Keys("shop"), NOW)
    shas = [f"{number:040x}" for number in range(1, draw(st.integers(2, 25)))]
    for number, sha in enumerate(shas):
        parents = draw(st.lists(st.sampled_from(shas[:number]), max_size=2, unique=True)) if number else []
        time = draw(st.sampled_from([BEGAN + number * DAY, BEGAN, None, NOW * 4]))
        message = draw(st.sampled_from(_MESSAGES)).format(draw(st.integers(0, 4)), draw(st.integers(1, 4)), sha=shas[0])
        history.add(LoggedCommit(sha, tuple(parents or shas[number - 1 : number]), time, time, message))
    settle_times(history, {})
    tips = draw(st.lists(st.sampled_from(range(len(shas))), min_size=1, max_size=8))
    marks = [
        mark(f"v1.{place // 2}.{place % 2}", history.find(shas[tip]) or 0, BEGAN + place * DAY // 2)
        for place, tip in enumerate(tips)
    ]
    return history, without_aliases(marks)


@pytest.mark.slow
@given(graphs())
def test_each_commit_is_carried_once_and_rework_mends_an_earlier_release(graph: tuple[History, list[Mark]]) -> None:
    history, marks = graph
    releases = judged(history, releases_of(history, marks), Ancestry(history).holds, 24)
    told = [number for release in releases for number in release.commits]
    assert len(told) == len(set(told))
    assert all(before.mark.time <= after.mark.time for before, after in pairwise(releases))
    earlier: set[str] = set()
    for release in releases:
        assert (release.remediates is None) == (release.kind == "planned")
        assert release.remediates is None or release.remediates in earlier
        earlier.add(release.mark.name.name)


@pytest.mark.slow
@given(graphs())
def test_without_reverts_and_patches_nothing_is_rework(graph: tuple[History, list[Mark]]) -> None:
    history, marks = graph
    history.reverts.clear()
    plain = [
        Mark(read_tag(f"build-{place}"), each.tip, each.time, "", annotated=True) for place, each in enumerate(marks)
    ]
    releases = judged(history, releases_of(history, plain), Ancestry(history).holds, 24)
    stepped = [release for release in releases if release.kind != "planned"]
    assert all(release.kind == "rollback" and not release.commits for release in stepped)


@pytest.mark.slow
@given(graphs(), st.integers(4, 9))
def test_many_families_without_a_part_of_the_tree_tell_each_commit_once(
    graph: tuple[History, list[Mark]], families: int
) -> None:
    history, marks = graph
    named = [
        Mark(each.name, each.tip, each.time, f"service-{place % families}", annotated=True)
        for place, each in enumerate(marks * families)
    ]
    found = carried(history, by_family(without_aliases(named)), {}, 24)
    told = [number for releases in found.releases.values() for release in releases for number in release.commits]
    assert len(found.shared) <= 3 or len(told) == len(set(told))


@pytest.mark.slow
@given(st.integers(20, 60), st.integers(1, 9))
def test_of_a_long_habit_one_in_ten_may_be_a_slip(habit: int, slips: int) -> None:
    marks = [
        each
        for tip in range(habit)
        for each in (mark(f"v3.{tip}.0", tip, BEGAN + tip * DAY), mark(f"v0.{300 + tip}.0", tip, BEGAN + tip * DAY))
    ]
    alone = [mark(f"v3.{tip}.1", tip, BEGAN + tip * DAY) for tip in range(habit, habit + slips)]
    newest = mark("v5.0.0", 900, BEGAN + 400 * DAY)
    found = united([*marks, *alone, newest], lambda _: False).marks
    assert (len(found) == habit + slips + 1) == (slips <= (habit + slips) // 10)
