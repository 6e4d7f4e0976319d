"""Upkeep of what events leave in the store: sealed, audited, made anew, deleted; and the tick that sees to it."""
