"""The fold: facts made into deployments, incidents and turns."""
