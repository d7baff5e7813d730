"""Handing a sealed blob out to the case role: which, to whom and when is kept for good."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self

import msgspec
import sqlalchemy as sa

from province.errors import OpeningError
from province.store import openings, ratings, sealed
from province.store.openings import Opening

_VISIT = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A blob with what is needed to open it beside the key. `visit`: what it is bound to."""

    log_id: str
    seq: int
    visit: str
    purpose: str
    sha256: str
    kid: str
    suite: str
    enc: bytes
    ct: bytes

    def as_json(self) -> dict[str, Any]:
        """As it goes from the process that holds the database to the one that has the key."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Self:
        """What `as_json` has made. Raises OpeningError."""
        try:
            return msgspec.convert(fields, cls)
        except msgspec.ValidationError as error:
            raise OpeningError(f"what the province has handed out cannot be read: {error}") from None


def hand_out(connection: sa.Connection, opening: Opening) -> HandedOut:
    """The blob that a row names, in the caller's transaction, which also keeps that it was asked for.

    Raises OpeningError naming what is not there, or whose key it is sealed to; then nothing is kept.
    """
    log_id, seq = opening.log_id, opening.seq
    stored = ratings.find(connection, log_id, seq)
    if stored is None:
        raise OpeningError(f"log {log_id} has no row {seq} here; look up both in the ratings")
    named = sealed.named_by(stored.row)
    visit = stored.row.get("visit")
    if named is None or not isinstance(visit, str) or not _VISIT.fullmatch(visit):
        raise OpeningError(f"row {seq} of log {log_id} names nothing sealed; choose one marked sealed_held")
    blob = sealed.find(connection, log_id, named.sha256)
    if blob is None:
        raise OpeningError(f"what row {seq} of log {log_id} names has not arrived here; try again later")
    if blob.kid != opening.kid:
        raise OpeningError(
            f"row {seq} of log {log_id} is sealed to the key {blob.kid}; the key given is {opening.kid}"
        )
    openings.record(connection, opening)
    return HandedOut(log_id, seq, visit, named.purpose, named.sha256, blob.kid, blob.suite, blob.enc, blob.ct)
