"""The stack, as an AWS CDK app."""

import os

_BANNER = "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"
_SUPPORTED_HERE = "20"

# jsii reads this once, when `aws_cdk` is first imported: a list of Node's major versions whose banner is not shown.
os.environ[_BANNER] = ",".join(filter(None, [os.environ.get(_BANNER), _SUPPORTED_HERE]))
