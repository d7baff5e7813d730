"""Bodies that are not what they should be: each is refused with the field that is wrong."""

from __future__ import annotations

import json
import socket

import pytest
from starlette.requests import Request

from device.errors import InvalidField
from hardware.counter.body import MAX_BYTES, MAX_WAIT_S, decode_json, read_json

HANDLING = {"project_no": "510100-20261122-000017", "service_no": 1}
GOOD = json.dumps({"handling": HANDLING}).encode()

BAD_JSON = {
    "nothing": b"",
    "blank": b" \n",
    "half": GOOD[:-1],
    "two texts": GOOD + GOOD,
    "trailing comma": b'{"handling": 1,}',
    "single quotes": b"{'handling': 1}",
    "comment": b"{} // yes",
    "Latin-1": '{"clerk": "é"}'.encode("latin-1"),
    "GBK": '{"clerk": "李"}'.encode("gbk"),
    "UTF-16": '{"clerk": "李"}'.encode("utf-16"),
    "UTF-16 without a mark": b"\0{\0}",
    "UTF-32": '{"clerk": "李"}'.encode("utf-32"),
    "byte order mark": b"\xef\xbb\xbf{}",
    "encoded surrogate": b'{"clerk": "\xed\xa0\x80"}',
    "NaN": b'{"ttl_s": NaN}',
    "Infinity": b'{"ttl_s": Infinity}',
    "minus Infinity": b'{"ttl_s": -Infinity}',
    "a key twice": b'{"clerk": "a", "clerk": "b"}',
    "a key twice, deep": b'{"handling": {"project_no": "1", "project_no": "2"}}',
    "a key twice, escaped": b'{"clerk": "a", "cl\\u0065rk": "b"}',
    "a key twice that no message can hold": b'{"\\ud800": 1, "\\ud800": 2}',
    "lists in lists": b"[" * 15_000,
    "objects in objects": b'{"a":' * 3_000,
    "whole and deep": b"[" * 8_000 + b"]" * 8_000,
    "too many digits": b'{"ttl_s": ' + b"9" * 10_000 + b"}",
    "control character": b'{"clerk": "a\nb"}',
    "no object": b"[]",
    "a word": b'"handling"',
    "null": b"null",
    "a number": b"17",
    "too large": GOOD + b" " * MAX_BYTES,
}


@pytest.mark.parametrize("path", ["/v1/invitations", "/v1/counter"])
@pytest.mark.parametrize("raw", BAD_JSON.values(), ids=BAD_JSON.keys())
def test_a_body_that_is_no_clean_json_object_is_named_as_wrong(counter, loop, path, raw):
    response = counter.post(path, content=raw)
    assert response.status_code == 422
    body = response.json()
    assert list(body) == ["error", "field", "fault", "message"]
    assert (body["error"], body["field"], body["fault"]) == ("invalid", "body", None)
    assert body["message"].startswith("body: ")
    assert loop.asked == []


LONE = "\ud800"

BAD_FIELDS = [
    ("handling", {}),
    ("handling", {"handling": None}),
    ("handling", {"handling": "510100"}),
    ("handling", {"handling": []}),
    ("handling.project_no", {"handling": {"service_no": 1}}),
    ("handling.project_no", {"handling": {**HANDLING, "project_no": None}}),
    ("handling.project_no", {"handling": {**HANDLING, "project_no": ""}}),
    ("handling.project_no", {"handling": {**HANDLING, "project_no": "9" * 51}}),
    ("handling.project_no", {"handling": {**HANDLING, "project_no": 510100}}),
    ("handling.project_no", {"handling": {**HANDLING, "project_no": LONE}}),
    ("handling.project_no", {"handling": {**HANDLING, "project_no": "51\0"}}),
    ("handling.project_no", {"handling": {**HANDLING, "project_no": " 51"}}),
    ("handling.service_no", {"handling": {"project_no": "51"}}),
    ("handling.service_no", {"handling": {**HANDLING, "service_no": 0}}),
    ("handling.service_no", {"handling": {**HANDLING, "service_no": -1}}),
    ("handling.service_no", {"handling": {**HANDLING, "service_no": True}}),
    ("handling.service_no", {"handling": {**HANDLING, "service_no": 1.0}}),
    ("handling.service_no", {"handling": {**HANDLING, "service_no": "1"}}),
    ("handling.service_no", {"handling": {**HANDLING, "service_no": 2**53}}),
    ("handling.service_no", {"handling": {**HANDLING, "service_no": 10**4000}}),
    ("handling.assessment", {"handling": {**HANDLING, "assessment": 3}}),
    ("handling.task_name", {"handling": {**HANDLING, "task_name": "事" * 201}}),
    ("handling.task_name", {"handling": {**HANDLING, "task_name": ["x"]}}),
    ("handling.task_name", {"handling": {**HANDLING, "task_name": LONE}}),
    ("handling.task_type", {"handling": {**HANDLING, "task_type": "001"}}),
    ("handling.status", {"handling": {**HANDLING, "status": 100}}),
    ("clerk", {"handling": HANDLING, "clerk": ""}),
    ("clerk", {"handling": HANDLING, "clerk": "C" * 65}),
    ("clerk", {"handling": HANDLING, "clerk": {"id": 1}}),
    ("clerk", {"handling": HANDLING, "clerk": "C\udfff"}),
    ("ttl_s", {"handling": HANDLING, "ttl_s": 0}),
    ("ttl_s", {"handling": HANDLING, "ttl_s": 60.5}),
    ("ttl_s", {"handling": HANDLING, "ttl_s": "60"}),
    ("ttl_s", {"handling": HANDLING, "ttl_s": 10**6}),
    ("language", {"handling": HANDLING, "language": "x" * 36}),
    ("idempotency_key", {"handling": HANDLING, "idempotency_key": "k" * 256}),
    ("idempotency_key", {"handling": HANDLING, "idempotency_key": LONE}),
]


