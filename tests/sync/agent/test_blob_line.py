"""Blobs over HTTPS, seen from the device: real TLS, and a province that may be anything."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from device.clock import SystemClock
from device.errors import SyncError
from sync.agent.blob_line import BlobAddress, BlobLine, Brought, NotAsAnnounced
from tests.ports import free_port
from tests.sync.agent.blob_server import BlobServer, endless, whole
from tests.sync.throwaway_ca import ThrowawayCa

CONTENT = bytes(range(256)) * 100
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server(ca: ThrowawayCa) -> Iterator[BlobServer]:
    with BlobServer(ca) as server:
        yield server


@pytest.fixture
def address(ca: ThrowawayCa, server: BlobServer) -> BlobAddress:
    certificate, key = ca.issue("d-0001")
    return BlobAddress(
        host="127.0.0.1",
        port=server.port,
        server_name="province.test",
        ca=ca.certificate,
        certificate=certificate,
        key=key,
    )


@pytest.fixture
def line(address: BlobAddress) -> BlobLine:
    return BlobLine(address, mono_ms=SystemClock().mono_ms)


def test_a_blob_is_fetched_by_its_hash_with_the_devices_certificate(
    line: BlobLine, server: BlobServer
) -> None:
    server.answer = whole(CONTENT)
    assert line.fetch(SHA256, len(CONTENT)) == CONTENT
    assert server.asked == [("GET", f"/device/v1/blobs/{SHA256}", b"", "d-0001")]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (whole(b"", length=10**12), "has 1000000000000 bytes, announced were 25600"),
        (whole(CONTENT[:-1]), "has 25599 bytes, announced were 25600"),
        (endless(CONTENT), "has more than the 25600 bytes that were announced"),
        (whole(CONTENT[:-1] + b"?"), "has other bytes than its name says"),
    ],
    ids=["oversized", "smaller", "endless", "other bytes"],
)
def test_what_is_not_as_announced_is_not_taken(
    line: BlobLine, server: BlobServer, answer: Callable[[BaseHTTPRequestHandler], None], why: str
) -> None:
    server.answer = answer
    assert line.fetch(SHA256, len(CONTENT)) == NotAsAnnounced(why)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (whole(b"", status=404), "answers 404"),
        (whole(b"", status=503), "answers 503"),
        (whole(b"", status=302), "answers 302"),
        (whole(CONTENT[:100], length=len(CONTENT)), "the line ended within the answer"),
    ],
    ids=["not found", "unavailable", "elsewhere", "cut off"],
)
def test_what_may_go_better_later_is_an_error(
    line: BlobLine, server: BlobServer, answer: Callable[[BaseHTTPRequestHandler], None], why: str
) -> None:
    server.answer = answer
    with pytest.raises(SyncError, match=rf"^province https://127\.0\.0\.1:\d+: {why}"):
        line.fetch(SHA256, len(CONTENT))


@pytest.mark.parametrize(
    ("status", "brought"),
    [
        (201, Brought.TAKEN),
        (200, Brought.TAKEN),
        (409, Brought.NOT_ASKED),
        (413, Brought.NEVER),
        (422, Brought.NEVER),
    ],
)
def test_a_blob_is_brought(line: BlobLine, server: BlobServer, status: int, brought: Brought) -> None:
    server.answer = whole(b"", status=status)
    assert line.bring(SHA256, CONTENT) is brought
    assert server.asked == [("PUT", f"/device/v1/blobs/{SHA256}", CONTENT, "d-0001")]


@pytest.mark.parametrize("status", [401, 403, 500, 503, 507])
def test_a_blob_that_is_not_taken_now_is_brought_again(
    line: BlobLine, server: BlobServer, status: int
) -> None:
    server.answer = whole(b"", status=status)
    with pytest.raises(SyncError, match=f"answers {status}"):
        line.bring(SHA256, CONTENT)


def test_a_server_of_another_name_or_ca_is_told_nothing(
    address: BlobAddress, server: BlobServer, tmp_path: Path
) -> None:
    other = ThrowawayCa(tmp_path / "other")
    for wrong, why in (
        (replace(address, server_name="other.test"), 'is not for the name "other.test"'),
        (replace(address, ca=other.certificate), "is not by the CA in"),
    ):
        with pytest.raises(SyncError, match=why):
            BlobLine(wrong, mono_ms=SystemClock().mono_ms).fetch(SHA256, len(CONTENT))
    assert server.asked == []


def test_a_certificate_not_yet_valid_is_taken_only_where_the_clock_is_not_believed(
    ca: ThrowawayCa, address: BlobAddress
) -> None:
    soon = datetime.now(UTC) + timedelta(days=100)
    with BlobServer(ca, name="future.test", dates=(soon, soon + timedelta(days=1))) as server:
        server.answer = whole(CONTENT)
        at = replace(address, server_name="future.test", port=server.port)
        line = BlobLine(at, mono_ms=SystemClock().mono_ms)
        with pytest.raises(SyncError, match="not valid by this clock"):
            line.fetch(SHA256, len(CONTENT))
        line.dates_from = datetime(2026, 1, 1, tzinfo=UTC)
        assert line.fetch(SHA256, len(CONTENT)) == CONTENT


def test_nobody_there_is_an_error_that_names_the_address(address: BlobAddress) -> None:
    nobody = replace(address, port=free_port())
    with pytest.raises(SyncError, match=r"^province https://127\.0\.0\.1:\d+: "):
        BlobLine(nobody, mono_ms=SystemClock().mono_ms).fetch(SHA256, 1)


def test_files_that_are_no_certificate_are_an_error(address: BlobAddress, tmp_path: Path) -> None:
    line = BlobLine(replace(address, certificate=tmp_path / "none.crt"), mono_ms=SystemClock().mono_ms)
    with pytest.raises(SyncError, match="cannot use the certificates and key"):
        line.fetch(SHA256, 1)
