"""The link to the broker, against a real mosquitto with mutual TLS."""

from __future__ import annotations

import dataclasses
import queue
import socket
import threading
import time
from pathlib import Path
from typing import TypeVar

import pytest

from device.errors import SyncError
from sync.mqtt import (
    NO_MATCHING_SUBSCRIBERS,
    Connected,
    Disconnected,
    LinkEvent,
    LinkSettings,
    MqttLink,
    Published,
    Received,
    Will,
)
from tests.patience import PATIENCE_S, quickest_s
from tests.sync.mosquitto import Mosquitto
from tests.sync.throwaway_ca import ThrowawayCa

DEVICE = "d-0001"
UP = f"hcp/1/{DEVICE}/up/ratings"
DOWN = f"hcp/1/{DEVICE}/down/receipt"
EventT = TypeVar("EventT", bound=LinkEvent)


class End:
    """One end of a link: its settings, and the events that came out of it."""

    def __init__(self, settings: LinkSettings, *subscriptions: str, will: Will | None = None) -> None:
        self.events: queue.SimpleQueue[LinkEvent] = queue.SimpleQueue()
        self.link = MqttLink(settings, subscriptions=subscriptions, will=will, on_event=self.events.put)

    def __enter__(self) -> End:
        self.link.connect(PATIENCE_S)
        assert self.next(Connected) == Connected()
        return self

    def __exit__(self, *_: object) -> None:
        self.link.close()

    def next(self, kind: type[EventT]) -> EventT:
        """The next event of this kind; others are passed over."""
        while True:
            event = self.events.get(timeout=PATIENCE_S)
            if isinstance(event, kind):
                return event


def settings(broker: Mosquitto, cn: str) -> LinkSettings:
    certificate, key = broker.ca.issue(cn)
    return LinkSettings(
        host=broker.host,
        port=broker.port,
        ca=broker.ca.certificate,
        certificate=certificate,
        key=key,
        client_id=cn,
        keepalive_s=60,
        server_name="broker.test",
    )


def test_what_one_end_publishes_the_other_receives_whole(broker: Mosquitto) -> None:
    message = bytes(range(256)) * 1024  # 256 KiB
    with (
        End(settings(broker, "province"), "hcp/1/+/up/ratings") as province,
        End(settings(broker, DEVICE), DOWN) as device,
    ):
        mid = device.link.publish(UP, message)
        assert province.next(Received) == Received(UP, message)
        assert device.next(Published) == Published(mid, 0)
        province.link.publish(DOWN, b"receipt")
        assert device.next(Received) == Received(DOWN, b"receipt")


def test_a_request_and_its_answer_are_not_held_back_by_delayed_acks(broker: Mosquitto) -> None:
    with (
        End(settings(broker, "province"), "hcp/1/+/up/ratings") as province,
        End(settings(broker, DEVICE), DOWN) as device,
    ):

        def twenty() -> float:
            started_at = time.monotonic()
            for _ in range(20):
                device.link.publish(UP, b"rows")
                province.next(Received)
                province.link.publish(DOWN, b"receipt")
                device.next(Received)
            return time.monotonic() - started_at

        nagle_s = 20 * 0.040  # what Nagle costs each round trip
        assert quickest_s(twenty, under_s=nagle_s) < nagle_s


def test_the_broker_tells_when_nobody_takes_a_message(broker: Mosquitto) -> None:
    with End(settings(broker, DEVICE)) as device:
        mid = device.link.publish(UP, b"rows")
        assert device.next(Published) == Published(mid, NO_MATCHING_SUBSCRIBERS)


def test_a_publish_on_another_devices_topic_is_told_to_be_refused(broker: Mosquitto) -> None:
    with End(settings(broker, DEVICE)) as device:
        mid = device.link.publish("hcp/1/d-0002/up/ratings", b"rows")
        assert device.next(Published) == Published(mid, 0x87)


def test_the_will_is_published_only_when_the_connection_ends_without_a_word(broker: Mosquitto) -> None:
    status = f"hcp/1/{DEVICE}/up/status"
    will = Will(status, b"gone")
    with End(settings(broker, "province"), "hcp/1/+/up/status") as province:
        with End(settings(broker, DEVICE), will=will) as device:
            device.link.publish(status, b"here", retain=True)
            assert province.next(Received).payload == b"here"
        with End(settings(broker, DEVICE), will=will), End(settings(broker, DEVICE)):
            # The second one threw the first out: a client id is on one connection at a time.
            assert province.next(Received).payload == b"gone"


def test_no_broker_is_one_clear_line(broker: Mosquitto) -> None:
    broker.kill()
    with pytest.raises(SyncError) as raised:
        End(settings(broker, DEVICE)).link.connect(PATIENCE_S)
    assert str(raised.value) == f"broker 127.0.0.1:{broker.port}: cannot be reached: Connection refused"


def test_an_unknown_host_is_one_clear_line(broker: Mosquitto) -> None:
    nowhere = dataclasses.replace(settings(broker, DEVICE), host="broker.invalid")
    with pytest.raises(SyncError, match=r"^broker broker\.invalid:\d+: cannot be reached: [^\n]+$"):
        End(nowhere).link.connect(PATIENCE_S)


