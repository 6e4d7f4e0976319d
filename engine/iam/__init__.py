"""Roles and resource policies, enforced: which permission each call needs, and whether a policy gives it."""
