"""What can go wrong at the province end, beside the errors of the contract."""

from __future__ import annotations

from device.errors import ChuangpingError


class StoreError(ChuangpingError):
    """The database cannot be used: says which, why, what next. Nothing is receipted meanwhile."""

    exit_code = 74


class InUse(StoreError):
    """Another process holds the database for writing, as only one may."""


class NoRoom(StoreError):
    """The disk that the blobs are on is full."""


class ServiceError(ChuangpingError):
    """The running province process cannot be asked, or an address cannot be listened on."""

    exit_code = 69


class RegistrationError(ChuangpingError):
    """A device cannot be registered as asked: what stands in the way, what next."""


class AdmissionError(ChuangpingError):
    """Rows of the quarantine cannot be admitted as asked: which, what stands in the way."""


class OpeningError(ChuangpingError):
    """A sealed blob cannot be handed out or opened: which, and why. Nothing of what is in it."""


class NoBundle(ChuangpingError):
    """A device's log bundle that is asked for is not here: which, what next."""


class Forbidden(ChuangpingError):
    """Somebody is known, and may not: says which role may."""


class AccountError(ChuangpingError):
    """An account cannot be made or changed as asked: what stands in the way, what next.

    `code`: "taken", "nobody", "name", "password", "hall" or "halls", for which page and commands have words.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Declined(ChuangpingError):
    """What a technician asks is not done: what stands in the way, what next.

    `code` and `facts` are for the technician's program, which has the sentence in their language.
    """

    def __init__(self, code: str, message: str, /, **facts: object) -> None:
        super().__init__(message)
        self.code = code
        self.facts = facts


class RecountError(ChuangpingError):
    """The figures that are kept are not what the rows add up to: which, and by how much."""
