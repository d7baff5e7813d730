"""The counter link as a whole: starting, stopping, its thread, its origins, many at once."""

from __future__ import annotations

import ast
import asyncio
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

import hardware.counter
from device.counter import InvitationRequest
from device.errors import ConfigError, HardwareError
from device.inbox import Inbox
from hardware.counter.link import CounterLink
from tests.patience import PATIENCE_S, quickest_s
from tests.ports import free_port

TOKEN = "test-token.0123456789"
ORIGIN = "https://hall.example.gov.cn"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


def link_on(port: int, inbox: Inbox, **changes: object) -> CounterLink:
    arguments = {"host": "127.0.0.1", "port": port, "token": TOKEN, "origins": [], "inbox": inbox, **changes}
    return CounterLink(**arguments)


def get(url: str) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=PATIENCE_S) as client:
        return client.get(url, headers=AUTHORIZED)


def test_a_port_that_is_taken_is_told_in_one_sentence_and_may_be_retried(answered):
    threads = set(threading.enumerate())
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        link = link_on(port, answered)
        with pytest.raises(
            HardwareError,
            match=rf"^the counter link cannot listen on 127\.0\.0\.1 port {port}: Address already in use\. "
            r"Stop the program that holds the port, or change counter\.port",
        ):
            link.start()
        assert set(threading.enumerate()) == threads
    link.start()
    try:
        assert get(f"http://127.0.0.1:{port}/v1/device").status_code == 200
    finally:
        link.stop()


def test_who_asks_before_the_start_is_answered_after_it(answered):
    link = link_on(0, answered)
    link.listen()
    answers = []
    asking = threading.Thread(target=lambda: answers.append(get(f"{link.url}/v1/device")))
    asking.start()
    link.start()
    try:
        asking.join(PATIENCE_S)
        assert [answer.status_code for answer in answers] == [200]
    finally:
        link.stop()


def test_a_link_that_only_listened_gives_its_port_back(inbox):
    link = link_on(0, inbox)
    link.listen()
    host, port = link.url.removeprefix("http://").split(":")
    link.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port))).close()


def test_until_it_starts_nothing_of_http_is_imported():
    looked = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, device.__main__; print({'uvicorn', 'starlette'} & {*sys.modules})",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert looked.stdout == "set()\n", "it would stand before the first screen"


def test_it_stops_starts_again_on_the_same_port_and_leaves_no_thread(answered):
    port = free_port()
    link = link_on(port, answered)
    threads = set(threading.enumerate())
    for _ in range(3):
        link.start()
        assert get(f"{link.url}/v1/device").status_code == 200
        link.stop()
        assert set(threading.enumerate()) == threads
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port)).close()


def test_stopping_twice_or_before_the_start_does_nothing(inbox):
    link = link_on(0, inbox)
    link.stop()
    link.start()
    link.stop()
    link.stop()


def test_it_listens_on_the_loopback_of_ipv6_too(answered):
    link = link_on(0, answered, host="::1")
    try:
        link.start()
    except HardwareError:
        pytest.skip("this machine has no IPv6")
    try:
        assert link.url.startswith("http://[::1]:")
        assert get(f"{link.url}/v1/device").status_code == 200
    finally:
        link.stop()


@pytest.mark.parametrize("token", ["", " ", "two words", "line\n", "é", "\0"])
def test_a_token_that_no_header_can_carry_is_a_fault_of_the_configuration(inbox, token):
    with pytest.raises(ConfigError, match=r"^counter\.token_file: must hold one token"):
        link_on(0, inbox, token=token)


def test_signals_stay_with_those_who_handle_them(inbox):
    before = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)]
    link = link_on(0, inbox)
    link.start()
    try:
        assert [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)] == before
    finally:
        link.stop()


def test_stopping_does_not_wait_for_a_device_loop_that_is_silent(inbox):
    def stop() -> float:
        link = link_on(0, inbox)  # nobody takes anything out of the inbox
        link.start()
        answers = []
        asking = threading.Thread(target=lambda: answers.append(get(f"{link.url}/v1/device")))
        asking.start()
        assert inbox.get(PATIENCE_S) is not None
        began_s = time.monotonic()
        link.stop()
        asking.join(PATIENCE_S)
        took_s = time.monotonic() - began_s
        assert answers[0].status_code == 503
        assert answers[0].json()["fault"] in {"stopping", "no_answer"}  # the one, unless 5 s have passed
        return took_s

    assert quickest_s(stop, under_s=2) < 2


