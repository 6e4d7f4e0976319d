"""The Lambda handlers: each validates, wires and makes one call. Functions never import each other."""

import gc

gc.set_threshold(200_000)
"""So many new values before Python searches for cycles: while a handler is loaded there come some 70,000 that all stay,
and looking through them again and again was a tenth of a cold start."""
