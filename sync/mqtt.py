"""One connection to the broker, over mutual TLS: the only file with paho, used by both ends."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from device.errors import SyncError
from sync.tls import TlsClient, distrust

log = logging.getLogger(__name__)

QOS = 1
CONTENT_TYPE = "application/jose"
NO_MATCHING_SUBSCRIBERS = 0x10  # MQTT 5, 3.4.2.1: accepted by the broker, and nobody there to take it
FIRST_FAILURE = 0x80  # MQTT 5, 2.4: reason codes from here on are failures
_MAX_PACKET_BYTES = 256 * 1024 + 4096  # the largest message with its topic and properties
_REVOKED = "CERTIFICATE_REVOKED"  # OpenSSL's name of the alert, RFC 8446 6.2
_CLOSE_S = 1.0  # for DISCONNECT to leave, and for the thread to end once the line is cut


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """Where the broker is and who we are. `server_name`: the name its certificate must have.

    `dates_from`, `dates_at`: only where this machine's clock cannot be trusted, see sync.tls.
    """

    host: str
    port: int
    ca: Path
    certificate: Path
    key: Path
    client_id: str
    keepalive_s: int
    server_name: str
    dates_from: datetime | None = None
    dates_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker publishes, retained, when the connection ends without a word."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker took us in and every subscription stands."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection is gone for good: make a new link. `why` is for the log."""

    why: str


