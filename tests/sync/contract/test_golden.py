"""Golden files: what one version of this contract signed, every later one must still read, byte for byte.

Run as a program (`python -m tests.sync.contract.test_golden`), it writes those that are not there yet; one
that is there is never written again.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from device.clock import CHINA
from device.province_settings import ClerkEntry, IndicatorItem, Indicators, Names, Photo, VisitRules
from sync.contract import jws
from sync.contract.batch import build_batch, check_batch
from sync.contract.envelope import PROVINCE, device_path, unwrap, wrap
from sync.contract.keys import KeySet, PublicKey, SigningKey
from sync.contract.messages import (
    Blob,
    Hello,
    LogState,
    Message,
    Order,
    Ratings,
    Receipt,
    Reply,
    Sealed,
    Settings,
    SignedHead,
    Status,
)
from sync.contract.sealed import blob_hash, blob_of, build_sealed
from sync.contract.topics import Direction, DownName, Topic, UpName, parse

GOLDEN = Path(__file__).parent.parent / "golden"
VECTORS = json.loads((Path(__file__).parents[2] / "device" / "chain-vectors.json").read_text("utf-8"))
TIME = "2026-11-22T10:15:20.000+08:00"
AT = datetime(2026, 11, 22, 10, 15, 20, tzinfo=CHINA)
DEVICE = "d-0001"
SESSION = "5e5510f7a1b2c3d4"


class Vector:
    """A row of the chain vectors as a ledger stores it."""

    def __init__(self, vector: dict[str, Any]) -> None:
        self.seq: int = vector["row"]["seq"]
        self.prev: str = vector["prev"]
        self.hash: str = vector["hash"]
        self.canonical: bytes = vector["canonical"].encode("utf-8")


ROWS = [Vector(vector) for vector in VECTORS["rows"]]
LOG_ID = VECTORS["log_id"]
HEAD = ROWS[-1].hash

MESSAGES: dict[UpName | DownName, Message] = {
    UpName.HELLO: Hello(
        session=SESSION,
        boot="a1b2c3d4e5f60718293a4b5c6d7e8f90",
        mono_ms=140_000,
        sent_at=TIME,
        clock="trusted",
        contract=[1],
        accepts=[],
        active=LOG_ID,
        logs=[
            LogState(log_id=LOG_ID, first_seq=1, head_seq=len(ROWS), head=HEAD, receipted=0, state="active")
        ],
        software="chuangping 0.1.0",
    ),
    UpName.RATINGS: build_batch(LOG_ID, ROWS),
    UpName.SEALED: build_sealed(
        LOG_ID,
        2,
        kid="cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s",
        suite="HPKE-P256-SHA256-A128GCM",
        enc=b"\x04" + bytes(range(64)),  # only its form matters: nothing here opens it
        ct=bytes(range(256)) * 4 + bytes(16),
    ),
    UpName.STATUS: Status(
        session=SESSION,
        online=True,
        queue=len(ROWS),
        software="chuangping 0.1.0",
        sent_at=TIME,
        clock="trusted",
        head=SignedHead(log_id=LOG_ID, seq=len(ROWS), hash=HEAD),
    ),
    DownName.RECEIPT: Receipt(
        re="id-ratings",
        session=SESSION,
        log_id=LOG_ID,
        through=len(ROWS),
        head=HEAD,
        status="ok",
        time=TIME,
    ),
    DownName.SETTINGS: Settings(
        version=3,
        assignment="eyJhbGciOiJFUzI1NiJ9.e30.c2ln",
        names=Names(number="09", name="不动产登记", hall="市政务服务中心"),
        clerks=[ClerkEntry(id="C0231", shown="王芳", post="综合受理")],
        indicator_list=Indicators(
            version="2026-1", items=[IndicatorItem(code="207", level=2, text="态度生硬", main=True)]
        ),
        rules=VisitRules(answer_s=45, reasons_s=15.5, thanks_s=2, uninvited="refuse"),
    ),
    DownName.ORDER: Order(
        id="o-1",
        session=SESSION,
        kind="show_notice",
        arguments={"text": "下午三点停电"},
        issued_at=TIME,
        expires_at=TIME,
    ),
    UpName.REPLY: Reply(order="o-1", outcome="done"),
}
NAMES = sorted(MESSAGES)

HEAD_TOKEN = (
    "eyJhbGciOiJFUzI1NiIsInR5cCI6ImhjcC1oZWFkK2p3cyIsImtpZCI6ImsifQ.e30.c2lnbmF0dXJl"  # only its form matters
)
FULL_STATUS = msgspec.structs.replace(
    MESSAGES[UpName.STATUS],
    heads=[HEAD_TOKEN],
    disk_free=3_000_000_000,
    temperature_c=48.5,
    clock_source="receipt",
    key_health="suspect",
    faults=["F-022"],
    screen=True,
)

FULL_HELLO = msgspec.structs.replace(
    MESSAGES[UpName.HELLO],
    logs=[
        LogState(
            log_id="ffeeddccbbaa99887766554433221100",
            first_seq=2,
            head_seq=9,
            head=HEAD,
            receipted=3,
            state="damaged",
            lost=[(4, 5), (10, 12)],
            why="a page cannot be read",
        ),
        LogState(
            log_id=LOG_ID,
            first_seq=1,
            head_seq=len(ROWS),
            head=HEAD,
            receipted=0,
            state="active",
            prior="ffeeddccbbaa99887766554433221100",
        ),
    ],
    settings_version=7,
    assignment=3,
    settings_known=8,
)
FULL: dict[str, tuple[UpName | DownName, Message]] = {
    "status-full": (UpName.STATUS, FULL_STATUS),
    "status-keys": (
        UpName.STATUS,
        msgspec.structs.replace(FULL_STATUS, keys_proven_on="2026-10-20", faults=["F-023"]),
    ),
    "hello-full": (UpName.HELLO, FULL_HELLO),
    "settings-photo": (
        DownName.SETTINGS,
        Settings(
            version=4,
            clerks=[ClerkEntry(id="C0231", shown="王芳", photo=Photo(sha256="ab" * 32, size=31_415))],
        ),
    ),
    "reply-blob": (
        UpName.REPLY,
        Reply(order="o-2", outcome="done", blob=Blob(sha256="cd" * 32, size=27_182)),
    ),
}


def token_of(name: UpName | DownName, key: SigningKey, message: Message | None = None) -> bytes:
    upwards = isinstance(name, UpName)
    return wrap(
        message or MESSAGES[name],
        name=name,
        source=device_path(DEVICE) if upwards else PROVINCE,
        subject=None if upwards else device_path(DEVICE),
        at=AT,
        key=key,
        id=id_of(name),
    )


def id_of(name: UpName | DownName) -> str:
    """A blob's message is named as the row names the blob."""
    message = MESSAGES[name]
    return blob_hash(*blob_of(message)) if isinstance(message, Sealed) else f"id-{name}"


