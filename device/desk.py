"""The desk where invitations are admitted or refused, before anybody is asked anything."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Protocol

from device.clock import Clock, wall_text
from device.counter import InvitationRequest, InvitationState, Invited, Refusal, Refused
from device.faults import Fault
from device.invitation_store import InvitationStore
from device.row import Outcome, Row
from device.visit.state import Invitation, Rules, State, open_invitations

_MOST_INVITATIONS = 3  # of one service without a rating: the first, and twice more


class ServiceRows(Protocol):
    """What the ledger knows about a service of a handling."""

    def rows_of_service(self, service_key: str) -> list[Row]:
        """Oldest first. Raises LedgerError."""
        ...


def cannot_record(fault: Fault) -> Refused:
    """The answer while the device cannot record."""
    return Refused(Refusal.CANNOT_RECORD, "the device cannot record ratings now", fault=fault)


class InvitationDesk:
    """Admits invitations. Belongs to the device loop's thread."""

    def __init__(self, *, store: InvitationStore, ledger: ServiceRows, clock: Clock) -> None:
        self._store = store
        self._ledger = ledger
        self._clock = clock

    def admit(
        self, request: InvitationRequest, state: State, rules: Rules
    ) -> tuple[Invited | Refused, Invitation | None]:
        """The answer, and the new invitation if one was made; it is durable then. Raises LedgerError."""
        if request.idempotency_key is not None:
            first = self._store.first_answer(request.idempotency_key)
            if first is not None and first.body_sha256 == request.body_sha256:
                return first.invited, None
            if first is not None:
                return Refused(Refusal.CONFLICT, "this idempotency_key came with another request"), None
        opened = open_invitations(state)
        key = request.handling.service_key
        for invitation in opened:
            if invitation.handling and invitation.handling.service_key == key and invitation.id:
                answer = self._open_already(invitation.id)
                if answer is not None:
                    return answer, None
        rows = [r for r in self._ledger.rows_of_service(key) if r["kind"] == "rating"]
        if any(r["outcome"] == Outcome.RATED for r in rows):
            return Refused(Refusal.RATED, "this service was rated already: one handling, one rating"), None
        if len({r["visit"] for r in rows}) >= _MOST_INVITATIONS:
            return Refused(Refusal.SPENT, "this service was offered for rating three times"), None
        if state.paused:
            return Refused(Refusal.BUSY, "the window is paused"), None
        if state.waiting is not None:
            return Refused(Refusal.BUSY, "one invitation is shown and one is waiting"), None
        return self._make(request, state, rules)

    def _open_already(self, id_: str) -> Invited | None:
        """The answer for an invitation of the same service that is still waiting for a level."""
        expires_at = self._store.expires_at(id_)
        if expires_at is None or self._store.state_of(id_) is not InvitationState.WAITING:
            return None
        return Invited(id_, InvitationState.WAITING, expires_at)

    def _make(self, request: InvitationRequest, state: State, rules: Rules) -> tuple[Invited, Invitation]:
        now = self._clock.now()
        longest = timedelta(seconds=request.ttl_s, milliseconds=rules.answer_ms)
        expires_at = wall_text(now.wall + longest)
        invitation = Invitation(
            id=f"i-{secrets.token_hex(16)}",
            visit=secrets.token_hex(16),
            handling=request.handling,
            clerk=request.clerk or state.clerk,
            language=request.language if request.language in rules.languages else None,
            via=request.via,
            invited_at=now.wall_text,
            show_by_ms=now.mono_ms + request.ttl_s * 1000,
        )
        self._store.add(
            invitation,
            expires_at=expires_at,
            idempotency_key=request.idempotency_key,
            body_sha256=request.body_sha256,
            now=now,
        )
        assert invitation.id is not None
        return Invited(invitation.id, InvitationState.WAITING, expires_at), invitation
