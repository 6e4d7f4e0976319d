"""The version of the project: packages, releases and `flywheel --version` take it from here."""

__version__ = "0.1.0"
