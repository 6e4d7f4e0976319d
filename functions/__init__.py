"""The Lambda handlers: each validates, wires and makes one call. Functions never import each other."""
