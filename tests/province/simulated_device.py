"""A device made of its protocol alone: a key, a log of chained rows, signed messages."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from device.chain import canonical, genesis, link
from device.clock import wall_text
from device.handling import Handling
from device.row import Invite, Outcome, Rating
from province.ca import key_pem
from sync.contract import topics
from sync.contract.batch import build_batch
from sync.contract.envelope import device_path, wrap
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import Hello, LogState, Message, Ratings, Receipt, Status
from sync.contract.topics import DownName, UpName

BOOT = "a1b2c3d4e5f60718293a4b5c6d7e8f90"


@dataclass(frozen=True, slots=True)
class LogRow:
    """A row as a ledger keeps it."""

    seq: int
    prev: str
    hash: str
    canonical: bytes


@dataclass
class SimulatedLog:
    """A log that grows by rows of any content."""

    log_id: str = field(default_factory=lambda: secrets.token_hex(16))
    rows: list[LogRow] = field(default_factory=list)

    @property
    def head(self) -> str:
        return self.rows[-1].hash if self.rows else genesis(self.log_id)

    def append(self, row: dict[str, Any]) -> int:
        """Chain a row; its seq."""
        seq = len(self.rows) + 1
        text = canonical({**row, "seq": seq})
        self.rows.append(LogRow(seq, self.head, link(self.head, text), text))
        return seq

    def batch(self, first: int, last: int) -> Ratings:
        return build_batch(self.log_id, self.rows[first - 1 : last])

    def state(self) -> LogState:
        return LogState(
            log_id=self.log_id,
            first_seq=1,
            head_seq=len(self.rows),
            head=self.head,
            receipted=0,
            state="active",
        )

    def forked_at(self, seq: int) -> SimulatedLog:
        """The log as an older image of the card has it."""
        return SimulatedLog(self.log_id, self.rows[:seq])


class SimulatedDevice:
    """Speaks the contract as the device `name` would."""

    def __init__(self, name: str, at: datetime) -> None:
        self.name = name
        self.at = at
        self.key_object = ec.generate_private_key(ec.SECP256R1())
        self.key_pem = key_pem(self.key_object)
        self.key = SigningKey(self.key_object)
        self.session = secrets.token_hex(8)
        self.log = SimulatedLog()
        self.certificate = b""

    def request(self) -> bytes:
        """A signing request (PEM) for this device's name and key."""
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, self.name)])
        csr = x509.CertificateSigningRequestBuilder().subject_name(subject)
        return csr.sign(self.key_object, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def topic(self, name: UpName) -> str:
        return topics.up(self.name, name)

    def hello(self, log: SimulatedLog | None = None, **changed: Any) -> bytes:
        active = log or self.log
        message = Hello(
            session=self.session,
            boot=BOOT,
            mono_ms=1,
            sent_at=wall_text(self.at),
            clock="trusted",
            contract=[1],
            accepts=[],
            active=active.log_id,
            logs=[active.state()],
            software="0.1.0",
        )
        return self.wrap(msgspec.structs.replace(message, **changed), UpName.HELLO)

    def ratings(self, first: int, last: int, log: SimulatedLog | None = None) -> bytes:
        return self.wrap((log or self.log).batch(first, last), UpName.RATINGS)

    def status(self, *, online: bool, queue: int = 0, session: str | None = None, **changed: Any) -> bytes:
        message = Status(
            session=session or self.session,
            online=online,
            queue=queue,
            software="0.1.0",
            sent_at=wall_text(self.at),
            clock="trusted",
        )
        return self.wrap(msgspec.structs.replace(message, **changed), UpName.STATUS)

    def wrap(self, message: Message, name: UpName, *, key: SigningKey | None = None) -> bytes:
        return wrap(
            message,
            name=name,
            source=device_path(self.name),
            subject=None,
            at=self.at,
            key=key or self.key,
            id=secrets.token_hex(16),
        )

    def rate(self, level: int | None = 5, /, **changed: Any) -> int:
        """Append a rating row to the log; its seq."""
        return self.log.append({**rating_row(level, at=self.at), **changed})


def rating_row(level: int | None = 5, /, *, at: datetime, **changed: Any) -> dict[str, Any]:
    """A rating row as the ledger writes it; `changed` replaces fields, unknown ones too."""
    rating = Rating(
        visit=secrets.token_hex(16),
        outcome=Outcome.RATED if level is not None else Outcome.UNANSWERED,
        level=level,
        at=wall_text(at),
        invited_at=wall_text(at - timedelta(seconds=5)),
        boot=BOOT,
        mono_ms=1000,
        clock="trusted",
        window="W07",
        assignment=1,
        channel=4,
        language="zh-Hans",
        layout_id="row5-desc-1",
        indicator_list="2021-1",
        invite=Invite(id=secrets.token_hex(8), via="http"),
        handling=Handling(
            project_no=f"510100-{secrets.token_hex(4)}", service_no=1, task_name="居民身份证换领"
        ),
        clerk="C0231",
        input="key",
    )
    row: dict[str, Any] = msgspec.to_builtins(rating)
    return {**row, **changed}


def handling(project_no: str, service_no: int = 1, assessment: int = 1) -> dict[str, Any]:
    """The handling of a row."""
    return {"project_no": project_no, "service_no": service_no, "assessment": assessment}


def open_receipt(device: SimulatedDevice, payload: bytes, province: KeySet) -> Receipt:
    """The receipt in `payload`, if it is addressed to `device` and signed by the province."""
    from sync.contract.envelope import unwrap

    topic = topics.parse(topics.down(device.name, DownName.RECEIPT))
    message = unwrap(payload, topic=topic, keys=province).message
    assert isinstance(message, Receipt)
    return message
