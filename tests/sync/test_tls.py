"""TLS towards a peer whose certificate is not valid by this machine's clock."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync.tls import TlsClient, distrust
from tests.patience import PATIENCE_S
from tests.sync.throwaway_ca import ThrowawayCa

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
NAME = "broker.test"


@pytest.fixture
def ca(tmp_path: Path) -> ThrowawayCa:
    return ThrowawayCa(tmp_path / "ca")


def shake_hands(
    ca: ThrowawayCa,
    dates: tuple[datetime, datetime],
    *,
    dates_from: datetime | None,
    dates_at: datetime | None = None,
    server_ca: ThrowawayCa | None = None,
    server_name: str = NAME,
) -> str | None:
    """Connect to a server whose certificate has `dates`; what the client has against it, or None."""
    certificate, key = (server_ca or ca).issue(NAME, dates=dates)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            with server.wrap_socket(theirs, server_side=True) as secured:
                secured.recv(1)
        except OSError:
            theirs.close()  # the client would not have it

    thread = threading.Thread(target=serve, name="tls-server")
    thread.start()
    own, own_key = ca.issue("d-0001")
    client = TlsClient(
        server_name,
        ca=ca.certificate,
        certificate=own,
        key=own_key,
        dates_from=dates_from,
        dates_at=dates_at,
    )
    try:
        with client.wrap_socket(ours, do_handshake_on_connect=False) as secured:
            secured.do_handshake()
            secured.sendall(b"x")
        return None
    except ssl.SSLCertVerificationError as error:
        return distrust(error, server_name, ca.certificate)
    finally:
        client.cut()
        thread.join(PATIENCE_S)


def test_with_a_trusted_clock_a_certificate_that_is_not_valid_yet_is_refused(ca: ThrowawayCa) -> None:
    against = shake_hands(ca, (NOW + DAY, NOW + 2 * DAY), dates_from=None)
    assert against == "its certificate is not valid by this clock: certificate is not yet valid"


def test_without_a_trusted_clock_the_beginning_of_the_certificate_is_not_looked_at(ca: ThrowawayCa) -> None:
    assert shake_hands(ca, (NOW + DAY, NOW + 2 * DAY), dates_from=NOW - DAY) is None


def test_without_a_trusted_clock_one_that_ended_after_the_floor_is_taken(ca: ThrowawayCa) -> None:
    assert shake_hands(ca, (NOW - 3 * DAY, NOW - DAY), dates_from=NOW - 2 * DAY) is None


def test_without_a_trusted_clock_one_that_ended_before_the_floor_is_refused(ca: ThrowawayCa) -> None:
    against = shake_hands(ca, (NOW - 3 * DAY, NOW - DAY), dates_from=NOW)
    assert against is not None
    assert against.startswith("its certificate is not valid by this clock: certificate has expired before")


def test_without_a_trusted_clock_the_name_is_checked_as_ever(ca: ThrowawayCa) -> None:
    against = shake_hands(ca, (NOW - DAY, NOW + DAY), dates_from=NOW - DAY, server_name="other.test")
    assert against == 'its certificate is not for the name "other.test"'


def test_without_a_trusted_clock_the_ca_is_checked_as_ever(ca: ThrowawayCa, tmp_path: Path) -> None:
    stranger = ThrowawayCa(tmp_path / "stranger")
    against = shake_hands(ca, (NOW - DAY, NOW + DAY), dates_from=NOW - DAY, server_ca=stranger)
    assert against is not None
    assert against.startswith(f"its certificate is not by the CA in {ca.certificate}")


@pytest.mark.parametrize(("at", "taken"), [(-4, False), (-2, True), (0, False)])
def test_one_that_ended_before_a_floor_in_the_future_is_taken_if_a_time_service_says_it_is_valid(
    ca: ThrowawayCa, at: int, taken: bool
) -> None:
    against = shake_hands(ca, (NOW - 3 * DAY, NOW - DAY), dates_from=NOW + 400 * DAY, dates_at=NOW + at * DAY)
    assert (against is None) is taken
