"""Who may speak: requests that Slack signed, people of our own workspace, in a channel that the flywheel posts to."""

from aws_lambda_powertools import Logger

from shared.flywheel.settings.values import Settings
from shared.intake.request import Request
from shared.interaction.directory import Directory
from shared.interaction.payloads import Where
from shared.interaction.places import Place, needs_name
from shared.slack.token import SecretToken
from shared.slack.web import Web
from shared.sources.errors import UnverifiedDeliveryError
from shared.sources.verifiers import TimedSignature

SIGNATURE = TimedSignature(
    "x-slack-signature", signed="v0:{t}:{body}", prefix="v0=", timestamp_header="x-slack-request-timestamp"
)
"""https://docs.slack.dev/authentication/verifying-requests-from-slack"""


class RefusedError(Exception):
    """Whoever speaks is told `why` nothing comes of it; `reason` is for the log."""

    def __init__(self, why: str, reason: str) -> None:
        super().__init__(reason)
        self.why = why
        self.reason = reason


class Entrance:
    """Lets in whoever may speak."""

    def __init__(self, settings: Settings, secret: SecretToken, web: Web, log: Logger) -> None:
        self._settings, self._secret, self._web, self._log = settings, secret, web, log
        self._directory = Directory(web)
        self._team = ""

    def is_proven(self, request: Request) -> bool:
        """True of Slack's own requests; with secrets read again once where those known do not fit."""
        reason = ""
        for fresh in (False, True):
            secrets = self._secret.credentials(fresh).signing_secrets
            try:
                SIGNATURE.verify(request.delivery, secrets, request.now)
            except UnverifiedDeliveryError as error:
                reason = error.reason
            else:
                return True
        self._log.info("unproven", reason=reason)
        return False

    def place(self, where: Where, channel: str) -> Place:
        """The channel that somebody speaks in. Raises RefusedError, or a SlackError where Slack cannot be asked."""
        self.require_own(where)
        if channel[:1] not in {"C", "G"}:
            raise RefusedError(
                "Ask in a channel that the flywheel posts to, not in a direct message.", "direct message"
            )
        place = Place(channel, self._name(channel) if needs_name(channel, self._settings) else "")
        if not self._settings.slack.guests and self._directory.is_guest(where.user):
            raise RefusedError("Guests cannot use this here: ask a member of the workspace.", "guest")
        return place

    def require_own(self, where: Where) -> None:
        """Raises RefusedError for another workspace, and for whoever looks in from one."""
        if where.team != self._workspace() or where.user_team not in {"", where.team}:
            raise RefusedError("This app answers people of its own workspace only.", "another workspace")

    def _name(self, channel: str) -> str:
        known = self._directory.channel(channel)
        if known.is_direct:
            raise RefusedError("Ask in a channel that the flywheel posts to, not among a few.", "direct message")
        return known.name

    def _workspace(self) -> str:
        """Slack's id of our own workspace: as the secret says it, else as Slack does."""
        if not self._team:
            self._team = self._secret.credentials(False).team or str(self._web.call("auth.test").get("team_id"))
        return self._team
