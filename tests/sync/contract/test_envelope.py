"""The envelope: whose word a message is, and what of it can be answered."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from sync.contract import jws
from sync.contract.envelope import PROVINCE, device_path, unwrap, wrap
from sync.contract.errors import BadSignature, NotJws, Refusable, TooLarge, UnknownKey
from sync.contract.keys import KeySet, PublicKey, SigningKey
from sync.contract.messages import Message, Ratings, Receipt, Status
from sync.contract.topics import Direction, DownName, Name, Topic, UpName

KEY = SigningKey.generate()
KEYS = KeySet([KEY.public])
AT = datetime(2026, 11, 22, 2, 15, 2, 113000, tzinfo=UTC)
STATUS = Status(
    session="5e55",
    online=True,
    queue=0,
    software="test",
    sent_at="2026-11-22T10:15:02.113+08:00",
    clock="trusted",
)
RECEIPT = Receipt(re="m-1", session="5e55", through=0, status="ok", time="2026-11-22T10:15:02.113+08:00")
UP = Topic("d-0001", Direction.UP, UpName.STATUS)
DOWN = Topic("d-0001", Direction.DOWN, DownName.RECEIPT)


def envelope(
    message: Message = STATUS,
    *,
    name: Name = UpName.STATUS,
    source: str = device_path("d-0001"),
    subject: str | None = None,
    key: SigningKey = KEY,
) -> bytes:
    return wrap(message, name=name, source=source, subject=subject, at=AT, key=key, id="m-1")


def receipt(**changes: Any) -> bytes:
    values: dict[str, Any] = {"name": DownName.RECEIPT, "source": PROVINCE, "subject": device_path("d-0001")}
    return envelope(RECEIPT, **{**values, **changes})


def signed(event: object) -> bytes:
    return jws.sign(json.dumps(event).encode(), KEY)


def event(**changes: object) -> dict[str, object]:
    """The decoded event of a good status message, with changes."""
    return {**json.loads(jws.verify(envelope(), KEYS)), **changes}


def test_what_is_wrapped_is_unwrapped() -> None:
    wrapped = unwrap(envelope(), topic=UP, keys=KEYS)
    assert wrapped.message == STATUS
    assert (wrapped.event.id, wrapped.event.source) == ("m-1", "/devices/d-0001")
    assert unwrap(receipt(), topic=DOWN, keys=KEYS).message == RECEIPT


def test_the_event_is_a_cloudevent_of_the_contract() -> None:
    assert event() == {
        "specversion": "1.0",
        "id": "m-1",
        "source": "/devices/d-0001",
        "type": "hcp.status.v1",
        "time": "2026-11-22T10:15:02.113+08:00",
        "dataschema": "urn:hcp:status:v1",
        "datacontenttype": "application/json",
        "data": json.loads(msgspec.json.encode(STATUS)),
    }


def test_nothing_is_believed_without_a_signature_that_holds() -> None:
    other = SigningKey.generate()
    with pytest.raises(UnknownKey):
        unwrap(envelope(key=other), topic=UP, keys=KEYS)
    with pytest.raises(NotJws):
        unwrap(b"{}", topic=UP, keys=KEYS)
    header, payload, _ = envelope().split(b".")
    with pytest.raises(BadSignature):
        unwrap(b".".join([header, payload, b"A" * 86]), topic=UP, keys=KEYS)


def test_a_device_cannot_speak_for_another_with_its_own_key() -> None:
    with pytest.raises(Refusable, match=r"^source is '/devices/d-0002'; on this topic: '/devices/d-0001'$"):
        unwrap(envelope(source=device_path("d-0002")), topic=UP, keys=KEYS)


def test_a_receipt_for_one_device_is_nothing_to_another() -> None:
    with pytest.raises(Refusable, match=r"^subject is '/devices/d-0002'"):
        unwrap(receipt(subject=device_path("d-0002")), topic=DOWN, keys=KEYS)
    with pytest.raises(Refusable, match=r"^subject is None"):
        unwrap(receipt(subject=None), topic=DOWN, keys=KEYS)
    with pytest.raises(Refusable, match=r"^source is '/devices/d-0001'; on this topic: '/province'"):
        unwrap(receipt(source=device_path("d-0001")), topic=DOWN, keys=KEYS)


def test_a_message_on_the_topic_of_another_kind_is_refused() -> None:
    with pytest.raises(Refusable, match=r"^type is 'hcp\.status\.v1'; on this topic: 'hcp\.hello\.v1'$"):
        unwrap(envelope(), topic=Topic("d-0001", Direction.UP, UpName.HELLO), keys=KEYS)


def test_data_of_another_kind_than_the_envelope_says_is_refused() -> None:
    topic = Topic("d-0001", Direction.UP, UpName.SEALED)
    with pytest.raises(Refusable, match=r"^hcp\.sealed\.v1: Object missing required field `log_id`"):
        unwrap(signed(event(type="hcp.sealed.v1")), topic=topic, keys=KEYS)


def test_a_message_signed_by_a_key_for_sealing_is_not_believed() -> None:
    keys = KeySet([SigningKey.generate().public, PublicKey.from_jwk({**KEY.public.jwk, "use": "enc"})])
    with pytest.raises(UnknownKey):
        unwrap(signed(event()), topic=UP, keys=keys)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"specversion":"1.0"}',
        json.dumps(event(specversion="2.0")).encode(),
        json.dumps(event(id="")).encode(),
        json.dumps(event(id="x" * 129)).encode(),
        json.dumps(event(time=7)).encode(),
        json.dumps(event(datacontenttype="text/plain")).encode(),
        b'{"specversion":"1.0","id":"\\ud800"}',
        b'{"specversion":"1.0","id":"\xff"}',
        b'{"specversion":"1.0","id":' + b"[" * 10_000,
    ],
)
def test_signed_but_no_cloudevent_can_be_refused_with_why(bad: bytes) -> None:
    with pytest.raises(Refusable, match=r"^not a CloudEvent 1\.0: ") as raised:
        unwrap(jws.sign(bad, KEY), topic=UP, keys=KEYS)
    assert (raised.value.re, raised.value.session) == ("", "")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "session"),
        ({"session": "s" * 65}, "session"),
        ({"session": "s", "online": 1}, "online"),
        ({"session": "s", "online": True, "queue": -1}, "queue"),
        ({"session": "s", "online": True, "queue": 2**53}, "queue"),
    ],
)
def test_signed_but_of_the_wrong_schema_is_refused_naming_the_field(
    data: dict[str, object], field: str
) -> None:
    with pytest.raises(Refusable, match=rf"^hcp\.status\.v1: .*{field}") as raised:
        unwrap(signed(event(data=data)), topic=UP, keys=KEYS)
    assert raised.value.re == "m-1"
    assert raised.value.session == str(data.get("session", ""))[:64]


@pytest.mark.parametrize("data", [b'{"session":"\xff"}', b'{"session":' + b'{"a":' * 10_000])
def test_signed_data_that_no_decoder_likes_is_refused_like_any_other(data: bytes) -> None:
    text = json.dumps(event(data="DATA")).encode().replace(b'"DATA"', data)
    with pytest.raises(Refusable) as raised:
        unwrap(jws.sign(text, KEY), topic=UP, keys=KEYS)
    assert raised.value.session == ""


def test_unknown_fields_and_words_are_tolerated() -> None:
    data = {**json.loads(msgspec.json.encode(STATUS)), "later": {"x": [1]}, "clock": "some_later_word"}
    message = unwrap(signed(event(data=data, later="x")), topic=UP, keys=KEYS).message
    assert isinstance(message, Status)
    assert message.clock == "some_later_word"


@pytest.mark.parametrize(
    "time", ["", "yesterday", "2026-11-22T10:15:02", "2026-13-22T10:15:02+08:00", "2" * 41]
)
def test_a_receipt_with_a_time_that_is_none_is_refused(time: str) -> None:
    data = {"re": "m-1", "session": "s", "through": 0, "status": "ok", "time": time}
    down = event(type="hcp.receipt.v1", source=PROVINCE, subject=device_path("d-0001"), data=data)
    with pytest.raises(Refusable, match=r"^hcp\.receipt\.v1: "):
        unwrap(signed(down), topic=DOWN, keys=KEYS)


def test_a_message_too_large_is_not_made() -> None:
    rows = [{"seq": n, "text": "x" * 1000} for n in range(1, 201)]
    ratings = Ratings(log_id="0" * 32, first=1, last=200, prev="0" * 64, head="0" * 64, rows=rows)
    with pytest.raises(TooLarge, match=r"^hcp\.ratings\.v1 has \d+ bytes; allowed: 262144$"):
        envelope(ratings, name=UpName.RATINGS)
