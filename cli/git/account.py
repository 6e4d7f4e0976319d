"""The account of an import: which releases, of which families and lines, since when, what was left out and why."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from cli.git.graph.history import History
from cli.git.graph.trackers import Project
from cli.git.reading.clone import Clone
from cli.git.releases import Release
from cli.git.rework.judging import reverts_told
from shared.flywheel.wording import count_of

_FEW = 5
_MOST_SERVICES = 12
_MOST_PROJECTS = 10


class ImportAccount:
    """Notes and warnings as lines, and the same as one JSON object (`summary`)."""

    def __init__(self, rework_hours: float) -> None:
        self._hours = rework_hours
        self.notes: list[str] = []
        self.warnings: list[str] = []
        self.summary: dict[str, Any] = {"services": {}, "left_out": {}, "ideas": {"taken": {}, "left_out": {}}}

    def warn(self, text: str) -> None:
        """Something that its reader should mend."""
        self.warnings.append(text)

    def left_out(self, unversioned: Sequence[str], early: Sequence[str]) -> None:
        """Tags that are no releases."""
        self.summary["left_out"] = {"no_version": [*unversioned], "pre_releases": [*early]}
        if unversioned:
            self.notes.append(f"left out, no version in the name: {_few(unversioned)} (--tags GLOB chooses)")
        if early:
            self.notes.append(f"left out, pre-releases: {_few(early)} (--pre-releases takes them)")

    def odd_times(self, tags: Sequence[str]) -> None:
        """Annotated tags whose own time cannot be."""
        if tags:
            self.warn(f"tags with a time that cannot be, dated by their commits: {_few(tags)}")

    def twins(self, examples: Sequence[tuple[str, str]]) -> None:
        """Families that name the same releases."""
        self.summary["twins"] = [[*pair] for pair in examples]
        if examples:
            pairs = _few([f"{kept} = {other}" for kept, other in examples])
            self.notes.append(f"twins, two names for one release, counted once: {pairs}")

    def trains(self, count: int) -> None:
        """Families released together."""
        self.summary["trains"] = count
        if count:
            self.notes.append(
                f"{count_of(count, 'train')}: families tagged on one commit within an hour are released together"
            )

    def parts(self, parts: Mapping[str, tuple[str, ...]], shared: Sequence[str]) -> None:
        """Tell which part of the tree each family is, and which are none."""
        self.summary["paths"] = {family: [*part] for family, part in sorted(parts.items())}
        self.summary["without_path"] = [*shared]
        if parts:
            listed = [f"{family} ({', '.join(part) or 'everything'})" for family, part in sorted(parts.items())]
            self.notes.append(f"commits are told to the families whose directory they touch: {_few(listed)}")
        if shared:
            self.warn(
                f"no directory or package is called as {len(shared):,} families are ({_few(shared)}): each commit is "
                "told once, by the first of their releases that holds it; --path FAMILY=DIR says which are whose"
            )

    def ideas(self, taken: Sequence[Project], left: Sequence[Project]) -> None:
        """Projects whose keys count, and those whose do not."""
        kinds = (("taken", taken), ("left_out", left))
        self.summary["ideas"] = {kind: {each.name: each.keys for each in projects} for kind, projects in kinds}
        if taken:
            self.notes.append(f"ideas: {_projects(taken)}")
        if left:
            self.notes.append(f"left out: {_projects(left)}; take one with --idea-projects")

    def service(self, service: str, releases: Sequence[Release]) -> None:
        """One service's releases; since when, how many are rework, and what the first one hides."""
        rework = sum(release.kind != "planned" for release in releases)
        first, reverts = releases[0], reverts_told(releases)
        listed = {name: [*of] for name, of in reverts}
        since = _day(first.mark.time)
        own = {"releases": len(releases), "rework": rework, "since": since, "planned_reverts": listed}
        self.summary["services"].setdefault(service, []).append(own)
        if len(self.summary["services"]) > _MOST_SERVICES:
            return
        count = count_of(len(releases), "release")
        text = f"{service}: {count} since {since}{_lines(releases)}, {rework:,} of them rework"
        if first.first and len(first.commits) > 1:
            behind = f"{count_of(len(first.commits) - 1, 'commit')} before the first, {first.mark.name.name}"
            text += f"; no lead time for the {behind}: none says since when"
        self.notes.append(text)
        if reverts:
            named_reverts = _few([f"{name} (of {', '.join(of)})" for name, of in reverts])
            self.notes.append(f"{service}: planned releases that take earlier work back, no failures: {named_reverts}")

    def branch(self, branch: str, releases: Sequence[Release], *, is_at_tip: bool) -> None:
        """A branch instead of tags: when its landings were deployed is a guess, or not known."""
        untimed = sum(not release.timed for release in releases)
        self.summary["branch"] = {"name": branch, "landings": len(releases), "without_lead_time": untimed}
        if untimed == len(releases):
            self.notes.append(
                f"lead times are not known: on {branch} every landing is one direct commit, and nothing says when it "
                "was deployed"
            )
        elif untimed:
            self.notes.append(
                f"lead times are not known of {count_of(untimed, 'landing')} on {branch}: one commit, made as it landed"
            )
        if not is_at_tip:
            self.notes.append(f"commits on {branch} after its last merge have not landed by one and are left out")

    def clone(self, history: History, clone: Clone, families: Iterable[Sequence[Release]]) -> None:
        """Tell what the clone itself lacks, and what is inferred."""
        more = len(self.summary["services"]) - _MOST_SERVICES
        if more > 0:
            self.notes.append(f"and {count_of(more, 'more service')} (--json tells all)")
        rule = _RULE.format(hours=f"{self._hours:g}")
        self.summary["inferred"] = {"change_fail_rate": rule}
        self.notes.append(f"{rule}; what would add most are incidents: flywheel emit incident (docs/wiring.md)")
        self.summary["unreadable"] = [*clone.unreadable]
        if history.replaced:
            have = "commit has" if history.replaced == 1 else "commits have"
            self.warn(
                f"{history.replaced:,} {have} a time that cannot be (before 1971, ahead of now, unreadable): "
                "the nearest known one counts"
            )
        if clone.unreadable:
            self.warn(f"left out, missing or broken in this clone: {_few(clone.unreadable)}")
        pairs = (pair for releases in families for pair in pairwise(releases))
        cut = [(before, release) for before, release in pairs if not release.complete]
        self.summary["head_alone"] = [release.mark.name.name for _, release in cut]
        if clone.is_shallow:
            self.warn(_shallow(cut))


