"""Sections of a board, in the order of what a reader asks."""
