"""Drawings of a board in SVG: marks, plots of time, the wheel. Places are percentages, so that text never shrinks."""
