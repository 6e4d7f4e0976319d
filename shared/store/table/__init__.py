"""The table: its names, keys, kinds of items and errors."""
