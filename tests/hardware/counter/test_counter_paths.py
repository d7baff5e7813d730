"""Every path of the counter link over a real connection: what is asked of the device, what is answered."""

from __future__ import annotations

import httpx
import pytest

from device.counter import (
    CounterAction,
    CounterVerb,
    DeviceQuery,
    DeviceStatus,
    InvitationCancel,
    InvitationQuery,
    InvitationRequest,
    InvitationState,
    InvitationStatus,
    OpenInvitationsQuery,
    Refusal,
    Refused,
)

HANDLING = {"project_no": "510100-20261122-000017", "service_no": 1}
INVITATION = {"handling": HANDLING, "clerk": "C0231", "ttl_s": 90, "language": None, "idempotency_key": "k1"}

EVERY_PATH = [
    ("POST", "/v1/invitations"),
    ("GET", "/v1/invitations/a1"),
    ("DELETE", "/v1/invitations/a1"),
    ("GET", "/v1/events"),
    ("POST", "/v1/counter"),
    ("GET", "/v1/device"),
]


def assert_error(response: httpx.Response, status: int, error: str) -> dict[str, object]:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    body: dict[str, object] = response.json()
    assert list(body) == ["error", "field", "fault", "message"]
    assert body["error"] == error
    assert body["message"]
    return body


def test_an_invitation_is_asked_of_the_device_and_its_answer_told(counter, loop):
    response = counter.post("/v1/invitations", json=INVITATION)
    assert response.status_code == 201
    assert response.text == '{"id":"a1","state":"waiting","expires_at":"2026-11-22T10:17:02.113+08:00"}'
    (asked,) = loop.asked
    assert isinstance(asked, InvitationRequest)
    assert asked.handling.project_no == HANDLING["project_no"]
    assert (asked.clerk, asked.ttl_s, asked.idempotency_key, asked.via) == ("C0231", 90, "k1", "http")


def test_an_invitation_needs_nothing_but_the_two_numbers_of_the_handling(counter, loop):
    assert counter.post("/v1/invitations", json={"handling": HANDLING}).status_code == 201
    (asked,) = loop.asked
    assert (asked.handling.assessment, asked.clerk, asked.ttl_s, asked.language) == (1, None, 60, None)


@pytest.mark.parametrize("state", InvitationState)
def test_a_state_is_told_by_its_word_alone(counter, loop, state):
    loop.answers[InvitationQuery] = InvitationStatus("a1", state)
    response = counter.get("/v1/invitations/a1")
    assert (response.status_code, response.text) == (200, f'{{"id":"a1","state":"{state}"}}')
    assert loop.asked == [InvitationQuery("a1")]


def test_cancelling_answers_without_content_every_time(counter, loop):
    for _ in range(3):
        response = counter.delete("/v1/invitations/a1")
        assert (response.status_code, response.content) == (204, b"")
    assert loop.asked == [InvitationCancel("a1")] * 3


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_unknown_invitation_is_not_found(counter, loop, method):
    refused = Refused(Refusal.NOT_FOUND, "There is no such invitation.")
    loop.answers[InvitationQuery] = loop.answers[InvitationCancel] = refused
    body = assert_error(counter.request(method, "/v1/invitations/zz"), 404, "not_found")
    assert body["message"] == "There is no such invitation."


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Refusal.BUSY, 409),
        (Refusal.RATED, 409),
        (Refusal.SPENT, 409),
        (Refusal.CONFLICT, 409),
        (Refusal.INVALID, 422),
        (Refusal.NOT_FOUND, 404),
        (Refusal.UNAUTHORIZED, 401),
        (Refusal.CANNOT_RECORD, 503),
    ],
)
def test_every_refusal_of_the_device_has_its_status(counter, loop, refusal, status):
    loop.answers[InvitationRequest] = Refused(refusal, "Why.")
    response = counter.post("/v1/invitations", json=INVITATION)
    assert_error(response, status, refusal)
    assert response.text == f'{{"error":"{refusal}","field":null,"fault":null,"message":"Why."}}'


def test_a_device_that_cannot_record_names_its_fault(counter, loop):
    loop.answers[InvitationRequest] = Refused(Refusal.CANNOT_RECORD, "The disk is full.", fault="disk_full")
    body = assert_error(counter.post("/v1/invitations", json=INVITATION), 503, "cannot_record")
    assert (body["field"], body["fault"]) == (None, "disk_full")


