"""The error tree: one root, a branch for each thing a caller can do about it."""

from __future__ import annotations

from typing import ClassVar


class ChuangpingError(Exception):
    """Something went wrong that a person can be told in one sentence. `exit_code` is the process's."""

    exit_code: ClassVar[int] = 1


class ConfigError(ChuangpingError):
    """A configuration that cannot be used: do not restart, correct the file.

    `problems` holds one sentence for each fault: file, key, value, what is allowed.
    """

    exit_code = 78

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class HardwareError(ChuangpingError):
    """A panel, lamp or line that cannot be used now: degrade, say so on the screen, retry."""

    exit_code = 74


class LedgerError(ChuangpingError):
    """The ledger cannot record: never confirm the rating. `fault` is the code shown on the screen."""

    exit_code = 74

    def __init__(self, message: str, fault: str) -> None:
        super().__init__(message)
        self.fault = fault


class SyncError(ChuangpingError):
    """The province cannot be reached or does not answer: keep the rows, back off."""

    exit_code = 69


class ContractError(ChuangpingError):
    """The peer sent what we cannot read: names the version and the field."""


class InvalidField(ChuangpingError):
    """One field of a request is missing, wrong or too long. `field` is its dotted name."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class EnrolmentError(ChuangpingError):
    """Enrolment did not succeed: names the technician's next step."""
