"""The workflows that may send events: repositories as GitHub's OIDC tokens name them in `sub`.

Repositories made, renamed or moved on github.com since 2026-07-15 say `repo:OWNER@ID/REPO@ID:…`, older ones
`repo:OWNER/REPO:…` until somebody opts in (GitHub's OIDC reference, "Immutable subject claims"). `@` is in no name of
GitHub's, so neither form can be taken for the other.
"""

import re

_REPOSITORY = re.compile(
    r"(?P<owner>[A-Za-z0-9][A-Za-z0-9_-]{0,38})(?:@(?P<owner_id>[1-9][0-9]{0,19}))?"
    r"/(?P<name>[A-Za-z0-9._-]{1,100})(?:@(?P<id>[1-9][0-9]{0,19}))?"
    r"(?::(?P<rest>\*|pull_request|ref:refs/(?:heads|tags)/[^\s*?:]{1,200}|environment:[^*?:]{1,255}))?"
)
DEFAULT_CONTEXTS = ("environment:production", "ref:refs/heads/main")
"""Where deployments come from: a job of the environment `production`, or one without an environment on `main`."""
EXPECTED = (
    "OWNER/REPO, or OWNER@ID/REPO@ID for one made, renamed or moved since 2026-07-15 (gh api repos/OWNER/REPO --jq "
    "'\"\\(.owner.login)@\\(.owner.id)/\\(.name)@\\(.id)\"' prints it), and after a colon environment:NAME, "
    "ref:refs/heads/NAME or * where it is not environment:production and ref:refs/heads/main; several with commas"
)


class SubjectError(ValueError):
    """A repository that cannot be trusted as it is written."""


def subjects_of(repository: str) -> tuple[str, ...]:
    """Every `sub` that a repository's trusted workflows may carry; names are never wildcards."""
    match = _REPOSITORY.fullmatch(repository)
    if match is None or (match["owner_id"] is None) != (match["id"] is None):
        raise SubjectError(EXPECTED)
    names = [f"{match['owner']}/{match['name']}"]
    if match["id"]:
        names.append(f"{match['owner']}@{match['owner_id']}/{match['name']}@{match['id']}")
    contexts = (match["rest"],) if match["rest"] else DEFAULT_CONTEXTS
    return tuple(f"repo:{name}:{context}" for name in names for context in contexts)
