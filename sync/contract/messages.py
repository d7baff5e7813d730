"""The messages of contract version 1, field by field. Unknown fields are tolerated, enumerations are open."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from device.province_settings import ClerkEntry, Indicators, Names, PhoneOffer, VisitRules
from sync.contract.topics import DownName, Name, UpName

VERSION = 1

BLOB_BYTES = 2 * 1024 * 1024
"""The most that a device brings or fetches as one blob."""


Seq = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Whole = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
LogId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$", max_length=32)]
Code = Annotated[str, msgspec.Meta(max_length=64)]
Time = Annotated[
    str,
    msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$", max_length=40),
]
Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d$", max_length=10)]
Why = Annotated[str, msgspec.Meta(max_length=400)]
Codes = Annotated[list[Code], msgspec.Meta(max_length=32)]
Token = Annotated[str, msgspec.Meta(max_length=1024, pattern=r"^[A-Za-z0-9_.-]+$")]
Statement = Annotated[str, msgspec.Meta(max_length=2048, pattern=r"^[A-Za-z0-9_.-]+$")]
Arguments = Annotated[
    dict[Code, Annotated[str, msgspec.Meta(max_length=400)]],
    msgspec.Meta(max_length=16),
]
Plain = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]
Base64Url = Annotated[str, msgspec.Meta(max_length=8192, pattern=r"^[A-Za-z0-9_-]+$")]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What every message is."""


class LogState(Message, frozen=True, kw_only=True):
    """One log of a device as it stands. `head` is the hash of `head_seq`; an empty log has `head_seq` 0.

    `first_seq`: the first row still held. `receipted`: the last one the device holds a receipt for.
    `lost`: gaps the device knows of. `state`: "active", "closed" or "damaged".
    """

    log_id: LogId
    first_seq: Seq
    head_seq: Seq
    head: Hash
    receipted: Seq
    state: Code
    lost: Annotated[list[tuple[Seq, Seq]], msgspec.Meta(max_length=256)] = []
    prior: LogId | None = None
    why: Why | None = None


class Hello(Message, frozen=True, kw_only=True):
    """The first message after each connect: who, which logs, where they stand.

    `session` is new at each connect, compared for equality only. By (`mono_ms`, `sent_at`) monotonic times of
    `boot` are mapped to the wall clock. `contract`: versions spoken. `settings_version`, `assignment`: those
    in force; `settings_known`: the highest version that came, in force, refused or waiting.
    """

    session: Code
    boot: Code
    mono_ms: Whole
    sent_at: Time
    clock: Code
    contract: Annotated[list[int], msgspec.Meta(max_length=32)]
    accepts: Codes
    active: LogId
    logs: Annotated[list[LogState], msgspec.Meta(max_length=64)]
    software: Code
    settings_version: Whole | None = None
    assignment: Whole | None = None
    # Left out where it is not known: a hello has the bytes then that it had before there was this field.
    settings_known: Whole | msgspec.UnsetType = msgspec.UNSET

    def __post_init__(self) -> None:
        """The province reckons with `sent_at`: it must be a time that the calendar has."""
        datetime.fromisoformat(self.sent_at)


class Ratings(Message, frozen=True, kw_only=True):
    """Consecutive rows of one log. `prev` is the hash before `first`, `head` that of `last`.

    `rows` are kept as they came, for unknown fields are hashed too. `pad` is ignored: it hides the size.
    """

    log_id: LogId
    first: Seq
    last: Seq
    prev: Hash
    head: Hash
    rows: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=500)]
    after_loss: bool = False
    pad: Annotated[str, msgspec.Meta(max_length=4096)] = ""


class Sealed(Message, frozen=True, kw_only=True):
    """A sealed blob, which row `seq` of `log_id` names by its SHA-256 (sync.contract.sealed).

    `kid`: the key it is sealed to. `suite`: how. `enc`, `ct`: the encapsulated key and the ciphertext,
    base64url without padding. The message's `id` is the blob's SHA-256. `pad` is ignored: it hides the size.
    """

    log_id: LogId
    seq: Seq
    kid: Plain
    suite: Plain
    enc: Base64Url
    ct: Base64Url
    pad: Annotated[str, msgspec.Meta(max_length=4096)] = ""


class SignedHead(Message, frozen=True, kw_only=True):
    """Where a log stood when the message was signed."""

    log_id: LogId
    seq: Seq
    hash: Hash


