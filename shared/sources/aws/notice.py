"""One event of an AWS service as the default bus delivers it."""

from shared.sources.environments import environment_of, service_of
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.fields import Fields
from shared.sources.options import SourceOptions
from shared.sources.translation import Translation, ignored, natural_id

NOT_PRODUCTION = "a rule for environments says that its account or name is not production"


class Notice:
    """An envelope from an `aws.*` source. Nobody but AWS can put one: PutEvents refuses that prefix."""

    def __init__(self, envelope: Fields, options: SourceOptions) -> None:
        self._envelope = envelope
        self.options = options
        self.kind = envelope.text("detail-type")
        self.detail = envelope.object("detail")

    def ignored(self, what: str | None, reason: str) -> Translation:
        """Nothing is counted; `what` tells kinds of one detail-type apart."""
        return ignored(f"{self.kind}: {what[:64]}" if what else self.kind, reason)

    @property
    def time(self) -> str:
        """When the service says that it happened. It is part of the event, so a redelivery has the same."""
        return self._envelope.moment("time")

    @property
    def account(self) -> str:
        """The account's number: a name that rules for environments may use."""
        return self._envelope.id("account")

    def time_in(self, *names: str) -> str:
        """The first of these times of the detail that is there, else the event's own."""
        present = next((name for name in names if name in self.detail), None)
        return self.detail.moment(present) if present else self.time

    def resource(self, kind: str) -> str:
        """The first ARN of a kind, as what follows that kind: `default/checkout` of `…:service/default/checkout`."""
        for arn in self._envelope.texts("resources"):
            parts = arn.split(":", 5)
            if len(parts) == 6 and parts[0] == "arn" and parts[5].startswith(f"{kind}/"):
                return parts[5].removeprefix(f"{kind}/")
        raise UnreadableDeliveryError("resources", self._envelope.raw("resources"), f"an ARN of a {kind}")

    def environment(self, *names: str | None, own: str | None = None) -> str:
        """The environment that one of these names or the account stands for; `own` is an environment's name itself."""
        return environment_of((*names, self.account), self.options, own)

    def is_elsewhere(self, *names: str | None, own: str | None = None) -> bool:
        """Whether a rule or a plain name says that this is not production, for what carries no environment itself."""
        return not self.options.is_production(self.environment(*names, own=own))

    def service(self, name: str) -> str:
        """The service that a resource's name stands for."""
        return service_of(name, self.options)

    def id(self, *parts: str | None) -> str:
        """An event's id from what its resource is called: names are unique in an account and region only."""
        return natural_id(*parts, self.account, self._envelope.id("region"))
