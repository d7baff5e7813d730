"""What the device says to the province: each message made, enveloped and signed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from device.clock import Clock
from device.ledger.reader import Head, StoredBlob, StoredRow
from sync.agent.device_condition import DeviceCondition
from sync.agent.device_file import Standing
from sync.agent.identity import Identity
from sync.contract.batch import build_batch
from sync.contract.envelope import device_path, wrap
from sync.contract.messages import VERSION, Hello, LogState, Message, Reply, SignedHead, Status
from sync.contract.sealed import build_sealed
from sync.contract.topics import UpName, up


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to be published. `id` is what its answer names."""

    id: str
    topic: str
    payload: bytes


class Post:
    """Writes and signs letters. `software`: the name and version that the province is told.

    `standing`: what is in force on the device when a letter is written.
    """

    def __init__(
        self,
        *,
        identity: Identity,
        clock: Clock,
        software: str,
        standing: Callable[[], Standing] = Standing,
    ) -> None:
        self._identity = identity
        self._clock = clock
        self._software = software
        self._standing = standing

    def hello(self, session: str, *, active: str, logs: Sequence[LogState]) -> Letter:
        """The first message of a session: which logs there are, and which of them is `active`.

        Raises TooLarge.
        """
        now = self._clock.now()
        return self._letter(
            UpName.HELLO,
            Hello(
                session=session,
                boot=now.boot,
                mono_ms=now.mono_ms,
                sent_at=now.wall_text,
                clock=now.quality,
                contract=[VERSION],
                accepts=[],
                active=active,
                logs=list(logs),
                software=self._software,
                settings_version=self._standing().settings_version,
                assignment=self._standing().assignment,
                settings_known=self._standing().settings_known or msgspec.UNSET,
            ),
        )

    def ratings(self, log_id: str, rows: Sequence[StoredRow], *, after_loss: bool = False) -> Letter:
        """The batch of `rows`: at least one, consecutive. Raises TooLarge."""
        return self._letter(UpName.RATINGS, build_batch(log_id, rows, after_loss=after_loss))

    def sealed(self, log_id: str, blob: StoredBlob) -> Letter:
        """The blob that a row of the log names; its name is the letter's id, so that the receipt names it."""
        message = build_sealed(log_id, blob.seq, kid=blob.kid, suite=blob.suite, enc=blob.enc, ct=blob.ct)
        return self._letter(UpName.SEALED, message, id=blob.sha256)

    def status(
        self,
        session: str,
        *,
        online: bool,
        head: Head,
        queue: int,
        condition: DeviceCondition | None = None,
        heads: Sequence[str] = (),
    ) -> Letter:
        """How the device is, with the head of its log signed, and `heads`: those signed before (JWS)."""
        now = self._clock.now()
        is_now = condition or DeviceCondition()
        return self._letter(
            UpName.STATUS,
            Status(
                session=session,
                online=online,
                queue=queue,
                software=self._software,
                sent_at=now.wall_text,
                clock=now.quality,
                head=SignedHead(log_id=head.log_id, seq=head.seq, hash=head.hash),
                heads=list(heads),
                disk_free=is_now.disk_free,
                temperature_c=is_now.temperature_c,
                clock_source=now.source,
                key_health=is_now.device.key_health,
                keys_proven_on=is_now.device.keys_proven_on,
                faults=list(is_now.device.faults),
                screen=is_now.device.screen,
                settings_version=self._standing().settings_version,
                assignment=self._standing().assignment,
                settings_known=self._standing().settings_known,
            ),
        )

    def reply(self, reply: Reply) -> Letter:
        """What became of an order or of settings."""
        return self._letter(UpName.REPLY, reply)

    def _letter(self, name: UpName, message: Message, *, id: str | None = None) -> Letter:
        device = self._identity.device
        id = id or secrets.token_hex(16)
        payload = wrap(
            message,
            name=name,
            source=device_path(device),
            subject=None,
            at=self._clock.now().wall,
            key=self._identity.key,
            id=id,
        )
        return Letter(id, up(device, name), payload)
