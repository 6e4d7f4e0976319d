"""The embedded engine: the synthesised CloudFormation template, unchanged, in moto, driving the real handlers."""
