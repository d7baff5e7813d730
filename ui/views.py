"""What each screen says, in full: frozen values that widgets copy without deciding anything."""

from __future__ import annotations

from dataclasses import dataclass, field

from device.events import Target
from device.key_test import KeyMark
from device.level import Level
from device.snapshot import ClerkPhoto
from ui.keyboard import KeyWords
from ui.letter_size import ChangeSize


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """The button that brings on the languages to choose from."""


@dataclass(frozen=True, slots=True)
class KeepLanguage:
    """The button of the language that is shown: the screen comes back as it was."""


Choosing = ChooseLanguage | KeepLanguage
"""What a finger does that the stage alone learns of."""


@dataclass(frozen=True, slots=True)
class ButtonView:
    """A button with its words; pressing it sends `target`. `figure`: number of the key that does the same."""

    text: str
    target: Target | Choosing | ChangeSize
    figure: str = ""


@dataclass(frozen=True, slots=True)
class LanguagesView:
    """The hall's languages to choose from, each in its own script; not a screen of its own, but over one."""

    title: str
    buttons: tuple[ButtonView, ...]


@dataclass(frozen=True, slots=True)
class HeaderView:
    """Where and with whom the citizen is, above every screen but the idle one. `test`: that it is a test.

    `language` changes it, or brings on the `languages`; `letters` changes their size. `mirrored`: it is read
    from right to left. `time_warning`: that time is short, in place of what says who and where.
    """

    window: str
    clerk: str | None
    language: ButtonView | None
    test: str = ""
    photo: ClerkPhoto | None = None
    read_aloud: ButtonView | None = None
    time_warning: str = ""
    languages: LanguagesView | None = None
    mirrored: bool = False
    letters: ButtonView | None = None


@dataclass(frozen=True, slots=True)
class WarningView:
    """A fault that does not stop the rating: a sentence, and the code for the technician."""

    sentence: str
    code: str


@dataclass(frozen=True, slots=True)
class TimeLeftView:
    """The time until the screen ends: in words with figures, and as a part of the whole from 0 to 1.

    `short`: it is time to warn.
    """

    text: str
    part: float
    short: bool = False


@dataclass(frozen=True, slots=True)
class TileView:
    """The tile of one level. `pressed`: chosen a moment ago. `standing`: the rating that 更改 may replace.

    `figure`: on the key of the same level. `enlarged`: the word, parted by lines; `alike`: all five so.
    """

    level: Level
    figure: str
    word: str
    word_lines: int
    other_word: str
    other_lines: int
    pressed: bool
    standing: bool
    target: Target
    enlarged: str = ""
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReasonView:
    """The row of one official reason. `figure` is the key that toggles it."""

    figure: str
    text: str
    chosen: bool
    target: Target


@dataclass(frozen=True, slots=True)
class IdleView:
    """Nobody is asked. With a `notice` it is shown in place of the invitation."""

    hall: str
    number: str
    name: str
    invitation: str
    greeting: str
    notice: str | None
    clerk: str | None
    language: ButtonView | None
    date: str
    warning: WarningView | None
    changes_at_ms: int | None
    photo: ClerkPhoto | None = None
    read_aloud: ButtonView | None = None
    languages: LanguagesView | None = None
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class LevelView:
    """The five levels, 5 on the left."""

    header: HeaderView
    title: str
    matter: str | None
    promise: str
    tiles: tuple[TileView, ...]
    time_left: TimeLeftView | None
    decline: ButtonView | None
    phone: ButtonView | None
    warning: WarningView | None
    changes_at_ms: int | None


@dataclass(frozen=True, slots=True)
class PhoneView:
    """The code that the citizen's own phone reads. `address`: what it says."""

    header: HeaderView
    title: str
    hint: str
    note: str
    address: str = field(repr=False)
    time_left: TimeLeftView | None
    back: ButtonView
    scanned: ButtonView
    warning: WarningView | None
    changes_at_ms: int | None


@dataclass(frozen=True, slots=True)
class ReasonsView:
    """The rating is saved, which one is not said; up to three reasons to tick. `alike`: all there are."""

    header: HeaderView
    title: str
    hint: str
    reasons: tuple[ReasonView, ...]
    time_left: TimeLeftView | None
    change: ButtonView
    words: ButtonView | None
    receipt: ButtonView | None
    more: ButtonView | None
    finish: ButtonView
    warning: WarningView | None
    changes_at_ms: int | None
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordsView:
    """Room for words and a telephone number. What is typed is not here: only the screen itself has it.

    `consent`: the sentence to agree to, named by `consent_id`; `consent_needed`: said when it is missing.
    """

    header: HeaderView
    language: str
    title: str
    hint: str
    words_label: str
    words_empty: str
    number_label: str
    number_empty: str
    number_note: str
    consent: str
    consent_id: str
    consent_needed: str
    time_left: TimeLeftView | None
    back: ButtonView
    finish: ButtonView
    done: str
    keys: KeyWords
    handy: tuple[str, ...]
    warning: WarningView | None
    changes_at_ms: int | None


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """The receipt code: without `code` its word is chosen; with it, `address` is what the QR code says."""

    header: HeaderView
    title: str
    hint: str
    code: str | None
    address: str
    keys: KeyWords
    time_left: TimeLeftView | None
    back: ButtonView
    finish: ButtonView
    changes_at_ms: int | None


@dataclass(frozen=True, slots=True)
class ThanksView:
    """The visit is over."""

    header: HeaderView
    title: str
    sentence: str
    warning: WarningView | None
    changes_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class PausedView:
    """The window does not serve now."""

    header: HeaderView
    title: str
    sentence: str
    warning: WarningView | None
    changes_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class CleaningView:
    """Screen and keys are wiped: nothing can be touched, the language neither."""

    title: str
    sentence: str
    time_left: TimeLeftView | None
    changes_at_ms: int | None
    languages: None = None
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class CannotRecordView:
    """The device cannot record, and says which `fault` it has and what staff do about it."""

    header: HeaderView
    title: str
    sentence: str
    fault: str
    next: str
    code: str
    changes_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class KeyBoxView:
    """One key in a key test: the `figure` printed on it, how it stands, and that in a word."""

    figure: str
    mark: KeyMark
    word: str


@dataclass(frozen=True, slots=True)
class KeyTestView:
    """A technician tries the keys. `over`: this is the result."""

    header: HeaderView
    title: str
    sentence: str
    boxes: tuple[KeyBoxView, ...]
    over: bool
    time_left: TimeLeftView | None
    warning: WarningView | None
    changes_at_ms: int | None


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column that says its `word` when touched. `explored`: it was the last one touched.

    `chosen`: a reason that is ticked.
    """

    figure: str
    word: str
    explored: bool
    chosen: bool
    target: Target


@dataclass(frozen=True, slots=True)
class SpokenView:
    """Five columns to listen to, and the bar that chooses the one touched last."""

    header: HeaderView
    title: str
    columns: tuple[ColumnView, ...]
    confirm: ButtonView
    time_left: TimeLeftView | None
    warning: WarningView | None
    changes_at_ms: int | None


View = (
    IdleView
    | LevelView
    | PhoneView
    | ReasonsView
    | WordsView
    | ReceiptView
    | ThanksView
    | PausedView
    | CannotRecordView
    | KeyTestView
    | SpokenView
    | CleaningView
)
"""One screen. `changes_at_ms`: when (monotonic) it says something else by itself, or None."""


def header_of(view: View) -> HeaderView | IdleView | CleaningView:
    """What says the languages of `view` to choose from, and which way it is read."""
    return view if isinstance(view, IdleView | CleaningView) else view.header