class Status(Message, frozen=True, kw_only=True, omit_defaults=True):
    """How the device is; retained, and the will of the session with `online` false.

    `queue`: rows not yet receipted. `heads`: heads signed earlier, each a JWS (sync.contract.heads), that no
    receipt covers. `disk_free`: bytes. `temperature_c`: of the processor. `clock_source`: by whose word
    `clock` is what it is. `key_health`: "ok" or "suspect". `keys_proven_on`: the day in China since which
    each key is proven. `faults`: codes as on the screen, and "device_silent". `screen`: whether the screen
    draws what it is given. `settings_version`, `assignment`, `settings_known`: as in hello. What is left out
    is not known.
    """

    session: Code
    online: bool
    queue: Whole
    software: Code
    sent_at: Time
    clock: Code
    head: SignedHead | None = None
    heads: Annotated[list[Token], msgspec.Meta(max_length=64)] = []
    disk_free: Whole | None = None
    temperature_c: Annotated[float, msgspec.Meta(ge=-100, le=200)] | None = None
    clock_source: Code | None = None
    key_health: Code | None = None
    keys_proven_on: Day | None = None
    faults: Codes = []
    screen: bool | None = None
    settings_version: Whole | None = None
    assignment: Whole | None = None
    settings_known: Whole | None = None

    def __post_init__(self) -> None:
        """`sent_at` must be a time that the calendar has."""
        datetime.fromisoformat(self.sent_at)


class Receipt(Message, frozen=True, kw_only=True):
    """The province's word that it has committed every row of `log_id` up to `through`, whose hash is `head`.

    `re`: id of the message answered. `status`: "ok", "resend", "quarantined", "diverged", "unknown_device" or
    "refused". `from_seq` ("from"): first row wanted, with "resend". `pause_s`: send nothing for so long.
    `log_id` and `head` are null where the province holds nothing to name.
    """

    re: Code
    session: Code
    through: Seq
    status: Code
    time: Time
    log_id: LogId | None = None
    head: Hash | None = None
    from_seq: Seq | None = msgspec.field(default=None, name="from")
    pause_s: Annotated[float, msgspec.Meta(ge=0, le=86400)] | None = None
    accepts: Codes = []
    why: Why | None = None

    def __post_init__(self) -> None:
        """Devices set their belief in the time by `time`: it must be one the calendar has."""
        datetime.fromisoformat(self.time)


class Settings(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What the province sets on one device, whole: what is left out is as the device was configured.

    A lower `version` than the one in force is refused. `assignment`: a statement signed by the province
    (sync.contract.assignment), which stands without the message too.
    """

    version: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
    assignment: Statement | None = None
    names: Names | None = None
    clerks: Annotated[list[ClerkEntry], msgspec.Meta(max_length=500)] = []
    indicator_list: Indicators | None = None
    rules: VisitRules = VisitRules()
    phone: PhoneOffer | None = None


class Order(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What a device is to do once. `session`: the one it is addressed to; in another it is not obeyed.

    `kind`: "restart", "show_notice", "close_visit", "invite", "clean" or "collect_logs"; one that the
    device does not know is answered `refused`. `expires_at`: not begun after it, by a device that trusts
    its clock.
    """

    id: Code
    session: Code
    kind: Code
    arguments: Arguments = {}
    issued_at: Time
    expires_at: Time | None = None

    def __post_init__(self) -> None:
        """A device reckons with both times: they must be some that the calendar has."""
        datetime.fromisoformat(self.issued_at)
        if self.expires_at is not None:
            datetime.fromisoformat(self.expires_at)


class Blob(Message, frozen=True, kw_only=True):
    """What is too large for a message and goes over HTTPS: the SHA-256 of its bytes, and their number."""

    sha256: Hash
    size: Whole


class Reply(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What became of an order, or of settings that were not taken; said each time it is asked.

    `outcome`: "done", "refused", "failed", or "ignored" for what was signed by the province and is not for
    now: another session's, another device's, older settings. `order`: its id; `settings`: their version.
    `blob`: what the order made, about to be brought; without an order, one that could not be taken.
    """

    outcome: Code
    order: Code | None = None
    settings: Whole | None = None
    why: Why | None = None
    blob: Blob | None = None


TYPES: dict[Name, type[Message]] = {
    UpName.HELLO: Hello,
    UpName.RATINGS: Ratings,
    UpName.SEALED: Sealed,
    UpName.STATUS: Status,
    DownName.RECEIPT: Receipt,
    DownName.SETTINGS: Settings,
    DownName.ORDER: Order,
    UpName.REPLY: Reply,
}
"""The type of each message; every topic has one."""
