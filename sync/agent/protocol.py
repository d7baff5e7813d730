"""What goes into a session and what comes out of it: events and actions, as values."""

from __future__ import annotations

from dataclasses import dataclass

from sync.contract.messages import Receipt


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a log stands. `watermark`: last seq the province has receipted; `head`: last seq in the log."""

    log_id: str
    watermark: int
    head: int


@dataclass(frozen=True, slots=True)
class Connected:
    """A link is up, for the new session `id`; the active log `log_id` stands at `head`.

    `closed`: the logs that came before it, in the order in which they ended. `left_out`: there are more,
    which cannot be read now.
    """

    id: str
    log_id: str
    watermark: int
    head: int
    at_ms: int
    closed: tuple[Stand, ...] = ()
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class ClosedSeen:
    """LookAtClosed was done: the closed logs as they are now, as in Connected."""

    closed: tuple[Stand, ...]
    left_out: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """The link is gone."""


@dataclass(frozen=True, slots=True)
class HelloSent:
    """SendHello was done, by the message `id`. `left_out`: not every closed log had room in one so far."""

    id: str
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class BatchSent:
    """SendBatch was done, by the message `id`, up to row `last`."""

    id: str
    last: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class NotSent:
    """SendBatch could not be done, for the rows cannot be read."""

    why: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A receipt whose signature and addressee hold. `own_hash`: of our row `through`, if we have it.

    `gone`: we cannot have it, for it was let go or is declared lost; there is nothing to compare then.
    """

    receipt: Receipt
    own_hash: str | None
    at_ms: int
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed; the active log stands at `head`."""

    head: int
    at_ms: int


Event = Connected | ClosedSeen | Lost | HelloSent | BatchSent | NotSent | Answered | Tick


@dataclass(frozen=True, slots=True)
class SendHello:
    """Say hello; then HelloSent."""


@dataclass(frozen=True, slots=True)
class SendBatch:
    """Send one batch of the session's log, of the rows after `after`; then BatchSent."""

    after: int


@dataclass(frozen=True, slots=True)
class MoveWatermark:
    """Write down that the province holds the rows up to `seq` of the log that was answered about."""

    seq: int


@dataclass(frozen=True, slots=True)
class Shelve:
    """A closed log is not carried further for some time."""

    log_id: str
    fault: str
    why: str


@dataclass(frozen=True, slots=True)
class LookAtClosed:
    """See which closed logs there are; then ClosedSeen."""


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Give up this link and make a new one; then Lost."""

    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """The fault between us and the province has changed; None: it is over."""

    fault: str | None
    why: str


Action = SendHello | SendBatch | MoveWatermark | Shelve | LookAtClosed | Rebuild | Report
