"""The receipt code (查询码) of a visit, written for people, and the word that goes with it. Pure.

The code is made of the visit's random number, the same for every level; it is no secret. The letters and the
check are those of a device's code.
"""

from __future__ import annotations

import hashlib
import unicodedata

from device.device_code import LETTERS, check_value

BODY = 11
"""Letters without the checking one: 54 bits of the visit's number, which nobody comes upon by trying."""

WORD_DIGITS = 4


def receipt_code(visit: str) -> str:
    """The code of the visit with this number (hex): `7K3M-Q9XT-WAHB`."""
    number, body = int(visit, 16), ""
    for _ in range(BODY):
        number, rest = divmod(number, len(LETTERS))
        body += LETTERS[rest]
    whole = body + _check(body)
    return "-".join(whole[start : start + 4] for start in range(0, len(whole), 4))


def read_receipt_code(typed: str) -> str | None:
    """The code that was typed, in any case, with or without dashes; None when it cannot be one."""
    plain = unicodedata.normalize("NFKC", typed[:64]).upper()
    plain = "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Pd")
    if len(plain) != BODY + 1 or set(plain) - set(LETTERS) or _check(plain[:BODY]) != plain[BODY]:
        return None
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def is_word(word: str) -> bool:
    """Whether `word` may be chosen: four digits, which every keypad has."""
    return len(word) == WORD_DIGITS and word.isascii() and word.isdigit()


def word_hash(salt: str, word: str) -> str:
    """What is kept of the word: SHA-256, in hex, with `salt` before it.

    It keeps the word from who reads along, not from who holds the rows and tries all ten thousand: they have
    the rating itself.
    """
    return hashlib.sha256(f"hcp/1 receipt\n{salt}\n{word}".encode()).hexdigest()


def _check(body: str) -> str:
    return LETTERS[check_value([LETTERS.index(letter) for letter in body])]
