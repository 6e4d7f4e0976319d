"""The commands: each reads what was typed, wires, and makes one call."""