@pytest.mark.parametrize(("field", "fields"), BAD_FIELDS)
def test_a_wrong_field_of_an_invitation_is_named(counter, loop, field, fields):
    response = counter.post("/v1/invitations", content=json.dumps(fields).encode())
    assert response.status_code == 422
    body = response.json()
    assert (body["error"], body["field"], body["fault"]) == ("invalid", field, None)
    assert loop.asked == []


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("action", {}),
        ("action", {"action": None}),
        ("action", {"action": "rate"}),
        ("action", {"action": ["login"]}),
        ("action", {"action": LONE}),
        ("clerk", {"action": "login"}),
        ("clerk", {"action": "login", "clerk": ""}),
        ("clerk", {"action": "logout", "clerk": 7}),
    ],
)
def test_a_wrong_field_of_an_action_is_named(counter, loop, field, fields):
    response = counter.post("/v1/counter", content=json.dumps(fields).encode())
    assert response.status_code == 422
    assert response.json()["field"] == field
    assert loop.asked == []


def test_unknown_fields_are_left_out_whatever_they_hold(counter, loop):
    fields = {"handling": {**HANDLING, "room": LONE}, "more": [1e400, {"\udfff": 10**4000}], "level": 5}
    raw = json.dumps(fields).replace("Infinity", "1e400").encode()
    assert counter.post("/v1/invitations", content=raw).status_code == 201


def test_the_largest_body_is_taken_one_byte_more_is_not(counter):
    room = MAX_BYTES - len(GOOD)
    assert counter.post("/v1/invitations", content=GOOD + b" " * room).status_code == 201
    assert counter.post("/v1/invitations", content=GOOD + b" " * (room + 1)).status_code == 422


def test_a_body_of_unknown_length_is_bounded_as_well(counter):
    assert counter.post("/v1/invitations", content=iter([GOOD[:9], GOOD[9:]])).status_code == 201
    response = counter.post("/v1/invitations", content=(b" " * 1024 for _ in range(64)))
    assert (response.status_code, response.json()["field"]) == (422, "body")


def test_the_type_that_a_client_declares_does_not_matter(counter):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}  # curl -d without more
    assert counter.post("/v1/invitations", content=GOOD, headers=headers).status_code == 201


def test_a_connection_cut_within_a_body_harms_nobody(counter, link, loop, caplog):
    host, port = link.url.removeprefix("http://").split(":")
    head = b"POST /v1/invitations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test-token.0123456789\r\n"
    with socket.create_connection((host, int(port))) as half:
        half.sendall(head + b"Content-Length: 100\r\n\r\n{")
    assert counter.get("/v1/device").status_code == 200
    assert len(loop.asked) == 1
    assert not [r for r in caplog.records if r.levelname in {"ERROR", "CRITICAL"}]


def test_a_body_that_does_not_arrive_is_refused_in_time(skipping):
    first = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def receive():
        for message in first:
            return message
        return await skipping.get_loop().create_future()

    async def read():
        request = Request({"type": "http", "headers": [], "method": "POST", "path": "/"}, receive)
        began_s = skipping.get_loop().time()
        with pytest.raises(InvalidField, match=r"^body: did not arrive whole within 5 s$"):
            await read_json(request)
        return skipping.get_loop().time() - began_s

    assert skipping.run(read()) == pytest.approx(MAX_WAIT_S, abs=0.5)


def test_json_is_decoded_to_what_it_says():
    assert decode_json('{"a": [1, 2.5, "李", null, true]}'.encode()) == {"a": [1, 2.5, "李", None, True]}
