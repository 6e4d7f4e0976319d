"""The last deployment, where a pipeline's environment names it: so that the next one can list the commits since then.

Nothing is guessed from branches: a push is no deployment, and the commits of one that was never deployed would be lost.
"""

from collections.abc import Iterable, Mapping

from cli.git.reading.clone import Clone
from cli.git.tags.names import TagName, read_tag

_SUCCEEDED = "GIT_PREVIOUS_SUCCESSFUL_COMMIT"
"""Jenkins: the commit of this job's last build that succeeded."""
_TAG = ("CI_COMMIT_TAG", "BUILDKITE_TAG", "CIRCLE_TAG", "TAG_NAME", "BITBUCKET_TAG")


def deployed_before(environment: Mapping[str, str], clone: Clone, head: str) -> str | None:
    """The commit of the last successful build, or of the release before the one whose tag is being deployed."""
    succeeded = environment.get(_SUCCEEDED)
    if succeeded and (sha := clone.commit_of(succeeded)) is not None:
        return sha
    releases = [(tag.sha, read_tag(tag.name)) for tag in clone.tags()]
    families = {name.family for name in _deployed(environment, releases, clone.commit_of(head))}
    earlier = {commit for commit, name in releases if name.family in families and not name.pre_release and name.version}
    return _nearest(clone, head, earlier) if earlier else None


def _deployed(
    environment: Mapping[str, str], releases: Iterable[tuple[str, TagName]], commit: str | None
) -> list[TagName]:
    """The tags that are deployed: the one that the pipeline runs for, else those of the commit."""
    stated = next((environment[name] for name in _TAG if environment.get(name)), None)
    if environment.get("GITHUB_REF_TYPE") == "tag":
        stated = environment.get("GITHUB_REF_NAME") or stated
    return [read_tag(stated)] if stated else [name for at, name in releases if at == commit]


def _nearest(clone: Clone, head: str, earlier: set[str]) -> str | None:
    """The first of these that the commit descends from."""
    tip = clone.commit_of(head)
    ancestors = (commit.sha for commit in clone.log([tip]) if commit.sha != tip) if tip else iter(())
    return next((sha for sha in ancestors if sha in earlier), None)
