"""The statements that bring one log to the province: its rows in order, then its sealed blobs, all signed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from device.clock import wall_text
from device.ledger.reader import StoredRow
from provisioning.rescue.card_logs import CardLog
from sync.contract.batch import build_batch, first_batch
from sync.contract.keys import SigningKey
from sync.contract.messages import LogState, Ratings, Sealed
from sync.contract.rescue import MOST_SEALED, Rescue, sign_rescue
from sync.contract.sealed import build_sealed

_MOST_ROWS = 500
_MOST_RANGES = 256
_WHY = 400


class Statements:
    """Makes the statements about the logs of `device`. `now`: the technician's clock."""

    def __init__(self, device: str, *, key: SigningKey, now: Callable[[], datetime]) -> None:
        self._device = device
        self._key = key
        self._now = now

    def of_log(self, log: CardLog, *, after: int) -> Iterator[str]:
        """The rows of `log` after the row `after`, what is lost between and behind them, and every blob."""
        behind = after
        rows = log.rows_after(after)
        for batch in _batches(rows):
            first = batch[0].seq
            lost = [gap for gap in log.lost if behind < gap[1] < first]
            yield self._signed(log, lost=lost, ratings=build_batch(log.log_id, batch))
            behind = batch[-1].seq
        gone = [gap for gap in log.lost if gap[1] > behind]
        if gone:
            yield self._signed(log, lost=gone)
        blobs = log.blobs()
        while some := list(islice(blobs, MOST_SEALED)):
            sealed = [
                build_sealed(log.log_id, b.seq, kid=b.kid, suite=b.suite, enc=b.enc, ct=b.ct) for b in some
            ]
            yield self._signed(log, sealed=sealed)

    def _signed(
        self,
        log: CardLog,
        *,
        lost: Sequence[tuple[int, int]] = (),
        ratings: Ratings | None = None,
        sealed: Sequence[Sealed] = (),
    ) -> str:
        rescue = Rescue(
            id=secrets.token_hex(16),
            device=self._device,
            at=wall_text(self._now()),
            log=LogState(
                log_id=log.log_id,
                first_seq=log.floor.seq + 1,
                head_seq=log.head.seq,
                head=log.head.hash,
                receipted=0,
                state=log.state,
                lost=list(lost)[:_MOST_RANGES],
                prior=log.prior,
                why=log.why and log.why[:_WHY],
            ),
            ratings=ratings,
            sealed=list(sealed),
        )
        return sign_rescue(rescue, self._key)


def _batches(rows: Iterator[StoredRow]) -> Iterator[list[StoredRow]]:
    """Runs of consecutive rows, each small enough for one statement."""
    waiting: list[StoredRow] = []
    while True:
        waiting += islice(rows, _MOST_ROWS - len(waiting))
        if not waiting:
            return
        batch = first_batch(waiting, most_rows=_MOST_ROWS)
        yield batch
        del waiting[: len(batch)]
