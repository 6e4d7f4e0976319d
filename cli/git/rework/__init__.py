"""Rework in a history: evidence of reverts, what a release takes back in all, and which releases mend another one."""