@pytest.mark.parametrize("verb", CounterVerb)
def test_an_action_is_done_and_says_nothing(counter, loop, verb):
    response = counter.post("/v1/counter", json={"action": verb, "clerk": "C0231"})
    assert (response.status_code, response.content) == (204, b"")
    assert loop.asked == [CounterAction(verb, "C0231")]


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (DeviceStatus(ready=True, fault=None), '{"ready":true,"fault":null}'),
        (DeviceStatus(ready=False, fault="disk_full"), '{"ready":false,"fault":"disk_full"}'),
    ],
)
def test_the_device_tells_whether_it_can_record(counter, loop, status, text):
    loop.answers[DeviceQuery] = status
    response = counter.get("/v1/device")
    assert (response.status_code, response.text) == (200, text)


@pytest.mark.parametrize(("method", "path"), [*EVERY_PATH, ("GET", "/"), ("GET", "/v2"), ("OPTIONS", "/v1")])
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer  x",
        "Bearer wrong",
        "Bearer test-token.012345678",
        "Bearer test-token.01234567890",
        "Basic test-token.0123456789",
        "test-token.0123456789",
        "Bearer test-token.0123456789 x",
        "Bearer tést",
    ],
)
def test_without_the_token_every_path_is_unauthorized(stranger, loop, method, path, authorization):
    headers = {} if authorization is None else {b"Authorization": authorization.encode()}
    response = stranger.request(method, path, headers=headers, content=b"{")
    assert_error(response, 401, "unauthorized")
    assert response.headers["www-authenticate"] == "Bearer"
    assert loop.asked == []


def test_two_tokens_are_none(stranger, loop):
    headers = [("Authorization", "Bearer test-token.0123456789"), ("Authorization", "Bearer other")]
    assert_error(stranger.get("/v1/device", headers=headers), 401, "unauthorized")


def test_the_scheme_may_be_written_in_any_case(stranger):
    headers = {"Authorization": "bearer test-token.0123456789"}
    assert stranger.get("/v1/device", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/invitations/", "/v1/invitations/a/b", "/v1/device/", "/v2/device", "/%00", "//"]
)
def test_an_unknown_path_is_not_found_and_never_redirected(counter, loop, path):
    assert_error(counter.get(path), 404, "not_found")
    assert loop.asked == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/invitations"),
        ("PUT", "/v1/invitations/a1"),
        ("POST", "/v1/events"),
        ("GET", "/v1/counter"),
        ("DELETE", "/v1/device"),
        ("OPTIONS", "/v1/device"),
        ("FROB", "/v1/device"),
    ],
)
def test_a_method_that_a_path_has_not_is_refused_in_the_same_form(counter, loop, method, path):
    response = counter.request(method, path)
    assert_error(response, 405, "not_found")
    assert response.headers["allow"]
    assert loop.asked == []


def test_a_head_request_ends_at_its_head_on_the_event_stream_too(counter):
    for path in ["/v1/events", "/v1/device", "/v1/invitations/a1"]:
        response = counter.head(path)
        assert (response.status_code, response.content) == (200, b"")


def test_an_upgrade_to_another_protocol_is_not_taken(counter):
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    assert counter.get("/v1/device", headers=headers).status_code == 200


def test_answers_are_not_to_be_stored_and_name_neither_server_nor_time(counter):
    for response in [counter.get("/v1/device"), counter.get("/nowhere"), counter.post("/v1/counter")]:
        assert response.headers["cache-control"] == "no-store"
        assert not {"server", "date"} & set(response.headers)


def test_an_answer_that_belongs_elsewhere_is_our_failure_told_in_the_usual_form(counter, loop, caplog):
    loop.answers[DeviceQuery] = loop.answers[OpenInvitationsQuery]
    body = assert_error(counter.get("/v1/device"), 503, "cannot_record")
    assert body["fault"] == "internal"
    (record,) = [
        r for r in caplog.records if r.name.startswith("hardware.counter") and r.levelname == "ERROR"
    ]
    assert record.getMessage().startswith("counter link failed error=TypeError where=response_to:")


def test_nothing_that_was_asked_is_logged(counter, loop, caplog):
    caplog.set_level("DEBUG")
    counter.post("/v1/invitations", json=INVITATION)
    counter.post("/v1/invitations", json={"handling": {**HANDLING, "service_no": "x"}})
    counter.get("/v1/invitations/a1")
    own = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith(("hardware", "uvicorn")))
    assert HANDLING["project_no"] not in own
    assert "C0231" not in own
    assert "a1" not in own
