"""A git clone read as a history of deployments: `flywheel import git`."""
