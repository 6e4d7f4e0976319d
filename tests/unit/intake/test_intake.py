"""A delivery from the request to the answer."""

import json
from typing import Any

import pytest

from shared.intake.secrets import KEPT_SECONDS, REREAD_SECONDS
from shared.sources.uncounted import Ignored, Refused, note_of
from shared.sources.verifiers import signature
from tests.fakes.errors import refusal
from tests.unit.intake.conftest import Desk, desk_of
from tests.unit.intake.requests import NOW, deployed, github, request, standard

OWNED = '[flywheels.checkout]\nservices = ["checkout"]\n'
UNPROVEN = (401, {"error": "unauthorized"})


def idea(id: str = "i-1", **detail: Any) -> dict[str, Any]:
    return {
        "detail-type": "Idea Proposed",
        "detail": {"id": id, "time": "2026-03-12T14:00:00Z", "idea": "X-1", **detail},
    }


# -- what a proven sender is told


def test_the_reply_says_what_was_understood_and_whose_it_is() -> None:
    desk = desk_of(f"{OWNED}[hooks.github]")
    assert desk.post(github("deployment_status", deployed())) == (
        202,
        {"accepted": 1, "events": ["Deployment Finished"], "flywheel": "checkout"},
    )
    (published,) = desk.bus.taken
    assert (published.source, published.detail_type) == ("github/github", "Deployment Finished")
    assert desk.inbox.sent == []


def test_a_hook_named_as_a_source_needs_no_settings(desk: Desk) -> None:
    status, said = desk.post(github("deployment_status", deployed()))
    assert (status, said["accepted"], said["unmapped"]) == (202, 1, ["checkout"])
    assert "flywheel" not in said
    assert "count once one does" in said["why"]


def test_what_counts_for_nothing_is_told_why_and_tallied(desk: Desk) -> None:
    status, said = desk.post(github("star", {}))
    assert (status, said["accepted"], said["events"]) == (200, 0, [])
    assert "`star`" in said["why"]
    (sent,) = desk.inbox.sent
    note = note_of(json.loads(sent))
    assert isinstance(note, Ignored)
    assert (note.source, note.kind, note.reason) == ("github/github", "star", said["why"])


def test_a_tally_that_cannot_be_kept_changes_no_answer(desk: Desk) -> None:
    desk.inbox.fault = "ServiceUnavailable"
    assert desk.post(github("star", {}))[0] == 200


def test_a_body_that_cannot_be_understood_is_kept_with_the_reason(desk: Desk) -> None:
    status, said = desk.post(github("deployment_status", {"deployment": "née"}))
    assert (status, said["accepted"], said["field"]) == (422, 0, "deployment_status")
    (sent,) = desk.inbox.sent
    note = note_of(json.loads(sent))
    assert isinstance(note, Refused)
    assert json.loads(note.body) == {"deployment": "née"}
    assert (note.source, note.field, note.expected) == ("github/github", said["field"], said["expected"])
    assert note.delivery == "72d3162e-cc78-11e3-81ab-4c9367dc0958"


def test_pagerdutys_own_name_of_a_refused_delivery_is_kept(desk: Desk) -> None:
    desk.secrets("pagerduty", "s3cret")
    headers = {"X-PagerDuty-Signature": f"v1={signature(b's3cret', b'{}', 'hex')}", "X-Webhook-Id": "c1a4-7"}
    assert desk.post(request("pagerduty", b"{}", headers))[0] == 422
    note = note_of(json.loads(desk.inbox.sent[0]))
    assert isinstance(note, Refused)
    assert note.delivery == "c1a4-7"


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b"[" * 5000, b'{"a": NaN}', b'{"a": 1, "a": 2}', b'{"a": "\\ud800"}']
)
def test_a_body_that_is_no_strict_json_is_refused_and_kept(desk: Desk, body: bytes) -> None:
    status, said = desk.post(github("push", body, is_base64=True))
    assert (status, said["accepted"]) == (422, 0)
    assert len(desk.inbox.sent) == 1


