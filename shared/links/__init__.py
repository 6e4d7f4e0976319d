"""Signed links: who was given one may look at one board without an account, for a week or two."""
