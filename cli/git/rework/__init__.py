"""Which releases mend another one: what is evidence of a revert, and what a release takes back, net."""
