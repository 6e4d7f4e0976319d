"""The embedded engine as the CLI uses it: the stack synthesised once, then run without an account."""
