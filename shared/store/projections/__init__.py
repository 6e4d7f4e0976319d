"""Projections: what folding left in the table: turns, transitions, digests."""