def test_idle_connections_do_not_hold_up_the_stop(answered):
    def stop() -> float:
        link = link_on(0, answered)
        link.start()
        host, port = link.url.removeprefix("http://").split(":")
        kept = httpx.Client(trust_env=False, timeout=PATIENCE_S)
        with socket.create_connection((host, int(port))), kept:
            kept.get(f"{link.url}/v1/device", headers=AUTHORIZED)
            began_s = time.monotonic()
            link.stop()
            return time.monotonic() - began_s

    assert quickest_s(stop, under_s=2) < 2


def test_noise_instead_of_http_ends_its_connection_only(counter, link, caplog):
    host, port = link.url.removeprefix("http://").split(":")
    for noise in [b"\0" * 100, b"$HCPKY,5,D,1*00\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"A" * 100_000]:
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(noise)
            assert connection.recv(12) == b"HTTP/1.1 400"
    assert counter.get("/v1/device").status_code == 200
    assert not [r for r in caplog.records if r.levelno >= 30]


def test_two_hundred_at_once_are_each_asked_once_and_all_answered(link, loop):
    async def invite_all() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(
            base_url=link.url, headers=AUTHORIZED, trust_env=False, timeout=PATIENCE_S, limits=limits
        ) as client:
            return await asyncio.gather(
                *(
                    client.post("/v1/invitations", json={"handling": {"project_no": str(n), "service_no": 1}})
                    for n in range(200)
                )
            )

    responses = asyncio.run(invite_all())
    assert Counter(r.status_code for r in responses) == {201: 200}
    numbers = [q.handling.project_no for q in loop.asked if isinstance(q, InvitationRequest)]
    assert sorted(numbers, key=int) == [str(n) for n in range(200)]


def test_an_answer_does_not_wait_for_a_delayed_acknowledgement(counter):
    body = {"handling": {"project_no": "1", "service_no": 1}}

    def usual() -> float:
        answers = [counter.post("/v1/invitations", json=body) for _ in range(21)]
        return statistics.median(answer.elapsed.total_seconds() for answer in answers)

    assert quickest_s(usual, under_s=0.030) < 0.030  # with Nagle's algorithm at the server: 0.040 and more


def test_a_page_of_a_configured_origin_may_ask_whether_it_may_call_without_the_token(stranger):
    response = stranger.options(
        "/v1/invitations",
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type",
            "Access-Control-Request-Private-Network": "true",
        },
    )
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == ORIGIN
    assert response.headers["access-control-allow-private-network"] == "true"
    assert "POST" in response.headers["access-control-allow-methods"]
    assert "Authorization" in response.headers["access-control-allow-headers"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{ORIGIN}.evil.example", "http://hall"])
def test_a_page_of_another_origin_may_not(stranger, counter, origin):
    preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    response = stranger.options("/v1/invitations", headers=preflight)
    assert response.status_code == 400
    assert "access-control-allow-origin" not in response.headers
    assert "access-control-allow-origin" not in counter.get("/v1/device", headers=preflight).headers


@pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE"])
def test_a_page_may_not_use_a_method_that_no_path_has(stranger, method):
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": method}
    assert stranger.options("/v1/invitations", headers=headers).status_code == 400


def test_a_page_of_a_configured_origin_can_read_answers_errors_and_events(counter, stranger):
    origin = {"Origin": ORIGIN}
    with counter.stream("GET", "/v1/events", headers=origin) as events:
        for response in [
            events,
            counter.get("/v1/device", headers=origin),
            counter.get("/nowhere", headers=origin),
            counter.post("/v1/counter", headers=origin),
            stranger.get("/v1/device", headers=origin),
        ]:
            assert response.headers["access-control-allow-origin"] == ORIGIN
            assert "Origin" in response.headers["vary"]


def test_the_link_knows_only_the_values_that_cannot_hold_a_level():
    allowed = {"device.counter", "device.errors", "device.events", "device.inbox"}
    for path in Path(hardware.counter.__path__[0]).glob("*.py"):
        imports = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.ImportFrom)]
        modules = {n.module for n in imports if n.module and n.module.startswith("device")}
        assert modules <= allowed, path
        of_events = {a.name for n in imports if n.module == "device.events" for a in n.names}
        assert of_events <= {"CounterCall"}, path
