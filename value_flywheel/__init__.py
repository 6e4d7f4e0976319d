"""The one name that pip installs: it carries the command line with what it needs, out of everybody's way."""
