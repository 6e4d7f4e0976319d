"""Upkeep of a stack: its messages looked through, dead letters put back, projections made anew."""
