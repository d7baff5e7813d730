"""What the ingest raises an alarm about: codes for programs, the page has words for them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from province.store import alarms
from sync.contract.errors import BadSignature, NotJws, TooLarge, Unverified

log = logging.getLogger(__name__)


class AlarmCode(StrEnum):
    """An open enumeration: what is wrong."""

    BAD_TOPIC = "bad_topic"
    NOT_JWS = "not_jws"
    TOO_LARGE = "too_large"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_DEVICE = "unknown_device"
    UNREADABLE = "unreadable"
    BROKEN_BATCH = "broken_batch"
    FOREIGN_LOG = "foreign_log"
    CONFLICT = "conflict"
    DIVERGED = "diverged"
    BAD_REPLACE = "bad_replace"
    DUPLICATE_SERVICE = "duplicate_service"
    UNREADABLE_ROW = "unreadable_row"
    HEAD_CONTRADICTED = "head_contradicted"
    UNFORESEEN = "unforeseen"
    DECLARED_LOSS = "declared_loss"
    HELD_DECLARED_LOST = "held_declared_lost"
    UNDECLARED_LOSS = "undeclared_loss"
    REPLAYED = "replayed"
    SETTINGS_REFUSED = "settings_refused"
    SEALED_UNKNOWN = "sealed_unknown"
    BLOB_REFUSED = "blob_refused"
    TOO_MANY_LOGS = "too_many_logs"
    UNKNOWN_ASSIGNMENT = "unknown_assignment"
    OTHER_WINDOW = "other_window"
    REVOKED_DEVICE = "revoked_device"
    TICKET_REFUSED = "ticket_refused"
    TWO_BOOTS = "two_boots"


@dataclass(frozen=True, slots=True)
class Raised:
    """One alarm to be recorded. `detail` is in our words only: nothing a stranger or a citizen wrote."""

    device: str
    code: AlarmCode
    detail: str


def of_unverified(device: str, error: Unverified) -> Raised:
    """The alarm about a message of which nothing can be believed."""
    match error:
        case TooLarge():
            return Raised(device, AlarmCode.TOO_LARGE, "a message larger than the contract allows")
        case NotJws():
            return Raised(device, AlarmCode.NOT_JWS, "a message that is not a JWS of the contract")
        case BadSignature():
            return Raised(device, AlarmCode.BAD_SIGNATURE, "a message whose signature does not hold")
        case _:
            return Raised(device, AlarmCode.UNKNOWN_KEY, "a message signed by a key that is not the device's")


def record_alarms(
    connection: sa.Connection, raised: Iterable[Raised], now: datetime, *, times: int = 1
) -> None:
    """Record alarms, each `times`, in the caller's transaction; a new one is worth a line in the log."""
    for one in raised:
        if alarms.raise_alarm(
            connection, device=one.device, code=one.code, detail=one.detail, now=now, times=times
        ):
            log.warning("alarm code=%s device=%s", one.code, one.device or "-")