def topic_of(name: UpName | DownName) -> Topic:
    return Topic(DEVICE, Direction.UP if isinstance(name, UpName) else Direction.DOWN, name)


def golden(name: UpName | DownName | str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    return content


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_token_still_verifies_and_reads_as_the_message_it_was(name: UpName | DownName) -> None:
    content = golden(name)
    wrapped = unwrap(
        content["token"].encode("ascii"),
        topic=parse(content["topic"]),
        keys=KeySet([PublicKey.from_jwk(content["key"])]),
    )
    assert wrapped.message == MESSAGES[name]
    assert json.loads(msgspec.json.encode(wrapped.event)) == content["event"]


@pytest.mark.parametrize("name", NAMES)
def test_a_message_made_today_has_the_bytes_it_had_then(name: UpName | DownName) -> None:
    content = golden(name)
    then = jws.verify(content["token"].encode("ascii"), KeySet([PublicKey.from_jwk(content["key"])]))
    key = SigningKey.generate()
    assert jws.verify(token_of(name, key), KeySet([key.public])) == then


@pytest.mark.parametrize("file", FULL)
def test_a_message_with_everything_in_it_still_reads_and_is_made_as_it_was(file: str) -> None:
    name, message = FULL[file]
    content = golden(file)
    keys = KeySet([PublicKey.from_jwk(content["key"])])
    token = content["token"].encode("ascii")
    assert unwrap(token, topic=parse(content["topic"]), keys=keys).message == message
    key = SigningKey.generate()
    today = jws.verify(token_of(name, key, message), KeySet([key.public]))
    assert today == jws.verify(token, keys)


def test_the_golden_batch_carries_the_published_chain_vectors() -> None:
    ratings = MESSAGES[UpName.RATINGS]
    assert isinstance(ratings, Ratings)
    check_batch(ratings)
    assert ratings.rows == [vector["row"] for vector in VECTORS["rows"]]


def _write() -> None:
    key = SigningKey.generate()
    files = [(name, str(name), MESSAGES[name]) for name in NAMES]
    files += [(name, file, full) for file, (name, full) in FULL.items()]
    for name, file, message in files:
        path = GOLDEN / f"{file}.json"
        token = token_of(name, key, message)
        content = {
            "topic": str(topic_of(name)),
            "key": key.public.jwk,
            "event": json.loads(jws.verify(token, KeySet([key.public]))),
            "token": token.decode("ascii"),
        }
        if not path.exists():
            path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    _write()