def _lines(releases: Sequence[Release]) -> str:
    """On how many lines, where versions tell several."""
    lines = {release.mark.name.line for release in releases if release.mark.name.version}
    return f" on {len(lines):,} lines" if 1 < len(lines) < len(releases) else ""


_RULE = (
    "inferred from history: a release failed where a later one is its patch within {hours} h, takes it back within "
    "{hours} h among other work, or does nothing but take it back"
)


def _shallow(cut: Sequence[tuple[Release, Release]]) -> str:
    text = "shallow clone: commits before the cut are unknown, and releases before it are missing"
    if not cut:
        return f"{text}; git fetch --unshallow --tags brings the rest"
    deep = _day(min(before.mark.time for before, _ in cut) - 86_400)
    names = _few([release.mark.name.name for _, release in cut])
    return (
        f"{text}; of {names} the head alone is told, for the clone ends before the release before: "
        f"git fetch --shallow-since={deep} --tags (or git fetch --unshallow --tags) brings the rest"
    )


def _projects(projects: Sequence[Project]) -> str:
    """`PSR (2 keys), WCAG (1)`."""
    first = [f"{each.name} ({count_of(each.keys, 'key')})" for each in projects[:1]]
    names = [*first, *(f"{each.name} ({each.keys:,})" for each in projects[1:_MOST_PROJECTS])]
    more = len(projects) - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more else "")


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW:,} more" if len(names) > _FEW else "")


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
