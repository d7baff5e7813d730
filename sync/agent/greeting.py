"""What a hello announces: the logs of the device and their gaps, as many as one message carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from sync.agent.closed_logs import ClosedLog
from sync.contract.messages import LogState

# As many as the contract has room for.
MOST_CLOSED = 63
MOST_LOST = 256
ROOM_BYTES = 176 * 1024
"""Of JSON for the logs: 256 KiB less base64 (4/3), the rest of the hello and the envelope."""

_EVER = 2**53


@dataclass(frozen=True, slots=True)
class _Declared:
    """The gaps after row `after`, up to row `through`, were announced."""

    after: int
    through: int


class Greeting:
    """Belongs to the agent's thread. What finds no room in one hello is announced by a later one.

    Logs not announced yet come first: those with rows to send, the oldest of them first, then the newest.
    """

    def __init__(self) -> None:
        self._declared: dict[str, _Declared] = {}
        self.complete = True
        """Whether every closed log has been announced in this session."""

    def begin(self) -> None:
        """What was announced before counts no more: there is a new session, or nothing of it was taken."""
        self._declared.clear()

    def forget(self, log_id: str) -> None:
        """What was announced of this log may not have been taken: the next hello begins with it."""
        self._declared.pop(log_id, None)

    def has_declared(self, log_id: str, seq: int) -> bool:
        """Whether it was announced that row `seq` of a closed log, which is lost, is lost."""
        declared = self._declared.get(log_id)
        return declared is not None and declared.after < seq <= declared.through

    def logs(self, active: LogState, closed: Sequence[tuple[ClosedLog, int]]) -> list[LogState]:
        """The `logs` of a hello, the active one last. `closed`: each with its last row receipted, by age."""
        room = ROOM_BYTES - _size(active)
        chosen: dict[str, LogState] = {}
        for place in sorted(range(len(closed)), key=lambda place: self._rank(*closed[place], place)):
            log, receipted = closed[place]
            state = _bare_state(log, receipted)
            room -= _size(state)
            if room < 0 or len(chosen) == MOST_CLOSED:
                break
            lost, declared = _gaps(log, receipted, room)
            room -= sum(map(_gap_size, lost))
            chosen[log.log_id] = msgspec.structs.replace(state, lost=lost)
            self._declared[log.log_id] = declared
        self.complete = all(log.log_id in self._declared for log, _ in closed)
        return [*(chosen[log.log_id] for log, _ in closed if log.log_id in chosen), active]

    def _rank(self, log: ClosedLog, receipted: int, place: int) -> tuple[bool, bool, int]:
        done = receipted >= log.head.seq
        return log.log_id in self._declared, done, -place if done else place


def _bare_state(log: ClosedLog, receipted: int) -> LogState:
    return LogState(
        log_id=log.log_id,
        first_seq=log.floor.seq + 1,
        head_seq=log.head.seq,
        head=log.head.hash,
        receipted=receipted,
        state=log.state,
        prior=log.prior,
        why=log.why[:400],
    )


def _gaps(log: ClosedLog, receipted: int, room: int) -> tuple[list[tuple[int, int]], _Declared]:
    """The gaps to announce: all, or as many as there is room for of those that rows to come lie behind."""
    if len(log.lost) <= MOST_LOST and sum(map(_gap_size, log.lost)) <= room:
        return list(log.lost), _Declared(-1, _EVER)
    waiting = [gap for gap in log.lost if gap[1] > receipted]
    taken: list[tuple[int, int]] = []
    for gap in waiting[:MOST_LOST]:
        room -= _gap_size(gap)
        if room < 0:
            break
        taken.append(gap)
    if len(taken) == len(waiting):
        return taken, _Declared(receipted, _EVER)
    return taken, _Declared(receipted, max(log.floor.seq, taken[-1][1] if taken else 0))


def _size(state: LogState) -> int:
    return len(msgspec.json.encode(state)) + len(",")


def _gap_size(gap: tuple[int, int]) -> int:
    return len(f"[{gap[0]},{gap[1]}],")
