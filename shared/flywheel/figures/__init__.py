"""Figures of a flywheel: turns, momentum, drag, DORA's five, the doom loop, the receipt."""
