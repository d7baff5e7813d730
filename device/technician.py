"""What a technician at the device may ask of it: never which screen of a visit, nor what was pressed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SOCKET = "control.sock"
"""The control socket, in the device's folder."""


BUSY = "somebody is being served"
"""Why a test is refused that may begin as soon as the visit is over."""

CLEANING = "the screen is being cleaned"
"""Why a test is refused that may begin as soon as that is over."""

NO_PANEL = "the device has no key panel"
"""Why a key test is refused where there are no keys."""


class TechnicianVerb(StrEnum):
    """What can be asked."""

    SHOW = "show"
    PAUSE = "pause"
    RESUME = "resume"
    KEY_TEST = "key_test"  # begin one
    STOP_KEY_TEST = "stop_key_test"
    TEST_RATING = "test_rating"  # begin one
    CLEAN = "clean"  # begin cleaning


@dataclass(frozen=True, slots=True)
class KeysAnswer:
    """How the proofs of the keys stand. `proven_on`: a day, null while one key's is not known."""

    all_proven: bool
    proven_on: str | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class KeyTestAnswer:
    """The last key test, by its `id`. `down`: keys that are down or have not come up; `end` null: it goes on.

    The only time that keys are told apart: what is pressed then is nobody's rating.
    """

    id: str
    down: tuple[int, ...]
    proven: tuple[int, ...]
    missing: tuple[int, ...]
    end: str | None
    left_s: int


@dataclass(frozen=True, slots=True)
class TestRatingAnswer:
    """The last test rating, by the `id` of its visit. `seq`: its newest row; `over`: no other will follow."""

    __test__ = False  # for pytest, which takes the name for a test's

    id: str
    log_id: str | None
    seq: int | None
    over: bool


@dataclass(frozen=True, slots=True)
class ReceiptAnswer:
    """The province's newest word on the log: it holds every row up to `through`. `time`: by its clock."""

    log_id: str
    through: int
    time: str


@dataclass(frozen=True, slots=True)
class TechnicianAnswer:
    """The device after what was asked. `warning`: ratings go on; `head`: the last row of the log `log_id`.

    `settings_version` 0: the configuration alone is in force. `keys` null: there is no panel, or device.db
    was never open. `province`: whether receipts can come at all. `refused`: why what was asked could not be
    begun. `serving`: somebody is being served, or waits to be: rows are to come, also in a paused window.
    """

    ready: bool
    fault: str | None
    warning: str | None
    paused: bool
    log_id: str | None
    head: int | None
    settings_version: int
    window: str | None
    assignment: int | None
    keys: KeysAnswer | None = None
    key_test: KeyTestAnswer | None = None
    test_rating: TestRatingAnswer | None = None
    province: bool = False
    receipt: ReceiptAnswer | None = None
    refused: str | None = None
    serving: bool = False
