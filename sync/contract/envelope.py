"""The envelope of a message: JWS over a CloudEvent whose type, source and subject match the topic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from device.clock import wall_text
from device.errors import ContractError
from device.json_text import read_json
from sync.contract import cloudevent, jws
from sync.contract.cloudevent import CloudEvent
from sync.contract.errors import Refusable, TooLarge
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import TYPES, VERSION, Message
from sync.contract.topics import Direction, Name, Topic

PROVINCE = "/province"
"""The `source` of what the province says."""

_decoders = {name: msgspec.json.Decoder(type_) for name, type_ in TYPES.items()}


@dataclass(frozen=True, slots=True)
class Wrapped:
    """What came in a verified envelope."""

    event: CloudEvent
    message: Message


class _Session(msgspec.Struct):
    """All that is read of a message which cannot be read."""

    session: str = ""


_session_decoder = msgspec.json.Decoder(_Session)


def device_path(device: str) -> str:
    """A device as `source` or `subject`."""
    return f"/devices/{device}"


def event_type(name: Name) -> str:
    """The CloudEvent type of the message `name`."""
    return f"hcp.{name}.v{VERSION}"


def wrap(
    message: Message, *, name: Name, source: str, subject: str | None, at: datetime, key: SigningKey, id: str
) -> bytes:
    """`message` as it travels on the topic of `name`, signed by `key`.

    `source`: PROVINCE or device_path(…); `subject`: the addressee, required downwards. Raises TooLarge.
    """
    event = CloudEvent(
        specversion=cloudevent.SPECVERSION,
        id=id,
        source=source,
        type=event_type(name),
        time=wall_text(at),
        dataschema=f"urn:{event_type(name).replace('.', ':')}",
        datacontenttype=cloudevent.CONTENT_TYPE,
        subject=subject,
        data=msgspec.Raw(msgspec.json.encode(message)),
    )
    token = jws.sign(cloudevent.encode(event), key)
    if len(token) > jws.MAX_BYTES:
        raise TooLarge(f"{event_type(name)} has {len(token)} bytes; allowed: {jws.MAX_BYTES}")
    return token


def unwrap(payload: bytes, *, topic: Topic, keys: KeySet) -> Wrapped:
    """The message in `payload`, which came on `topic`, signed by one of `keys`.

    Raises an Unverified (NotJws, TooLarge, UnknownKey, BadSignature) when nothing can be believed: no
    answer, an alarm; Refusable when the signature holds and the rest cannot be read: answered `refused`.
    """
    text = jws.verify(payload, keys)
    try:
        event = cloudevent.decode(text)
    except msgspec.DecodeError as error:
        raise Refusable(f"not a CloudEvent 1.0: {error}") from None
    try:
        check_addresses(event, topic)
        message = _message(event, topic.name)
    except ContractError as error:
        raise Refusable(str(error), re=event.id, session=_session(event)) from None
    return Wrapped(event, message)


def check_addresses(event: CloudEvent, topic: Topic) -> None:
    """That type, source and subject of `event` are those of `topic`. Raises ContractError."""
    device = device_path(topic.device)
    wanted_source = device if topic.direction is Direction.UP else PROVINCE
    if event.type != event_type(topic.name):
        raise ContractError(f"type is {event.type!r}; on this topic: {event_type(topic.name)!r}")
    if event.source != wanted_source:
        raise ContractError(f"source is {event.source!r}; on this topic: {wanted_source!r}")
    if topic.direction is Direction.DOWN and event.subject != device:
        raise ContractError(f"subject is {event.subject!r}; on this topic: {device!r}")


def _message(event: CloudEvent, name: Name) -> Message:
    try:
        return read_json(event.data, _decoders[name])
    except msgspec.DecodeError as error:
        raise ContractError(f"{event.type}: {error}") from None


def _session(event: CloudEvent) -> str:
    try:
        return read_json(event.data, _session_decoder).session[:64]
    except msgspec.DecodeError:
        return ""
