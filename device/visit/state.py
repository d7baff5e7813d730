"""The states of a visit, with the rules it runs by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from device.handling import Handling
from device.indicators import IndicatorList
from device.level import KEY_LEVELS, Level

PAGE = 3  # reasons shown at once: keys 1 to 3
NOTICE_MS = 4_000
LANGUAGE_MS = 60_000
MOST_EXTENSIONS = 10  # WCAG 2.2.1: a time limit can be extended at least ten times
WARNING_MS = 20_000  # WCAG 2.2.1: who is warned has 20 seconds to extend the time by one action
RECEIPT_WORD_MS = 60_000
RECEIPT_CODE_MS = 20_000  # long enough to scan it, or to begin writing it down
TOUCH_DEAD_MS = 400  # a second tap of the same finger is no choice on the next screen


@dataclass(frozen=True, slots=True)
class Rules:
    """The times of a visit in milliseconds, the reasons on offer, and what may happen uninvited."""

    answer_ms: int
    reasons_ms: int
    thanks_ms: int
    dead_ms: int
    indicators: IndicatorList
    languages: tuple[str, ...]
    uninvited_taken: bool = False
    key_levels: tuple[Level, ...] = KEY_LEVELS  # of the keys printed 1, 2, …
    words_ms: int = 90_000
    words_offered: bool = False  # there is a key to seal them to, and a screen to type them on
    has_keys: bool = True
    has_screen: bool = True  # without one reasons are offered only to whoever wears headphones
    phone_offered: bool = False  # there is a page of the province, a key for its links, a screen for a code
    cleaning_ms: int = 30_000
    receipt_url: str = ""  # where a receipt code can be looked up; none is offered without

    def level_of(self, key: int) -> Level:
        """The level that the key printed `key` (1 to 5) gives."""
        return self.key_levels[key - 1]

    @property
    def default_language(self) -> str:
        return self.languages[0]


@dataclass(frozen=True, slots=True)
class Invitation:
    """One invitation as the visit knows it. `show_by_ms`: monotonic; after it, it is not shown any more.

    `invited_at` is wall time as written in the row. A visit without an invitation has `id` None. `language`:
    the one the counter named and the device has, or None. `test`: a technician's; its rows are no ratings.
    """

    id: str | None
    visit: str
    handling: Handling | None
    clerk: str | None
    language: str | None
    via: str | None
    invited_at: str | None
    show_by_ms: int
    test: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What the citizen has said so far; the ledger holds the level."""

    level: Level
    input: str
    flags: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()  # reasons ticked; the ledger holds them when the visit ends


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is asked. `refused_until_ms`: until then the screen says kindly that an invitation is needed."""

    refused_until_ms: int = 0
    welcome_until_ms: int = 0
    language_until_ms: int = 0  # until then the language somebody chose on the idle screen stays


class Phone(Enum):
    """The code for the citizen's own phone: the device never learns by itself what was said there."""

    NOT_SHOWN = "not_shown"
    SHOWN = "shown"  # in place of the levels
    WAS_SHOWN = "was_shown"


@dataclass(frozen=True, slots=True)
class Asking:
    """The levels are shown. `drawn_ms`: when the first frame was; presses before it do not count.

    `standing` is set after 更改: without a new choice it stands.
    """

    invitation: Invitation
    language: str
    until_ms: int
    began_ms: int
    drawn_ms: int | None = None
    standing: Said | None = None
    ends_by_ms: int | None = None
    burst: bool = False
    typed: bool = False  # as in Reasons
    phone: Phone = Phone.NOT_SHOWN
    touch_dead_until_ms: int = 0


@dataclass(frozen=True, slots=True)
class Reasons:
    """The level is saved; the reasons of that level are offered. Keys are dead until `dead_until_ms`.

    `typed`: words were offered room in this visit once, and the time it must end by was put off for that.
    """

    invitation: Invitation
    language: str
    said: Said
    until_ms: int
    ends_by_ms: int
    dead_until_ms: int
    touch_dead_until_ms: int
    page: int = 0
    burst: bool = False
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """补充说明或留电话: somebody types. What is typed is not here: until 完成 only the screen has it.

    `said` and `page`: of the reasons screen, which 返回 goes back to.
    """

    invitation: Invitation
    language: str
    said: Said
    until_ms: int
    ends_by_ms: int
    touch_dead_until_ms: int
    page: int = 0
    burst: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """查询码: a word is chosen, which only the screen has until then; with `code`, that is shown.

    `said` and `page`: of the reasons screen, which 返回 goes back to.
    """

    invitation: Invitation
    language: str
    said: Said
    until_ms: int
    ends_by_ms: int
    touch_dead_until_ms: int
    page: int = 0
    burst: bool = False
    code: str | None = None

    @property
    def time_ms(self) -> int:
        """How long it is shown when nothing is touched."""
        return RECEIPT_WORD_MS if self.code is None else RECEIPT_CODE_MS


@dataclass(frozen=True, slots=True)
class Thanks:
    """Over; thanks are shown a moment. `declined`: nothing was rated, and nothing is said to be saved."""

    invitation: Invitation
    language: str
    until_ms: int
    declined: bool
    by_phone: bool = False  # the code was shown: the citizen goes on, or is done, on their own phone


@dataclass(frozen=True, slots=True)
class Cleaning:
    """Nobody is asked, and nothing that touches screen or keys means anything: they are being wiped."""

    until_ms: int


Phase = Idle | Asking | Reasons | Words | Receipt | Thanks | Cleaning


@dataclass(frozen=True, slots=True)
class State:
    """The state of the window: the visit, who waits, the clerk, whether the counter paused it."""

    phase: Phase = Idle()
    waiting: Invitation | None = None
    clerk: str | None = None
    paused: bool = False
    language: str = "zh-Hans"  # of the idle screen
    headphones: bool = False  # somebody can be read the reasons, and nobody else hears it


def open_invitations(state: State) -> tuple[Invitation, ...]:
    """The invitations that occupy the device: the one of the visit that is on, then the waiting one."""
    on = invitation_of(state.phase)
    return tuple(invitation for invitation in (on, state.waiting) if invitation is not None)


def invitation_of(phase: Phase) -> Invitation | None:
    """The invitation of the visit that is on; None when none is."""
    return None if isinstance(phase, Idle | Cleaning) else phase.invitation


def last_answer_ms(asking: Asking, rules: Rules) -> int:
    """The latest that the time for a level can be put off to, by whatever is touched."""
    if asking.ends_by_ms is not None:
        return asking.ends_by_ms
    return asking.began_ms + rules.answer_ms * MOST_EXTENSIONS


def warns_ms(until_ms: int, total_ms: int) -> int:
    """When to warn of an end at `until_ms` of a time that was `total_ms` long: 20 s before it.

    Of a time that short half is left unwarned: a warning that is always there warns nobody.
    """
    return until_ms - min(WARNING_MS, total_ms // 2)


def due_ms(state: State) -> int | None:
    """When the next Tick changes something, or None."""
    times: list[int] = []
    match state.phase:
        case Idle() as idle:
            ends = (idle.refused_until_ms, idle.welcome_until_ms, idle.language_until_ms)
            times += [t for t in ends if t]
        case Asking() | Reasons() | Words() | Receipt() | Thanks() | Cleaning():
            times.append(state.phase.until_ms)
    if state.waiting:
        times.append(state.waiting.show_by_ms)
    return min(times, default=None)
