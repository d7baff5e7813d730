"""What a device announces of its logs ahead of the rows, and what contradicts it later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from device.clock import wall_text
from device.errors import ContractError
from device.row import Row
from province.ingest.alarm import AlarmCode, Raised
from province.store import heads, logs, ratings
from province.store.heads import AnnouncedHead
from sync.contract.heads import open_head
from sync.contract.keys import KeySet
from sync.contract.messages import LogState, SignedHead, Status

_MOST_OF_LOG = 256  # so that a device gone wrong fills no disk


@dataclass(frozen=True, slots=True)
class Announcements:
    """The announcements of one device, within one transaction. Alarms are returned, to be recorded."""

    connection: sa.Connection
    device: str
    now: datetime

    def take(self, status: Status, keys: KeySet) -> list[Raised]:
        """The head of a status and those signed before; `keys` are the device's."""
        raised: list[Raised] = []
        said: list[tuple[SignedHead, str | None]] = []
        for token in status.heads:
            try:
                said.append((open_head(token, keys).head, token))
            except ContractError:
                raised.append(
                    Raised(self.device, AlarmCode.BAD_SIGNATURE, "a signed head that does not hold")
                )
        if status.head is not None:
            said.append((status.head, None))
        for head, signed in said:
            raised += self._take_one(head, signed, status.session)
        return raised

    def _take_one(self, head: SignedHead, token: str | None, session: str) -> Iterator[Raised]:
        held = logs.find(self.connection, head.log_id)
        if held is None or held.device != self.device or head.seq == 0:
            return  # hello makes a log known, and tells of one that is another device's
        if head.seq <= held.seq:
            known = ratings.hashes(self.connection, head.log_id, head.seq, head.seq).get(head.seq)
            if known is not None and known != head.hash:
                yield self._contradicted(head.log_id, head.seq)
            return
        announced = heads.of_log(self.connection, head.log_id)
        before = next((one for one in announced if one.seq == head.seq), None)
        if before is not None:
            if before.hash != head.hash and not before.contradicted:
                heads.mark_contradicted(self.connection, head.log_id, head.seq)
                yield self._contradicted(head.log_id, head.seq)
        elif len(announced) < _MOST_OF_LOG:
            heads.keep(
                self.connection,
                AnnouncedHead(head.log_id, head.seq, head.hash, session, wall_text(self.now), token, False),
            )

    def check_hello(self, states: Iterable[LogState], session: str) -> list[Raised]:
        """Logs as a session presents them: none may end before a head that an earlier one announced."""
        raised = []
        for state in states:
            held = logs.find(self.connection, state.log_id)
            if held is None or held.device != self.device:
                continue  # what another device announced is not for this one to contradict
            for head in heads.of_log(self.connection, state.log_id):
                beyond = head.seq > state.head_seq and head.session != session
                other = head.seq == state.head_seq and head.hash != state.head
                if not head.contradicted and (beyond or other):
                    heads.mark_contradicted(self.connection, state.log_id, head.seq)
                    raised.append(self._contradicted(state.log_id, head.seq))
        return raised

    def _contradicted(self, log_id: str, seq: int) -> Raised:
        return contradicted(self.device, log_id, seq)


def check_rows(connection: sa.Connection, device: str, log_id: str, rows: Sequence[Row]) -> list[Raised]:
    """Rows of a log that are committed now, against what was announced of them."""
    settled = heads.settle(connection, log_id, {row["seq"]: row["hash"] for row in rows})
    return [contradicted(device, log_id, head.seq) for head in settled]


def contradicted(device: str, log_id: str, seq: int) -> Raised:
    """The alarm that a ledger is not what its device once signed for."""
    detail = f"log {log_id}: row {seq} is not, or is no more, what the device announced"
    return Raised(device, AlarmCode.HEAD_CONTRADICTED, detail)
