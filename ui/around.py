"""What stands around the middle of a screen: window, clerk, languages, time left and warning. Pure."""

from __future__ import annotations

import math

from device.events import Button, ButtonTile, LanguageTile
from device.snapshot import Countdown, Snapshot
from ui.letter_size import ChangeSize
from ui.texts import FaultWords, TextBook, Texts
from ui.views import (
    ButtonView,
    ChooseLanguage,
    HeaderView,
    KeepLanguage,
    LanguagesView,
    TimeLeftView,
    WarningView,
)

TOGGLED = 2
"""Of so many languages the button goes from one to the other; of more it opens a choice."""

CHOICE = "文/A"
"""The sign on that button: there is no room for the names, which the idle screen's greetings stand for."""


def header(snapshot: Snapshot, book: TextBook, texts: Texts, now_ms: int = 0) -> HeaderView:
    number = snapshot.window.number
    window = texts.window.format(number=number) if number else snapshot.window.name
    test = texts.test if snapshot.test else ""
    return HeaderView(
        window,
        clerk(snapshot, texts),
        language(snapshot, book),
        test,
        snapshot.clerk_photo,
        read_aloud(snapshot, texts),
        _time_warning(snapshot, texts, now_ms),
        languages(snapshot, book),
        texts.mirrored,
    )


def read_aloud(snapshot: Snapshot, texts: Texts) -> ButtonView | None:
    return ButtonView(texts.read_aloud, ButtonTile(Button.READ_ALOUD)) if snapshot.read_aloud else None


def letters(texts: Texts, *, enlarged: bool) -> ButtonView:
    """The button that makes letters larger, or as they were."""
    return ButtonView(texts.normal_size if enlarged else texts.larger, ChangeSize())


def _time_warning(snapshot: Snapshot, texts: Texts, now_ms: int) -> str:
    if snapshot.countdown is None or not snapshot.warning_time:
        return ""
    words = texts.time_warning_last if snapshot.countdown.last else texts.time_warning
    return words.format(seconds=_left_s(snapshot.countdown, now_ms))


def extendable(snapshot: Snapshot, texts: Texts) -> str:
    """The words for the time left: the warning says how to have more of it, if it is on."""
    last = snapshot.countdown is not None and snapshot.countdown.last
    return texts.seconds if snapshot.warning_time or last else texts.seconds_extend


def clerk(snapshot: Snapshot, texts: Texts) -> str | None:
    if snapshot.clerk is None:
        return None
    return snapshot.clerk_shown or texts.clerk.format(clerk=snapshot.clerk)


def language(snapshot: Snapshot, book: TextBook) -> ButtonView | None:
    """The button that goes over to the other language of two, or to the choice of more."""
    match book.others(snapshot.language):
        case ():
            return None
        case ((language, words),):
            return ButtonView(words.pack.name, LanguageTile(language))
        case _:
            return ButtonView(CHOICE, ChooseLanguage())


def languages(snapshot: Snapshot, book: TextBook) -> LanguagesView | None:
    shown = book.of(snapshot.language)
    if len(book.languages) <= TOGGLED:
        return None
    return LanguagesView(
        title=shown.languages,
        buttons=tuple(
            ButtonView(words.pack.name, KeepLanguage() if words is shown else LanguageTile(language))
            for language in book.languages
            for words in [book.of(language)]
        ),
    )


def warning(snapshot: Snapshot, texts: Texts) -> WarningView | None:
    if snapshot.fault is None:
        return None
    words = words_of(snapshot.fault, texts)
    line = texts.fault_line.format(sentence=words.sentence, next=words.next)
    return WarningView(line if words.next else words.sentence, snapshot.fault)


def words_of(code: str | None, texts: Texts) -> FaultWords:
    return texts.faults.get(code or "", FaultWords(sentence=texts.other_fault, next=""))


def time_left(snapshot: Snapshot, words: str, now_ms: int) -> TimeLeftView | None:
    countdown = snapshot.countdown
    if countdown is None:
        return None
    seconds = _left_s(countdown, now_ms)
    # The bar moves with the figures, once a second: a picture that changes all the time heats a small board.
    part = min(1.0, seconds * 1000 / countdown.total_ms) if countdown.total_ms > 0 else 0.0
    return TimeLeftView(words.format(seconds=seconds), part, snapshot.warning_time)


def next_second_ms(countdown: Countdown | None, now_ms: int) -> int | None:
    """When the figure of seconds left becomes another one."""
    if countdown is None or _left_ms(countdown, now_ms) == 0:
        return None
    return countdown.until_ms - (math.ceil(_left_ms(countdown, now_ms) / 1000) - 1) * 1000


def _left_s(countdown: Countdown, now_ms: int) -> int:
    return math.ceil(_left_ms(countdown, now_ms) / 1000)


def _left_ms(countdown: Countdown, now_ms: int) -> int:
    return max(0, countdown.until_ms - now_ms)
