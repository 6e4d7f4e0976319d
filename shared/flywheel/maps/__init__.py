"""Wardley maps: their text, what a fact keeps of one, and their drawing."""
