"""Segments: how facts lie in the table, packed, placed, sealed, and remembered while a function is warm."""