@pytest.mark.parametrize("name", ["x" * 64 + ".invalid", ".invalid"])
def test_a_name_that_can_be_none_is_one_clear_line(broker: Mosquitto, name: str) -> None:
    mine = settings(broker, DEVICE)
    for wrong in (dataclasses.replace(mine, host=name), dataclasses.replace(mine, server_name=name)):
        with pytest.raises(SyncError, match=r"^broker [^\n]+$"):
            End(wrong).link.connect(PATIENCE_S)


def test_a_broker_of_another_ca_is_not_talked_to(broker: Mosquitto, tmp_path: Path) -> None:
    other = ThrowawayCa(tmp_path / "other")
    wrong = dataclasses.replace(settings(broker, DEVICE), ca=other.certificate)
    with pytest.raises(SyncError, match=rf"its certificate is not by the CA in {other.certificate}: .+$"):
        End(wrong).link.connect(PATIENCE_S)


def test_a_broker_of_another_name_is_not_talked_to(broker: Mosquitto) -> None:
    wrong = dataclasses.replace(settings(broker, DEVICE), server_name="broker.example")
    with pytest.raises(SyncError, match=r'its certificate is not for the name "broker\.example"$'):
        End(wrong).link.connect(PATIENCE_S)


def test_the_brokers_name_may_be_its_address(broker: Mosquitto) -> None:
    with End(dataclasses.replace(settings(broker, DEVICE), server_name=broker.host)):
        pass


def test_a_broker_that_refuses_our_certificate_is_one_clear_line(broker: Mosquitto, tmp_path: Path) -> None:
    certificate, key = ThrowawayCa(tmp_path / "other").issue(DEVICE)
    foreign = dataclasses.replace(settings(broker, DEVICE), certificate=certificate, key=key)
    with pytest.raises(SyncError, match=rf"does it know the CA of {certificate}\?$"):
        End(foreign).link.connect(PATIENCE_S)


def test_a_missing_certificate_file_is_one_clear_line(broker: Mosquitto, tmp_path: Path) -> None:
    missing = dataclasses.replace(settings(broker, DEVICE), certificate=tmp_path / "none.crt")
    with pytest.raises(SyncError, match=r"cannot use the certificates and key .*none\.crt.*No such file"):
        End(missing).link.connect(PATIENCE_S)


def test_a_frozen_broker_is_given_up_after_the_time_out(broker: Mosquitto) -> None:
    broker.freeze()
    with pytest.raises(SyncError, match=r"no answer within 0\.2 s$"):
        End(settings(broker, DEVICE)).link.connect(0.2)


def test_something_that_is_no_broker_is_one_clear_line(broker: Mosquitto) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        thread = threading.Thread(target=_answer_with_http, args=(server,))
        thread.start()
        with pytest.raises(SyncError, match=r"no TLS connection: WRONG_VERSION_NUMBER$"):
            End(dataclasses.replace(settings(broker, DEVICE), port=port)).link.connect(PATIENCE_S)
        thread.join()


def _answer_with_http(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_a_broker_that_dies_is_told_once_and_a_new_link_finds_it_again(broker: Mosquitto) -> None:
    mine = settings(broker, DEVICE)
    with End(mine, DOWN) as device:
        broker.kill()
        assert device.next(Disconnected).why
        with pytest.raises(SyncError, match=r"not connected$"):
            device.link.publish(UP, b"rows")
        assert device.events.empty()
    broker.start()
    with End(mine, DOWN) as device:
        mid = device.link.publish(UP, b"rows")
        assert device.next(Published).mid == mid


def test_closing_puts_out_nothing_and_ends_the_network_thread(broker: Mosquitto) -> None:
    with End(settings(broker, DEVICE), DOWN) as device:
        pass
    device.link.close()
    assert device.events.empty()
    assert f"mqtt-{DEVICE}" not in [thread.name for thread in threading.enumerate()]


def test_closing_towards_a_frozen_broker_takes_at_most_a_few_seconds(broker: Mosquitto) -> None:
    def close() -> float:
        with End(settings(broker, DEVICE)) as device:
            broker.freeze()
            for _ in range(40):  # more than the sockets' buffers take
                device.link.publish(UP, bytes(256 * 1024))
            started_at = time.monotonic()
        took_s = time.monotonic() - started_at
        assert f"mqtt-{DEVICE}" not in [thread.name for thread in threading.enumerate()]
        broker.thaw()
        return took_s

    assert quickest_s(close, under_s=3) < 3


def test_a_receiver_that_fails_does_not_end_the_connection(
    broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    received: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def fails_at_first(event: LinkEvent) -> None:
        if isinstance(event, Received):
            received.put(event.payload)
            if event.payload == b"first":
                raise ValueError("a receiver's fault")

    link = MqttLink(
        settings(broker, "province"), subscriptions=["hcp/1/+/up/ratings"], will=None, on_event=fails_at_first
    )
    with link, End(settings(broker, DEVICE)) as device:
        link.connect(PATIENCE_S)
        device.link.publish(UP, b"first")
        device.link.publish(UP, b"second")
        assert received.get(timeout=PATIENCE_S) == b"first"
        assert received.get(timeout=PATIENCE_S) == b"second"
    assert "callback failed" in caplog.text
