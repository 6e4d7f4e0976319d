"""Chance, or not: exact tests, rank tests, false discoveries, slopes."""
