"""A repository's history as GitHub's REST API tells it: `flywheel import github`."""
