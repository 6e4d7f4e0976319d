"""Errors of the engine, told apart by type and carrying what they are about."""


class EngineError(Exception):
    """Anything the embedded engine cannot do as AWS would."""


class UnsupportedResourceError(EngineError):
    """The template declares types that neither moto nor the engine models: running on would hide them."""

    def __init__(self, types: list[str]) -> None:
        self.types = types
        super().__init__(
            f"the embedded engine has no model of {', '.join(types)}: add one to engine/cloudformation/resources.py"
        )


class DeploymentError(EngineError):
    """The template did not deploy, as CloudFormation would have said on the console."""

    def __init__(self, stack: str, reason: str) -> None:
        self.stack, self.reason = stack, reason
        super().__init__(f"stack {stack} did not deploy: {reason}")


class AssetError(EngineError):
    """A function's code asset is neither beside the template nor in the bucket it names."""

    def __init__(self, function: str, key: str) -> None:
        self.function, self.key = function, key
        super().__init__(f"code asset {key} of function {function} is not there: synthesise again")


class PatternError(EngineError):
    """An event pattern that EventBridge would refuse at deployment."""


class ScheduleExpressionError(EngineError):
    """A schedule expression that EventBridge Scheduler would refuse at deployment."""

    def __init__(self, expression: str, reason: str) -> None:
        self.expression, self.reason = expression, reason
        super().__init__(f"schedule expression {expression!r}: {reason}")


class UnsupportedTargetError(EngineError):
    """A rule or schedule points at a service that the engine does not drive."""

    def __init__(self, owner: str, arn: str) -> None:
        self.owner, self.arn = owner, arn
        super().__init__(f"{owner} targets {arn}, which the embedded engine does not drive")


class NotQuietError(EngineError):
    """Work went on without end: two handlers that keep waking each other, or a poison without a dead-letter queue."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        super().__init__(f"not quiet after {steps} steps: something keeps producing work for itself")
