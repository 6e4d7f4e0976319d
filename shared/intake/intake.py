"""A webhook's delivery from the request to the answer: proven, translated, published."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from events.challengers import Challengers
from shared.aws.bus import Announcement
from shared.aws.entries import LARGEST_CALL
from shared.flywheel.settings.values import HookSettings, Settings
from shared.intake import replies
from shared.intake.hooks import Sorted, hook_of, sort
from shared.intake.publishing import NotKeptError, WaysOut
from shared.intake.replies import Reply
from shared.intake.request import Request, RequestError, request_of
from shared.intake.secrets import HookSecrets
from shared.sources.catalogue import SOURCES, event_source, translate
from shared.sources.errors import UnreadableDeliveryError, UnverifiedDeliveryError
from shared.sources.translation import Canonical, Translation
from shared.sources.uncounted import Ignored, Refused, packed

_NOBODYS = ("a secret that nobody has",)
_LONGEST_ID = 128


class Intake:
    """Handles one request at a time. It logs names, ids and counts; never a body, a signature or an address."""

    def __init__(
        self, settings: Settings, secrets: HookSecrets, ways_out: WaysOut, log: Logger, challengers: Challengers
    ) -> None:
        self._settings, self._secrets, self._out, self._log = settings, secrets, ways_out, log
        self._challengers = challengers

    def take(self, payload: Mapping[str, Any]) -> Reply:
        """Answer a request of an HTTP API."""
        try:
            request = request_of(payload)
        except RequestError as error:
            self._log.info("refused", status=error.status)
            return replies.refused(error.status, error.why)
        try:
            hook = self._proven(request)
            return replies.UNPROVEN if hook is None else self._understood(request, hook)
        except (NotKeptError, ClientError, BotoCoreError) as error:
            self._log.error("could not be kept", hook=request.hook, error=type(error.__cause__ or error).__name__)
            return replies.NOT_KEPT

    # -- who sends

    def _proven(self, request: Request) -> HookSettings | None:
        """The hook whose sender proved to be it; with secrets read again once where those known do not fit."""
        hook = hook_of(request.hook, self._settings)
        if hook is None:
            self._fits(request, "github", _NOBODYS)
            self._log.info("unproven", reason="no such hook")
            return None
        for fresh in (False, True):
            reason = self._fits(request, hook.source, self._secrets.of(request.hook, fresh=fresh))
            if reason is None:
                return hook
        self._log.info("unproven", hook=request.hook, reason=reason)
        return None

    def _fits(self, request: Request, source: str, secrets: Any) -> str | None:
        """None for a proven sender, else why not."""
        try:
            SOURCES[source].verifier.verify(request.delivery, secrets, request.now)
        except UnverifiedDeliveryError as error:
            return error.reason
        return None

    # -- what it means

    def _understood(self, request: Request, hook: HookSettings) -> Reply:
        try:
            translation = self._translated(request, hook)
            sorted_events = sort(translation.events, hook, self._settings)
            events = [self._announced(event, request, hook) for event in sorted_events.yours]
        except UnreadableDeliveryError as error:
            self._out.note(self._refused(request, hook, "", error))
            self._tell("unreadable", request, hook, field=error.field)
            return replies.unreadable(error)
        if not translation.events:
            return self._counted_for_nothing(request, hook, translation)
        by_queue = self._out.publish(events) if events else 0
        if by_queue:
            self._log.warning("the bus did not take all", hook=request.hook, by_queue=by_queue)
        if sorted_events.not_yours:
            kinds = ", ".join(dict.fromkeys(event.detail_type for event, _ in sorted_events.not_yours))
            self._out.note(self._refused(request, hook, kinds, _not_yours(hook, sorted_events)))
        self._tell("taken", request, hook, kind=translation.kind, **_counts(sorted_events))
        return replies.taken(sorted_events, self._settings)

    def _translated(self, request: Request, hook: HookSettings) -> Translation:
        """A translator that fails in a way it promised not to must not cost the delivery: it is kept like any other."""
        try:
            return translate(SOURCES[hook.source], request.delivery, self._settings.options(hook))
        except UnreadableDeliveryError:
            raise
        except Exception as error:
            self._log.error("a translator failed", hook=request.hook, source=hook.source, error=type(error).__name__)
            raise UnreadableDeliveryError("body", request.delivery.body, "what this release can read") from error

    def _announced(self, event: Canonical, request: Request, hook: HookSettings) -> Announcement:
        source = event_source(hook.source, request.hook)
        made = Announcement(detail_type=event.detail_type, detail=self._with_pseudonym(event.detail), source=source)
        if made.size > LARGEST_CALL:
            raise UnreadableDeliveryError(event.detail_type, made.json, f"an event of at most {LARGEST_CALL} bytes")
        return made

    def _with_pseudonym(self, detail: dict[str, Any]) -> dict[str, Any]:
        """The detail without who challenged: the bus keeps an archive of what goes over it."""
        challenger = detail.get("challenger")
        if not isinstance(challenger, str):
            return detail
        return {**detail, "challenger": self._challengers.marked(challenger)}

    def _counted_for_nothing(self, request: Request, hook: HookSettings, translation: Translation) -> Reply:
        why = translation.ignored or "nothing in it is counted"
        note = Ignored(source=event_source(hook.source, request.hook), kind=translation.kind, reason=why)
        try:
            self._out.note(note)
        except NotKeptError:
            self._log.error("could not be tallied", hook=request.hook)
        self._tell("ignored", request, hook, kind=translation.kind)
        return replies.nothing(why)

    def _refused(self, request: Request, hook: HookSettings, kind: str, error: UnreadableDeliveryError) -> Refused:
        return Refused(
            source=event_source(hook.source, request.hook),
            kind=kind,
            field=error.field,
            value=error.value,
            expected=error.expected,
            delivery=_delivery_id(request, hook),
            packed=packed(request.delivery.body),
            size=len(request.delivery.body),
        )

    def _tell(self, outcome: str, request: Request, hook: HookSettings, **fields: Any) -> None:
        fields_of_log: dict[str, Any] = {
            "hook": request.hook,
            "source": hook.source,
            "delivery": _delivery_id(request, hook),
        }
        self._log.info(outcome, **fields_of_log, **fields)


def _not_yours(hook: HookSettings, sorted_events: Sorted) -> UnreadableDeliveryError:
    named = ", ".join(sorted({flywheel or "none" for _, flywheel in sorted_events.not_yours}))
    theirs = ", ".join(hook.flywheels)
    return UnreadableDeliveryError("flywheel", named, f"not_yours: this hook may speak of {theirs}")


def _delivery_id(request: Request, hook: HookSettings) -> str | None:
    """The vendor's name of the delivery, for tracing."""
    header = SOURCES[hook.source].delivery_id
    name = request.delivery.header(header) if header else None
    return name[:_LONGEST_ID] if name else None


def _counts(sorted_events: Sorted) -> dict[str, int]:
    return {"accepted": len(sorted_events.yours), "not_yours": len(sorted_events.not_yours)}