def test_a_translator_that_fails_as_it_should_not_costs_no_delivery(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(*_: Any) -> None:
        raise KeyError("secret person")

    monkeypatch.setattr("shared.intake.intake.translate", failing)
    status, said = desk.post(github("push", {"pusher": "ada"}))
    assert (status, said["field"]) == (422, "body")
    assert len(desk.inbox.sent) == 1
    assert "secret person" not in capsys.readouterr().out


def test_an_event_too_large_for_the_bus_is_refused_and_kept() -> None:
    desk = desk_of('[hooks.any]\nsource = "standard-webhooks"')
    desk.secrets("any", "c2VjcmV0")
    commits = [{"sha": f"{at:040d}", "time": "2026-03-12T14:00:00Z", "ideas": ["X" * 200]} for at in range(1000)]
    detail = {
        "deployment": "d",
        "service": "s",
        "environment": "production",
        "outcome": "succeeded",
        "commits": commits,
    }
    body = [
        idea(),
        {"detail-type": "Deployment Finished", "detail": {"id": "d", "time": "2026-03-12T14:00:00Z", **detail}},
    ]
    status, said = desk.post(standard(body, hook="any"))
    assert (status, said["accepted"], said["expected"]) == (422, 0, "an event of at most 262144 bytes")
    assert desk.bus.taken == []
    assert len(desk.inbox.sent) == 1


# -- who may say what


def test_a_hook_may_not_speak_of_other_flywheels() -> None:
    desk = desk_of(f'{OWNED}[flywheels.search]\n[hooks.contractor]\nsource = "github"\nflywheels = ["search"]')
    status, said = desk.post(github("deployment_status", deployed(), hook="contractor"))
    assert (status, said["accepted"], said["not_yours"]) == (403, 0, ["checkout"])
    assert desk.bus.taken == []
    note = note_of(json.loads(desk.inbox.sent[0]))
    assert isinstance(note, Refused)
    assert note.expected.startswith("not_yours")
    assert (note.source, note.kind, note.value) == ("github/contractor", "Deployment Finished", '"checkout"')


def test_of_a_mixed_delivery_what_is_the_senders_own_counts() -> None:
    desk = desk_of('[flywheels.a]\n[flywheels.b]\n[hooks.any]\nsource = "standard-webhooks"\nflywheels = ["a"]')
    desk.secrets("any", "c2VjcmV0")
    status, said = desk.post(standard([idea("1", flywheel="a"), idea("2", flywheel="b")], hook="any"))
    assert (status, said["accepted"], said["flywheel"], said["not_yours"]) == (202, 1, "a", ["b"])
    assert [event.detail["id"] for event in desk.bus.taken] == ["1"]


def test_a_hook_of_one_flywheel_lends_it_to_what_tells_none() -> None:
    desk = desk_of('[flywheels.a]\n[hooks.any]\nsource = "standard-webhooks"\nflywheels = ["a"]')
    desk.secrets("any", "c2VjcmV0")
    assert desk.post(standard(idea(), hook="any"))[1]["flywheel"] == "a"
    assert desk.bus.taken[0].detail["flywheel"] == "a"


def test_a_hook_of_several_flywheels_takes_nothing_that_tells_none() -> None:
    desk = desk_of('[flywheels.a]\n[flywheels.b]\n[hooks.any]\nsource = "standard-webhooks"\nflywheels = ["a", "b"]')
    desk.secrets("any", "c2VjcmV0")
    status, said = desk.post(standard(idea(), hook="any"))
    assert (status, said["not_yours"]) == (403, ["(no flywheel told)"])


def test_a_hook_of_several_flywheels_may_take_back_what_it_sent() -> None:
    """Only its own events bear its source, so a retraction can reach nobody else's."""
    desk = desk_of('[flywheels.a]\n[flywheels.b]\n[hooks.any]\nsource = "standard-webhooks"\nflywheels = ["a", "b"]')
    desk.secrets("any", "c2VjcmV0")
    retraction = {
        "detail-type": "Event Retracted",
        "detail": {"id": "r", "time": "2026-03-12T14:58:00Z", "retracts": "1"},
    }
    assert desk.post(standard(retraction, hook="any"))[1]["accepted"] == 1


def test_a_hook_of_a_parent_may_speak_of_its_children() -> None:
    desk = desk_of(
        '[flywheels.shop]\n[flywheels.checkout]\nparent = "shop"\nservices = ["checkout"]\n'
        '[hooks.github]\nflywheels = ["shop"]'
    )
    assert desk.post(github("deployment_status", deployed()))[1]["flywheel"] == "checkout"


def test_the_secret_of_one_hook_opens_no_other() -> None:
    desk = desk_of(f'{OWNED}[hooks.github]\n[hooks.other]\nsource = "github"')
    desk.secrets("other", "another")
    assert desk.post(github("deployment_status", deployed(), secret="another")) == UNPROVEN
    assert desk.post(github("deployment_status", deployed(), hook="other", secret="another"))[0] == 202


# -- what anybody else is told


@pytest.mark.parametrize(
    "payload",
    [
        github("push", {}, secret="wrong"),
        github("push", {}, hook="nobody"),
        github("push", {}, hook="pagerduty"),
        github("push", {}, X_Hub_Signature_256=""),
        github("push", {}, X_Hub_Signature_256="sha256=é"),
        github("push", {}, X_Hub_Signature_256="sha1=" + "0" * 40),
        request("github", "{}", {}),
        request("github", b"\xff", {}, is_base64=True),
        request("../secret", "{}", {}),
        request("", "", {}),
        {},
        {"headers": None, "pathParameters": 3, "requestContext": [], "body": 7},
    ],
)
def test_whoever_is_not_proven_gets_one_and_the_same_answer(desk: Desk, payload: dict[str, Any]) -> None:
    assert desk.post(payload) == UNPROVEN
    assert (desk.bus.taken, desk.inbox.sent) == ([], [])


def test_a_hook_without_a_secret_lets_nobody_in() -> None:
    assert Desk().post(github("push", {}, secret="")) == UNPROVEN


def test_a_header_that_came_twice_proves_nothing(desk: Desk) -> None:
    payload = github("deployment_status", deployed())
    signed = payload["headers"]["x-hub-signature-256"]
    payload["headers"]["x-hub-signature-256"] = f"{signed},{signed}"
    assert desk.post(payload) == UNPROVEN
    payload["headers"]["X-Hub-Signature-256"] = signed
    assert desk.post(payload) == UNPROVEN


def test_names_of_headers_count_in_any_case(desk: Desk) -> None:
    payload = github("deployment_status", deployed())
    payload["headers"] = {name.title(): value for name, value in payload["headers"].items()}
    assert desk.post(payload)[0] == 202


def test_a_body_in_base64_is_proven_by_its_bytes(desk: Desk) -> None:
    assert desk.post(github("deployment_status", deployed("example/café"), is_base64=True))[0] == 202
    broken = github("deployment_status", deployed(), is_base64=True)
    broken["body"] = "not base64!"
    assert desk.post(broken)[0] == 400


def test_neither_body_nor_signature_is_logged(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    payload = github("deployment_status", {**deployed(), "sender": {"login": "ada-lovelace"}})
    desk.post(payload)
    desk.post(github("push", {"pusher": {"name": "ada-lovelace"}}, secret="wrong"))
    desk.post(github("deployment_status", {"deployment_status": "ada-lovelace"}))
    told = capsys.readouterr().out
    assert "ada-lovelace" not in told
    assert payload["headers"]["x-hub-signature-256"].partition("=")[2] not in told
    assert all(json.loads(line) for line in told.splitlines())


# -- rotation


def test_old_and_new_secret_both_count_while_one_is_rotated(desk: Desk) -> None:
    desk.secrets("github", "new", "s3cret")
    for secret in ("new", "s3cret"):
        assert desk.post(github("deployment_status", deployed(), secret=secret))[0] == 202


def test_a_new_secret_counts_at_once_and_an_old_one_at_most_five_minutes(desk: Desk) -> None:
    assert desk.post(github("deployment_status", deployed()))[0] == 202
    desk.secrets("github", "new")
    desk.seconds = REREAD_SECONDS
    assert desk.post(github("deployment_status", deployed(), secret="new"))[0] == 202
    assert desk.post(github("deployment_status", deployed())) == UNPROVEN

    desk.secrets("github", "newest")
    desk.seconds += KEPT_SECONDS - 1
    assert desk.post(github("deployment_status", deployed(), secret="new"))[0] == 202
    desk.seconds += 1
    assert desk.post(github("deployment_status", deployed(), secret="new")) == UNPROVEN


def test_wrong_signatures_do_not_make_it_ask_for_secrets_more_often(desk: Desk) -> None:
    for _ in range(100):
        desk.post(github("push", {}, secret="wrong"))
    assert desk.ssm.reads == 1
    desk.seconds = REREAD_SECONDS
    for _ in range(100):
        desk.post(github("push", {}, secret="wrong"))
    assert desk.ssm.reads == 2


def test_unknown_names_ask_for_no_secret_at_all(desk: Desk) -> None:
    for name in ("nobody", "", "github/../other", "é"):
        desk.post(github("push", {}, hook=name))
    assert desk.ssm.reads == 0


@pytest.mark.parametrize("value", ["plain", '["plain"]', ' ["plain", "other"] '])
def test_a_secret_may_be_put_in_by_hand(value: str) -> None:
    desk = Desk()
    desk.ssm.values["/flywheel-dev/hooks/github"] = value
    assert desk.post(github("deployment_status", deployed(), secret="plain"))[0] == 202


@pytest.mark.parametrize("value", ["", "[", "[1]", '[""]', "[null]", '["a", "b", "plain"]'])
def test_a_malformed_parameter_lets_nobody_in(value: str) -> None:
    desk = Desk()
    desk.ssm.values["/flywheel-dev/hooks/github"] = value
    assert desk.post(github("deployment_status", deployed(), secret="plain")) == UNPROVEN


# -- when AWS is in trouble


def test_what_the_bus_refuses_goes_by_the_queue(desk: Desk) -> None:
    desk.bus.refuses = [0]
    assert desk.post(github("deployment_status", deployed()))[0] == 202
    (sent,) = map(json.loads, desk.inbox.sent)
    assert (sent["source"], sent["detail-type"]) == ("github/github", "Deployment Finished")


def test_a_bus_that_does_not_answer_loses_nothing(desk: Desk) -> None:
    desk.bus.fault = refusal("InternalException")
    assert desk.post(github("deployment_status", deployed()))[0] == 202
    assert len(desk.inbox.sent) == 1


@pytest.mark.parametrize("body", [deployed(), {"deployment_status": 1}])
def test_a_sender_is_asked_to_try_again_only_where_nothing_takes_it(desk: Desk, body: dict[str, Any]) -> None:
    desk.bus.fault, desk.inbox.fault = refusal("ServiceUnavailable"), "ServiceUnavailable"
    status, said = desk.post(github("deployment_status", body))
    assert (status, said["accepted"]) == (503, 0)


def test_secrets_that_cannot_be_read_are_nobodys_fault(desk: Desk) -> None:
    desk.ssm.fault = "ThrottlingException"
    assert desk.post(github("push", {}))[0] == 503


def test_a_delivery_again_is_the_same_events(desk: Desk) -> None:
    for _ in range(2):
        desk.post(github("deployment_status", deployed()))
    first, second = desk.bus.taken
    assert (first.source, first.detail) == (second.source, second.detail)


def test_an_old_timestamp_proves_nothing() -> None:
    desk = Desk()
    desk.secrets("standard-webhooks", "c2VjcmV0")
    for age, status in ((-301, 401), (-300, 202), (300, 202), (301, 401)):
        assert desk.post(standard(idea(), hook="standard-webhooks", at=NOW + age))[0] == status


def test_settings_decide_what_a_delivery_means() -> None:
    desk = desk_of(
        """
        [environments]
        patterns = { "production" = "staging" }
        [sources]
        services = { "example/checkout" = "till" }
        [hooks.github]
        """
    )
    desk.post(github("deployment_status", deployed()))
    (published,) = desk.bus.taken
    assert (published.detail["environment"], published.detail["service"]) == ("staging", "till")
