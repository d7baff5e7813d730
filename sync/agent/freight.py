"""The messages that carry the ledger: the hello that announces all logs, and batches of rows."""

from __future__ import annotations

import msgspec

from device.clock import Clock
from sync.agent import protocol
from sync.agent.greeting import Greeting
from sync.agent.logs import Logs
from sync.agent.post import Letter, Post
from sync.agent.session import Phase, Session
from sync.agent.state_log import StateLog
from sync.agent.watermarks import Watermarks
from sync.contract.batch import first_batch
from sync.contract.messages import LogState


class Freight:
    """Belongs to the agent's thread. `most_rows`: in one batch."""

    def __init__(
        self, *, logs: Logs, marks: Watermarks, post: Post, clock: Clock, said: StateLog, most_rows: int
    ) -> None:
        self._logs = logs
        self._ledger = logs.active
        self._marks = marks
        self._post = post
        self._clock = clock
        self._said = said
        self._most_rows = most_rows
        self._greeting = Greeting()

    @property
    def left_out(self) -> bool:
        """Whether the last hello had no room for all that is to be announced."""
        return not self._greeting.complete

    def forget(self, log_id: str) -> None:
        """A log is not taken: what was announced of it counts for nothing."""
        self._greeting.forget(log_id)

    def hello(self, session: Session) -> Letter | None:
        """The hello of this moment; None while the ledger cannot be read."""
        head, floor = self._ledger.head(self._clock.mono_ms()), self._ledger.floor()
        if head is None or floor is None:
            return None
        if session.phase is Phase.GREETING:
            self._greeting.begin()
        active = LogState(
            log_id=head.log_id,
            first_seq=floor.seq + 1,
            head_seq=head.seq,
            head=head.hash,
            receipted=self._marks.of(session, head.log_id),
            state="active",
            prior=self._ledger.prior(),
            why=self._ledger.begun_because(),
        )
        closed = [(log, self._marks.of(session, log.log_id)) for log in self._logs.closed()]
        logs = self._greeting.logs(active, closed)
        return self._post.hello(session.id, active=head.log_id, logs=logs)

    def batch(self, session: Session, after: int) -> tuple[Letter, int] | protocol.NotSent:
        """The rows after `after` of the log that is carried, as many as one message takes; its last row."""
        log_id = session.log_id
        rows = first_batch(self._logs.rows_after(log_id, after, self._most_rows), most_rows=self._most_rows)
        after_loss = bool(rows) and rows[0].seq != after + 1
        if not rows or (after_loss and not self._logs.is_gone(log_id, rows[0].seq - 1)):
            return protocol.NotSent(f"the rows after {after} are not there")
        if after_loss and log_id != session.active:
            gap = rows[0].seq - 1
            if not self._greeting.has_declared(log_id, gap):
                return protocol.NotSent(f"that row {gap} is lost is still to be announced")
        try:
            return self._post.ratings(log_id, rows, after_loss=after_loss), rows[-1].seq
        except msgspec.DecodeError as error:
            # The device finds the same and sets the ledger aside; until then the rows before it are safe.
            self._said.trouble("ledger", f"a row from {rows[0].seq} to {rows[-1].seq} is not JSON: {error}")
            return protocol.NotSent("a row is not JSON")
