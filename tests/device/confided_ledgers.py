"""Ledgers with sealed blobs in them, and what they hold."""

from __future__ import annotations

from device.ledger.reader import LedgerReader
from device.row import Sealed
from tests.device.ratings import ledger_with, rating
from tests.device.sealed import CONFIDED, KEY


def confide(ledger, number):
    """Append a rating with words; its blob."""
    row = rating(number)
    blob = KEY.seal(CONFIDED, visit=row.visit)
    sealed = Sealed(sha256=blob.sha256, purpose=blob.purpose)
    ledger.append(rating(number, sealed=sealed, anonymous=False), blob)
    return blob


def confided_ledger(path, rows=3):
    """A ledger whose last row names a blob; both."""
    ledger = ledger_with(path, rows)
    return ledger, confide(ledger, rows + 1)


def blobs(path, after=0):
    with LedgerReader(path) as reader:
        return reader.sealed_after(after, 100)