@dataclass(frozen=True, slots=True)
class Received:
    """A message came."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Published:
    """The broker answered the publish `mid` with `reason`. No word of whether anybody received it."""

    mid: int
    reason: int


LinkEvent = Connected | Disconnected | Received | Published


class MqttLink:
    """One connect, one connection: when it ends, a new MqttLink is made.

    MQTT 5, clean start, no reconnect of paho's own: its queue is RAM and would double what is sent again.
    `on_event` is called in the network thread and must only enqueue. The methods belong to one thread.
    """

    def __init__(
        self,
        settings: LinkSettings,
        *,
        subscriptions: Sequence[str],
        will: Will | None,
        on_event: Callable[[LinkEvent], None],
    ) -> None:
        self.settings = settings
        self._subscriptions = subscriptions
        self._will = will
        self._on_event = on_event
        self._client: paho.Client | None = None
        self._tls: TlsClient | None = None
        self._thread: threading.Thread | None = None
        self._settled = threading.Event()  # the attempt came to something; `_refusal` says what
        self._refusal: str | None = None
        self._up = False
        self._closing = False
        self._last_error = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def connect(self, timeout_s: float) -> None:
        """Connect and subscribe; returns after Connected was put out. Once in the life of a link.

        Raises SyncError with one line that says what is wrong, after at most about `timeout_s` seconds
        for each of: the TCP connection, the TLS handshake, the broker's answers.
        """
        try:
            self._tls = self._make_tls()
            client = self._client = self._make_client(self._tls, timeout_s)
            self._dial(client, timeout_s)
            self._thread = threading.Thread(
                target=self._run, args=(client,), name=f"mqtt-{self.settings.client_id}", daemon=True
            )
            self._thread.start()
            if not self._settled.wait(timeout_s):
                raise SyncError(f"{self._broker}: no answer within {timeout_s:g} s")
            if self._refusal is not None:
                raise SyncError(f"{self._broker}: {self._refusal}")
        except BaseException:
            self.close()
            raise

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> int:
        """Hand over a message for sending; the id under which Published will tell of it.

        Raises SyncError when there is no connection: nothing is kept for a later one.
        """
        if self._client is None or not self._up:
            raise SyncError(f"{self._broker}: not connected")
        info = self._client.publish(
            topic, payload, QOS, retain, _properties(PacketTypes.PUBLISH, ContentType=CONTENT_TYPE)
        )
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise SyncError(f"{self._broker}: cannot publish: {paho.error_string(info.rc)}")
        return info.mid

    def close(self) -> None:
        """End the connection, with a word to the broker if it listens: no will then. Puts out nothing more.

        Takes at most a few seconds. Safe to call twice.
        """
        self._closing = True
        client, self._client = self._client, None
        if client is not None and self._thread is not None:
            client.disconnect()
            self._thread.join(_CLOSE_S)
        # A frozen broker's full socket keeps DISCONNECT from leaving: then the line is cut.
        if self._tls is not None:
            self._tls.cut()
        if self._thread is not None:
            self._thread.join(_CLOSE_S)

    @property
    def _broker(self) -> str:
        return f"broker {self.settings.host}:{self.settings.port}"

    def _make_tls(self) -> TlsClient:
        settings = self.settings
        try:
            return TlsClient(
                settings.server_name,
                ca=settings.ca,
                certificate=settings.certificate,
                key=settings.key,
                dates_from=settings.dates_from,
                dates_at=settings.dates_at,
            )
        except OSError as error:  # ssl.SSLError is one
            raise SyncError(
                f"{self._broker}: cannot use the certificates and key"
                f" {settings.ca}, {settings.certificate}, {settings.key}: {error}"
            ) from None
        except ValueError:
            raise SyncError(f'{self._broker}: "{settings.server_name}" can be no name of a broker') from None

    def _make_client(self, tls: TlsClient, timeout_s: float) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self.settings.client_id,
            protocol=paho.MQTTv5,
            reconnect_on_failure=False,
        )
        client.connect_timeout = timeout_s
        client.tls_set_context(tls)
        if self._will is not None:
            properties = _properties(PacketTypes.WILLMESSAGE, ContentType=CONTENT_TYPE)
            client.will_set(self._will.topic, self._will.payload, QOS, True, properties)
        client.on_socket_open = _guarded(_no_delay)
        # Its mere presence says that only our thread writes to the socket: publish() wakes it up.
        client.on_socket_register_write = _guarded(_leave_writing_to_the_thread)
        client.on_connect = _guarded(self._connack)
        client.on_subscribe = _guarded(self._suback)
        client.on_publish = _guarded(self._puback)
        client.on_message = _guarded(self._message)
        client.on_disconnect = _guarded(self._parted)
        client.on_log = _guarded(self._paho_says)
        return client

    def _dial(self, client: paho.Client, timeout_s: float) -> None:
        try:
            client.connect(
                self.settings.host,
                self.settings.port,
                keepalive=self.settings.keepalive_s,
                clean_start=True,
                properties=_properties(PacketTypes.CONNECT, MaximumPacketSize=_MAX_PACKET_BYTES),
            )
        except ssl.SSLCertVerificationError as error:
            raise SyncError(
                f"{self._broker}: {distrust(error, self.settings.server_name, self.settings.ca)}"
            ) from None
        except TimeoutError:
            raise SyncError(f"{self._broker}: no answer within {timeout_s:g} s") from None
        except ssl.SSLError as error:
            raise SyncError(f"{self._broker}: no TLS connection: {error.reason or error}") from None
        except OSError as error:
            raise SyncError(f"{self._broker}: cannot be reached: {error.strerror or error}") from None
        except ValueError as error:  # a host name that can be none
            raise SyncError(f"{self._broker}: cannot be reached: {error}") from None

    # What follows runs in the network thread.

    def _run(self, client: paho.Client) -> None:
        """The network thread. Our own loop, not paho's: this one tells of its end, whatever ended it."""
        try:
            while client.loop(timeout=1.0) == MQTTErrorCode.MQTT_ERR_SUCCESS:
                pass
        except Exception as error:  # what paho does with hostile bytes must not pass for a live connection
            log.exception("network thread failed")
            self._last_error = f"{type(error).__name__}"
        was_up, self._up = self._up, False
        if self._closing:
            return
        why = self._last_error or "the connection ended"
        if was_up:
            self._on_event(Disconnected(why))
        elif not self._settled.is_set():
            # Under TLS 1.3 a client learns only after the handshake that its certificate is refused.
            what_next = f"does it know the CA of {self.settings.certificate}?"
            if _REVOKED in why:
                what_next = (
                    "the province has shut this client out; ask there why, have it reinstated or enrol anew"
                )
            self._settle(f"it ended the connection before taking it up ({why}); {what_next}")

    def _connack(self, client: paho.Client, _: Any, __: Any, reason: ReasonCode, ___: Any) -> None:
        if reason.is_failure:
            self._settle(f'it refuses the client "{self.settings.client_id}": {reason}')
        elif self._subscriptions:
            options = SubscribeOptions(qos=QOS)
            client.subscribe([(topic, options) for topic in self._subscriptions])
        else:
            self._settle(None)

    def _suback(self, _: Any, __: Any, ___: int, reasons: list[ReasonCode], ____: Any) -> None:
        refused = [t for t, r in zip(self._subscriptions, reasons, strict=True) if r.is_failure]
        self._settle(f"it refuses the subscription {refused[0]}" if refused else None)

    def _settle(self, refusal: str | None) -> None:
        self._refusal = refusal
        if refusal is None:
            self._up = True
            self._on_event(Connected())
        self._settled.set()

    def _puback(self, _: Any, __: Any, mid: int, reason: ReasonCode, ___: Any) -> None:
        self._on_event(Published(mid, reason.value))

    def _message(self, _: Any, __: Any, message: paho.MQTTMessage) -> None:
        self._on_event(Received(message.topic, bytes(message.payload)))

    def _parted(self, _: Any, __: Any, flags: paho.DisconnectFlags, reason: ReasonCode, ___: Any) -> None:
        if flags.is_disconnect_packet_from_server:
            self._last_error = f"the broker ended it: {reason}"
        elif not self._last_error:
            self._last_error = str(reason)

    def _paho_says(self, _: Any, __: Any, level: int, text: str) -> None:
        if level == paho.MQTT_LOG_ERR:
            self._last_error = text


def _guarded(callback: Callable[..., None]) -> Callable[..., None]:
    """`callback`, which can never throw into paho: that would end the network thread."""

    def call(*arguments: Any) -> None:
        try:
            callback(*arguments)
        except Exception:  # paho's thread has nobody who could handle it
            log.exception("callback failed callback=%s", callback.__qualname__)

    return call


def _no_delay(_: Any, __: Any, sock: socket.socket) -> None:
    # Nagle's algorithm and delayed acks together hold each request back for 40 ms.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _leave_writing_to_the_thread(_: Any, __: Any, ___: Any) -> None:
    pass


def _properties(packet: int, **values: Any) -> Properties:
    properties = Properties(packet)  # type: ignore[no-untyped-call]
    for name, value in values.items():
        setattr(properties, name, value)
    return properties
