"""The invitations that nobody serves any more: ended by what the ledger says of their visits."""

from __future__ import annotations

from collections.abc import Iterator

from device.clock import Clock
from device.counter import InvitationState
from device.invitation_store import InvitationStore
from device.ledger.guard import LedgerGuard
from device.recorder import Recorder
from device.row import Flag, Outcome
from device.visit.effects import Record, Tell
from device.visit.state import Invitation, State, open_invitations


class Interrupted:
    """Belongs to the device loop's thread."""

    def __init__(
        self, *, clock: Clock, guard: LedgerGuard, store: InvitationStore, recorder: Recorder
    ) -> None:
        self._clock = clock
        self._guard = guard
        self._store = store
        self._recorder = recorder

    def close(self, state: State, *, language: str) -> Iterator[Tell]:
        """Record each that has no outcome as unanswered, interrupted; what the counter is to be told of it.

        Those that `state` serves go on. `language`: of whoever chose none. Raises LedgerError.
        """
        served = {invitation.id for invitation in open_invitations(state)}
        for invitation in self._store.waiting():
            if invitation.id in served or invitation.id is None:
                continue
            outcome = self._outcome_in_ledger(invitation)
            if outcome is None:
                self._recorder.record(
                    Record(
                        invitation,
                        Outcome.UNANSWERED,
                        self._clock.mono_ms(),
                        invitation.language or language,
                        flags=(Flag.INTERRUPTED,),
                    )
                )
            answered = outcome == Outcome.RATED
            yield Tell(invitation.id, InvitationState.ANSWERED if answered else InvitationState.CLOSED)

    def _outcome_in_ledger(self, invitation: Invitation) -> str | None:
        if invitation.handling is None:
            return None
        rows = self._guard.rows_of_service(invitation.handling.service_key)
        outcomes = [row["outcome"] for row in rows if row.get("visit") == invitation.visit]
        return outcomes[-1] if outcomes else None
