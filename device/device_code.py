"""The code of a device that people read to one another: ten letters of its id, one that checks them.

The code is the id itself, written for people: two devices never share one, nothing has to be looked up, and
it holds no secret. The check is that of the unified social credit code (GB 32100-2015): weights 3^(i-1)
modulo 31, as many as there are letters. One wrong character, or two neighbours in the wrong order, are
always noticed.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from device.errors import ChuangpingError

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that is read as another: no 0 and O, no 1, I and L."""

PREFIX = "cp-"
LENGTH = 11
"""Characters of a code without its dashes, the checking one included."""

_GROUPS = (slice(0, 4), slice(4, 8), slice(8, LENGTH))


class CodeFault(StrEnum):
    """What is wrong with what was typed as a code, or given as an id."""

    LENGTH = "length"
    LETTER = "letter"
    CHECK = "check"
    ID = "id"


class NotACode(ChuangpingError):
    """This is the code of no device. `found`: how many characters, or which wrong one at `place` (from 1)."""

    def __init__(self, fault: CodeFault, typed: str, *, found: str = "", place: int = 0) -> None:
        super().__init__(f"{typed!r} is not the code of a device ({fault}): compare it with the sticker")
        self.fault = fault
        self.typed = typed
        self.found = found
        self.place = place


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """The ten letters of a device's id. `str()` is what the sticker shows: `7K3M-Q9XT-WAH`."""

    body: str

    @classmethod
    def new(cls) -> DeviceCode:
        """A random one, about 49 bits."""
        return cls("".join(secrets.choice(LETTERS) for _ in range(LENGTH - 1)))

    @classmethod
    def of(cls, device_id: str) -> DeviceCode:
        """The code of the device that is called `device_id`. Raises NotACode for an id of another make."""
        body = device_id.removeprefix(PREFIX).upper()
        found = cls(body)
        if len(body) != LENGTH - 1 or set(body) - set(LETTERS) or found.device_id != device_id:
            raise NotACode(CodeFault.ID, device_id)
        return found

    @classmethod
    def read(cls, typed: str) -> DeviceCode:
        """The code that a person typed or a scanner read: any case, spaces and dashes; what follows a `#`.

        Raises NotACode that names what is wrong.
        """
        plain = unicodedata.normalize("NFKC", typed).rpartition("#")[2].upper()
        plain = "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Pd")
        # The wrong letter first: whoever typed a 0 for a Q is told so, however many there are.
        for place, letter in enumerate(plain[:LENGTH], 1):
            if letter not in LETTERS:
                raise NotACode(CodeFault.LETTER, typed, found=letter, place=place)
        if len(plain) != LENGTH:
            raise NotACode(CodeFault.LENGTH, typed, found=str(len(plain)))
        code = cls(plain[:-1])
        if code.check != plain[-1]:
            raise NotACode(CodeFault.CHECK, typed)
        return code

    @property
    def check(self) -> str:
        """The checking letter."""
        return LETTERS[check_value([LETTERS.index(letter) for letter in self.body])]

    @property
    def device_id(self) -> str:
        """The device's id, the CN of its certificate."""
        return PREFIX + self.body.lower()

    def __str__(self) -> str:
        whole = self.body + self.check
        return "-".join(whole[group] for group in _GROUPS)


def check_value(values: Sequence[int]) -> int:
    """The check by GB 32100-2015 over values 0 to 30, first character first; at most 30 of them."""
    return -sum(value * pow(3, place, 31) for place, value in enumerate(values)) % 31
