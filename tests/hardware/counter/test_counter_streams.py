"""The event stream: the open invitations first, then each change once and in order, for every reader."""

from __future__ import annotations

import contextlib
import json
import queue
import socket
import threading
import time

import httpx
import pytest

from device.counter import (
    InvitationState,
    InvitationStatus,
    OpenInvitations,
    OpenInvitationsQuery,
    Refusal,
    Refused,
)
from hardware.counter.link import CounterLink
from hardware.counter.streams import KEEP_ALIVE_S, MAX_PENDING, EventStream, Streams
from tests.patience import PATIENCE_S

WAITING, ANSWERED, CLOSED = InvitationState


def status(id: str, state: InvitationState = WAITING) -> InvitationStatus:
    return InvitationStatus(id, state)


def streams_become(link: CounterLink, wanted: int) -> bool:
    """Whether the number of the link's open streams becomes `wanted`, as its own thread sees it."""
    session = link._session
    assert session is not None
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s:
        seen: queue.SimpleQueue[int] = queue.SimpleQueue()
        session.server.post(lambda seen=seen: seen.put(len(session.streams)))
        if seen.get(timeout=PATIENCE_S) == wanted:
            return True
        time.sleep(0.01)
    return False


def data(response: httpx.Response):
    """The payloads of an event stream as they arrive."""
    for line in response.iter_lines():
        assert line == "" or line.startswith(("data: ", ":"))
        if line.startswith("data: "):
            yield line.removeprefix("data: ")


def test_the_open_ones_come_first_then_every_change(counter, link, loop):
    loop.answers[OpenInvitationsQuery] = OpenInvitations((status("a1", ANSWERED), status("a2")))
    with counter.stream("GET", "/v1/events") as response:
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        told = data(response)
        assert next(told) == '{"id":"a1","state":"answered"}'
        assert next(told) == '{"id":"a2","state":"waiting"}'
        link.announce(status("a1", CLOSED))
        assert next(told) == '{"id":"a1","state":"closed"}'
        link.announce(status("a2", ANSWERED))
        assert next(told) == '{"id":"a2","state":"answered"}'


def test_changes_just_before_and_just_after_the_list_are_told_once_and_in_order(counter, link, loop):
    loop.answers[OpenInvitationsQuery] = OpenInvitations((status("a1"), status("a2")))
    loop.before_answer = lambda question: link.announce(status("a2"))  # the list already says so
    loop.after_answer = lambda question: [link.announce(status("a1", s)) for s in (ANSWERED, CLOSED)]
    for _ in range(20):
        with counter.stream("GET", "/v1/events") as response:
            told = data(response)
            assert [json.loads(next(told)) for _ in range(4)] == [
                {"id": "a1", "state": "waiting"},
                {"id": "a2", "state": "waiting"},
                {"id": "a1", "state": "answered"},
                {"id": "a1", "state": "closed"},
            ]


def test_every_reader_is_told(counter, link, loop):
    with contextlib.ExitStack() as stack:
        readers = [data(stack.enter_context(counter.stream("GET", "/v1/events"))) for _ in range(5)]
        link.announce(status("a7"))
        assert [next(reader) for reader in readers] == ['{"id":"a7","state":"waiting"}'] * 5


def test_without_readers_a_change_is_told_to_nobody(link):
    link.announce(status("a1"))


def test_a_device_that_cannot_answer_gets_an_error_instead_of_a_stream(counter, loop):
    loop.answers[OpenInvitationsQuery] = Refused(Refusal.CANNOT_RECORD, "Why.", fault="disk_full")
    response = counter.get("/v1/events")
    assert (response.status_code, response.json()["fault"]) == (503, "disk_full")


def test_a_reader_that_left_is_forgotten(counter, link, loop):
    for _ in range(3):
        with counter.stream("GET", "/v1/events") as response:
            assert response.status_code == 200
    assert streams_become(link, 0)


def test_stopping_ends_a_stream_after_what_was_announced(own):
    link = own.link
    headers = {"Authorization": "Bearer test-token.0123456789"}
    with (
        httpx.Client(trust_env=False, timeout=PATIENCE_S) as client,
        client.stream("GET", f"{link.url}/v1/events", headers=headers) as response,
    ):
        link.announce(status("a1", ANSWERED))
        stopping = threading.Thread(target=link.stop)
        stopping.start()
        assert list(data(response)) == ['{"id":"a1","state":"answered"}']
        stopping.join(PATIENCE_S)
    assert not stopping.is_alive()


def test_a_reader_that_does_not_read_is_let_go_and_holds_up_nobody(counter, link, loop, caplog):
    host, port = link.url.removeprefix("http://").split(":")
    with socket.socket() as idle:
        idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        idle.connect((host, int(port)))
        idle.sendall(
            b"GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test-token.0123456789\r\n\r\n"
        )
        assert idle.recv(15) == b"HTTP/1.1 200 OK"
        with counter.stream("GET", "/v1/events") as response:
            assert streams_become(link, 2)
            told = data(response)
            for n in range(400):  # each fills what is left of the connection's buffers a little more
                id = f"{n:<20000}"
                link.announce(status(id))
                assert json.loads(next(told))["id"] == id
            assert streams_become(link, 1)
            link.announce(status("last"))
            assert json.loads(next(told))["id"] == "last"
        idle.settimeout(PATIENCE_S)
        rest = b"".join(iter(lambda: idle.recv(1 << 20), b""))
        assert not rest.endswith(b"0\r\n\r\n")  # cut off, not ended: the reader can tell that it missed some
    assert [r.getMessage() for r in caplog.records if r.levelname == "WARNING"] == [
        f"counter event reader dropped why=slow pending={MAX_PENDING}"
    ]


def test_a_quiet_stream_sends_a_comment_every_fifteen_seconds(skipping):
    async def listen():
        now_s = skipping.get_loop().time
        streams = Streams()
        stream = EventStream(streams)
        stream.begin(OpenInvitations(()))
        began_s = now_s()
        at_s = []
        async for chunk in stream.body_iterator:
            assert chunk == b": keep-alive\n\n"
            at_s.append(now_s() - began_s)
            if len(at_s) == 3:
                streams.close()
        return at_s

    expected = [KEEP_ALIVE_S, 2 * KEEP_ALIVE_S, 3 * KEEP_ALIVE_S]
    assert skipping.run(listen()) == pytest.approx(expected, abs=0.5)
    assert KEEP_ALIVE_S == 15


def test_a_stream_that_begins_while_the_link_stops_ends_after_its_list(skipping):
    async def listen():
        streams = Streams()
        streams.close()
        stream = EventStream(streams)
        stream.begin(OpenInvitations((status("a1"),)))
        return [chunk async for chunk in stream.body_iterator]

    assert skipping.run(listen()) == [b'data: {"id":"a1","state":"waiting"}\n\n']
