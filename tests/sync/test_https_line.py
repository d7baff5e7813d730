"""Questions over HTTPS to a peer that may be anything: what is heard, and what is left."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from device.clock import SystemClock
from sync.https_line import HttpsLine
from sync.tls import TlsClient, believing_whoever_answers
from tests.sync.agent.blob_server import BlobServer, endless, whole
from tests.sync.throwaway_ca import ThrowawayCa


@pytest.fixture
def server(ca: ThrowawayCa) -> Iterator[BlobServer]:
    with BlobServer(ca) as server:
        yield server


@pytest.fixture
def tls(ca: ThrowawayCa) -> TlsClient:
    certificate, key = ca.issue("d-0001")
    return TlsClient("province.test", ca=ca.certificate, certificate=certificate, key=key)


def line(server: BlobServer) -> HttpsLine:
    return HttpsLine("127.0.0.1", server.port, wait_s=10, mono_ms=SystemClock().mono_ms)


def test_an_answer_of_any_status_is_heard(server: BlobServer, tls: TlsClient) -> None:
    server.answer = whole(b"not today", status=403)
    answer = line(server).ask("GET", "/device/v1/blobs/a", tls=tls, most_bytes=9)
    assert (answer.status, answer.body, answer.announced, answer.is_whole) == (403, b"not today", 9, True)


def test_what_is_announced_as_more_is_not_read(server: BlobServer, tls: TlsClient) -> None:
    server.answer = whole(b"", length=10**12)
    answer = line(server).ask("GET", "/device/v1/blobs/a", tls=tls, most_bytes=9)
    assert (answer.body, answer.announced, answer.is_whole) == (b"", 10**12, False)


def test_of_what_has_no_end_no_more_than_asked_is_kept(server: BlobServer, tls: TlsClient) -> None:
    server.answer = endless(b"0123456789")
    answer = line(server).ask("GET", "/device/v1/blobs/a", tls=tls, most_bytes=9)
    assert (answer.body, answer.announced, answer.is_whole) == (b"012345678", None, False)


def test_an_answer_that_breaks_off_is_none(server: BlobServer, tls: TlsClient) -> None:
    server.answer = whole(b"0123", length=9)
    with pytest.raises(ConnectionAbortedError, match=r"^the line ended within the answer$"):
        line(server).ask("GET", "/device/v1/blobs/a", tls=tls, most_bytes=9)


def test_an_answer_that_drips_is_not_waited_for(server: BlobServer, tls: TlsClient) -> None:
    server.answer = endless(b"0")
    minutes = (minute * 60_000 for minute in count())
    slow = HttpsLine("127.0.0.1", server.port, wait_s=10, mono_ms=lambda: next(minutes))
    with pytest.raises(TimeoutError, match=r"^not whole after 120 s$"):
        slow.ask("GET", "/device/v1/blobs/a", tls=tls, most_bytes=10**9)


def test_a_server_that_misses_our_certificate_is_heard_to_say_so(server: BlobServer) -> None:
    with pytest.raises(OSError, match="CERTIFICATE"):
        line(server).ask("GET", "/a", tls=believing_whoever_answers(), most_bytes=9)
