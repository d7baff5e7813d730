"""What the screen is to show now: one immutable value, made by the device loop, drawn by a display."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from device.key_test import KeyMark
from device.level import KEY_LEVELS, Level


class Screen(StrEnum):
    """Which screen."""

    IDLE = "idle"
    LEVEL = "level"
    REASONS = "reasons"
    WORDS = "words"
    PHONE = "phone"
    RECEIPT = "receipt"
    THANKS = "thanks"
    PAUSED = "paused"
    CANNOT_RECORD = "cannot_record"
    KEY_TEST = "key_test"
    CLEANING = "cleaning"


class Notice(StrEnum):
    """A sentence the idle screen adds for a few seconds."""

    NOT_INVITED = "not_invited"  # touched without an invitation: refused kindly
    WELCOME = "welcome"  # the clerk greets


@dataclass(frozen=True, slots=True)
class WindowCard:
    """What is written of the window: `number` as on its sign ("07"), its `name`, its `hall`."""

    number: str
    name: str
    hall: str


@dataclass(frozen=True, slots=True)
class ClerkPhoto:
    """A picture of a clerk, JPEG or PNG, whose hash is proven. Two with one hash are equal."""

    sha256: str
    content: bytes = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason on the page: `key` 1 to 3 toggles it. `text` is the official one, in the list's language."""

    key: int
    code: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Countdown:
    """The visit ends at monotonic `until_ms`, unless touched; it was `total_ms` long when (re)started.

    `warns_ms`: from then on the screen warns that time is short; None: it never does. `last`: no touch puts
    the end off any more.
    """

    until_ms: int
    total_ms: int
    warns_ms: int | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a display needs. `number` grows by one with each; a display draws the newest only."""

    number: int
    screen: Screen
    language: str
    window: WindowCard
    clerk: str | None = None
    matter: str | None = None
    countdown: Countdown | None = None
    # Time is short: told for as long as it is, and only once for each time that it becomes so
    warning_time: bool = False
    # LEVEL: the level `pressed` a moment ago, until it is committed; after 更改 (`changing`), the one that
    # is `standing`.
    pressed: Level | None = None
    standing: Level | None = None
    changing: bool = False
    key_levels: tuple[Level, ...] = KEY_LEVELS  # of the keys printed 1, 2, …
    phone_offered: bool = False  # 用手机评价
    # PHONE: what the code on the screen says
    address: str = field(default="", repr=False)  # whoever has it can rate
    # REASONS
    reasons: tuple[Reason, ...] = ()
    page: int = 0
    pages: int = 0
    words_offered: bool = False  # 补充说明或留电话
    receipts_offered: bool = False  # 查询码
    # RECEIPT: the code, once a word was chosen, and the address that looks it up
    receipt: str | None = None
    receipt_address: str | None = None
    # THANKS: nothing was rated
    declined: bool = False
    by_phone: bool = False  # THANKS: what was said, if anything, was said on the citizen's own phone
    # IDLE
    notice: Notice | None = None
    # CANNOT_RECORD, or a small warning on any other screen
    fault: str | None = None
    # A QR code at the window leads to a rating without this device
    poster: bool = False
    # What is written of the clerk, where the province has named them; else their number is shown.
    clerk_shown: str | None = None
    clerk_photo: ClerkPhoto | None = None
    # IDLE: a notice in the province's own words; `notice` comes before it
    announcement: str | None = None
    # Whether there are keys beside the screen
    has_keys: bool = True
    # A technician's visit: every screen of it says so
    test: bool = False
    # KEY_TEST: how keys 1 to 5 stand
    keys: tuple[KeyMark, ...] = ()
    # Whether 朗读 is offered
    read_aloud: bool = False
    # LEVEL, REASONS: five columns that speak under a finger; the key that does what the one touched last does
    columns: bool = False
    explored: int | None = None
    # The visit that is on: the next one's first screen may look just as this one's
    visit: str | None = None


class Display(Protocol):
    """A way to show snapshots to people: the Kivy window, or lines on a console."""

    def show(self, snapshot: Snapshot) -> None:
        """Draw `snapshot` soon, then enqueue Drawn. Any thread; never waits."""
        ...

    def run(self) -> None:
        """Draw until `stop`. The process's main thread."""
        ...

    def stop(self) -> None:
        """Make `run` return. Any thread."""
        ...
