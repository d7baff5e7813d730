"""Passwords: argon2id, with the library's present defaults (RFC 9106, low memory)."""

from __future__ import annotations

import secrets
import threading
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from province.errors import AccountError

LEAST, MOST = 10, 200

# Each check takes 64 MiB: more at once would let strangers fill the memory.
AT_ONCE = 2


class Passwords:
    """Makes hashes and checks them. Any thread; a few at a time, the others wait."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        """What is kept of a password. Raises AccountError for one that is too short or too long."""
        if not LEAST <= len(password) <= MOST:
            raise AccountError(
                "password", f"a password has {LEAST} to {MOST} characters; this one has {len(password)}"
            )
        with self._turns:
            return self._hasher.hash(_bytes(password))

    def holds(self, kept: str | None, password: str) -> bool:
        """Whether `password` is the one of `kept`; with None, for nobody, it takes as long to say no."""
        with self._turns:
            try:
                return self._hasher.verify(kept or self._nobodys, _bytes(password[: MOST + 1])) and bool(kept)
            except (VerificationError, InvalidHashError):
                return False


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
