"""The desk where a citizen asks after a rating by its receipt code: whether it came, no more."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from device.clock import Clock
from device.receipt_code import is_word, read_receipt_code, word_hash
from province.store import attempts, receipt_codes
from province.store.database import Database
from province.store.receipt_codes import Received


@dataclass(frozen=True, slots=True)
class Wait:
    """This code was tried too often: nobody is answered for so long."""

    wait_s: int


class ReceiptDesk:
    """Any thread. A wrong code and a wrong word have one answer, None, and count alike."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def look_up(self, typed: str, word: str) -> Received | Wait | None:
        """What became of the rating whose code was `typed`, for who knows its word."""
        code = read_receipt_code(typed)
        if code is None or not is_word(word):
            return None  # mistyped: there is nothing that could be guessed this way
        name, now = f"receipt {code}", self._clock.now().wall
        with self._database.read() as connection:
            until = attempts.closed_until(connection, name, now)
            asked = receipt_codes.find(connection, code)
            found = None if asked is None else receipt_codes.received(connection, asked)
        if until is not None:
            return Wait(max(1, round((until - now).total_seconds())))
        # Hashed also when there is nothing to compare with: the time tells nobody which codes exist.
        given = word_hash("" if asked is None else asked.salt, word)
        right = hmac.compare_digest(given, "" if asked is None else asked.word)
        with self._database.write() as connection:
            if not right:
                attempts.note_failure(connection, name, now)
                return None
            attempts.forget(connection, name)
        return found
