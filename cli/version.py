"""The version of the project, and where pipelines get it: `make schemas` puts both into the pages again.

Who keeps a copy of the project changes the two addresses here, and nowhere else.
"""

__version__ = "0.1.0"
"""Packages, releases and `flywheel --version` take it from here."""
PACKAGE = f"git+https://git.example.com/platform/value-flywheel@v{__version__}"
"""The repository at this version, as pip, pipx and uvx install it."""
ACTION = f"example/value-flywheel@v{__version__}"
"""The same as a workflow of GitHub uses it."""
